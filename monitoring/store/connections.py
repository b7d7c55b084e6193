"""Connections: how both databases are opened, and who may write when.

Readers take a connection each and see the last commit; writers take turns within the
process, so that SQLite never has to tell two of our own threads that it is busy.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from monitoring.services.ports import StoreUnavailableError
from monitoring.store.failures import translated

_BUSY_TIMEOUT_S: Final = 2.0
_WRITER_TIMEOUT_S: Final = 10.0
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    # What is committed is acknowledged to the broker, so it must survive a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA cache_size=-16000",
)


class Connections:
    """Opens nothing until it is asked; `close` ends what the pool holds.

    Raises:
        ValueError: The URL names neither a SQLite file nor a PostgreSQL database.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(make_url(url))
        self._writers = self._engine.execution_options(is_writing=True)
        self._lock = threading.Lock()

    @property
    def is_postgresql(self) -> bool:
        """Whether the database is PostgreSQL; SQLite otherwise."""
        return self._engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database.

        Raises:
            StoreUnavailableError: The database is locked or gone.
        """
        with translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The only writing connection of this process; commits on leaving.

        Raises:
            StoreUnavailableError: The database is locked, full or gone; nothing was written.
        """
        if not self._lock.acquire(timeout=_WRITER_TIMEOUT_S):
            raise StoreUnavailableError("another write of this program has not ended; wait")
        try:
            with translated(), self._writers.begin() as connection:
                yield connection
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close all idle connections; SQLite then folds its write-ahead log into the file."""
        self._engine.dispose()


def _engine(url: URL) -> Engine:
    match url.get_backend_name():
        case "sqlite":
            return _sqlite(url)
        case "postgresql":
            return _postgresql(url)
    raise ValueError(
        f"{url.drivername} is not supported;"
        " give sqlite:///path/to/file.db or postgresql+psycopg://user@host/database"
    )


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise ValueError("the database must be a file; give sqlite:///path/to/file.db")
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        pool_size=4,
        max_overflow=12,
        pool_timeout=_WRITER_TIMEOUT_S,
        connect_args={"timeout": _BUSY_TIMEOUT_S},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Leave BEGIN to us (the driver would begin late, and never IMMEDIATE)."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that begins as a reader and then writes can fail halfway; one that
    # begins IMMEDIATE either has the lock or has done nothing.
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _postgresql(url: URL) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": 5}
    if "options" not in url.query:
        arguments["options"] = "-c lock_timeout=5s"
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=4,
        max_overflow=12,
        pool_timeout=_WRITER_TIMEOUT_S,
        pool_pre_ping=True,
        connect_args=arguments,
    )
