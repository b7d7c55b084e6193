"""What a database is for, and whether this program may open it."""

from typing import Literal

Kind = Literal["real", "demo"]


class DatabaseKindError(Exception):
    """A demonstration's database was opened as a real one, or the reverse."""


class DatabaseVersionError(Exception):
    """A newer version of the program has changed the database."""


def check_kind(found: str | None, expected: Kind) -> None:
    """Refuse to mix demonstration data with a real site's.

    Raises:
        DatabaseKindError: The database is of another kind than expected.
    """
    if found == expected:
        return
    if found == "demo":
        raise DatabaseKindError(
            "this database holds demonstration data; give a real site another --database"
        )
    raise DatabaseKindError(
        "this database holds the data of a real site; a demonstration must not touch it:"
        " give it another --database, or start with --scenario none"
    )
