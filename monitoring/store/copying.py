"""COPY into PostgreSQL: six times as fast as INSERT, but it knows no ON CONFLICT.

So the rows go into a temporary table first, and from there into the archive.
"""

from collections.abc import Iterable
from typing import Final, cast

import psycopg
from sqlalchemy import Connection

from monitoring.store.failures import reason, unavailable
from monitoring.store.series import Row

_PREPARE: Final = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE observations) ON COMMIT DELETE ROWS"
)
# DELETE and not TRUNCATE: in most transactions there is nothing in it yet.
_EMPTY: Final = "DELETE FROM incoming"
_COPY: Final = "COPY incoming FROM STDIN (FORMAT BINARY)"
_TYPES: Final = ("int8", "int4", "float8", "int2", "int8")
_KEEP: Final = "INSERT INTO observations SELECT * FROM incoming ON CONFLICT DO NOTHING"
_DISCONNECTED: Final = "the connection to the database server is lost; check server and network"


def copy_rows(connection: Connection, rows: Iterable[Row]) -> None:
    """Add archive rows within the connection's transaction; existing ones stay.

    Raises:
        StoreUnavailableError: The server is gone, or its disk is full.
    """
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor:
            cursor.execute(_PREPARE)
            cursor.execute(_EMPTY)
            with cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for row in rows:
                    copy.write_row(row)
            cursor.execute(_KEEP)
    except psycopg.Error as error:  # past SQLAlchemy, so nobody else translates it
        why = reason(error) or (_DISCONNECTED if driver.broken else None)
        if why is None:
            raise
        raise unavailable(error, why) from error
