"""What a database is: which revision its tables have, and whether it is real or a demo.

Alembic is loaded only where there is something to change; a later start reads two rows.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, select, text

from monitoring.store.connections import Connections
from monitoring.store.kind import DatabaseVersionError, Kind, check_kind
from monitoring.store.schema import HEAD, META

MIGRATIONS: Final = Path(__file__).parent / "migrations"
# Any number will do, as long as nothing else in the database locks the same one.
_MIGRATION_LOCK: Final = text("SELECT pg_advisory_xact_lock(7314520)")


def prepare(connections: Connections, kind: Kind) -> None:
    """Bring the tables up to date, and mark a new database as real or demo.

    Raises:
        DatabaseKindError: It is of the other kind; it was not changed.
        DatabaseVersionError: It is newer than this program; it was not changed.
        StoreUnavailableError: It cannot be reached or written.
    """
    with connections.reading() as connection:
        revision = _revision(connection)
        found = _kind(connection) if revision else None
    if found is not None:
        check_kind(found, kind)
    if revision == HEAD and found is not None:
        return
    with connections.writing() as connection:
        if connections.is_postgresql:
            connection.execute(_MIGRATION_LOCK)
        upgrade(connection)
        connection.execute(
            text("INSERT INTO meta (name, value) VALUES ('kind', :kind) ON CONFLICT DO NOTHING"),
            {"kind": kind},
        )
        # Another process may have been first; leaving with an error undoes what we did.
        check_kind(_kind(connection), kind)


def upgrade(connection: Connection) -> None:
    """Run all missing migrations within the connection's transaction.

    Raises:
        DatabaseVersionError: The database has a revision that this program does not know.
    """
    from alembic import command  # noqa: PLC0415 - takes longer to load than a whole start may
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    revision = _revision(connection)
    if revision is not None and revision not in known:
        raise DatabaseVersionError(
            f"the database has revision {revision}, which this program does not know;"
            " run the newer version of the program that has written it"
        )
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _kind(connection: Connection) -> str | None:
    return connection.execute(select(META.c.value).where(META.c.name == "kind")).scalar()
