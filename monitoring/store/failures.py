"""What a failing database means for people: one sentence, and whether trying again helps.

Only the states of a database that pass or can be mended (locked, full, gone) become
`StoreUnavailableError`; a wrong statement stays the error it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from monitoring.services.ports import StoreUnavailableError

_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: "another program has locked the database file; close it or wait",
    sqlite3.SQLITE_LOCKED: "another connection has locked the database; wait",
    sqlite3.SQLITE_FULL: "the disk or the database is full; make room",
    sqlite3.SQLITE_READONLY: "the database file cannot be written; check its permissions",
    sqlite3.SQLITE_PERM: "the database file may not be opened; check its permissions",
    sqlite3.SQLITE_AUTH: "the database file may not be opened; check its permissions",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened; check its folder",
    sqlite3.SQLITE_IOERR: "the disk does not read or write; check the disk",
    sqlite3.SQLITE_PROTOCOL: "another program holds the database's lock file; wait",
    sqlite3.SQLITE_NOMEM: "there is not enough memory for the database; make room",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged; restore the last backup",
    sqlite3.SQLITE_NOTADB: "the file is not a database; check the database URL",
}
_PRIMARY_CODE: Final = 0xFF  # the rest of an extended result code only says more

# By SQLSTATE: the whole code first, then its class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL: Final = {
    "53100": "the disk of the database server is full; make room",
    "53300": "the database server has too many connections; close some",
    "25006": "the database server is read-only; connect to the primary",
    "55P03": "another program has locked the database; close it or wait",
    "08": "the connection to the database server is lost; check server and network",
    "40": "the database server ended the transaction; try again",
    "53": "the database server has run out of something; look into its log",
    "57": "the database server was stopped or interrupted; start it",
    "58": "the database server's disk does not read or write; check the disk",
}


def reason(error: BaseException | None) -> str | None:
    """Why the database is unavailable, or None where the statement was at fault.

    Args:
        error: What the driver raised.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _SQLITE.get(code & _PRIMARY_CODE)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    return None


def unavailable(error: BaseException | None, why: str) -> StoreUnavailableError:
    """The error for callers; it quotes the driver's first line, which names file or host."""
    lines = str(error).strip().splitlines()
    return StoreUnavailableError(f"{why} ({lines[0]})" if lines else why)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailableError` for a database that is locked, full or gone."""
    try:
        yield
    except DBAPIError as error:
        why = reason(error.orig)
        if why is None and _is_disconnection(error):
            why = "the database server cannot be used; check server, network and database URL"
        if why is None:
            raise
        raise unavailable(error.orig, why) from error
    except PoolTimeoutError as error:
        raise StoreUnavailableError("all connections to the database are busy; wait") from error


def _is_disconnection(error: DBAPIError) -> bool:
    """Whether a driver without an answer from the server gave up."""
    if isinstance(error.orig, sqlite3.Error) or getattr(error.orig, "sqlstate", None):
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
