"""The tables, as the newest migration leaves them.

Statements are built on these; the database itself is only ever changed by a migration. A
test compares the two. Instants are whole microseconds since 1970 UTC.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
)

HEAD: Final = "0003"
"""Revision of the newest migration; written down so that a start need not load Alembic."""

METADATA: Final = MetaData()

# SQLite makes a row id only of a column declared INTEGER, and stores eight bytes all the same.
LONG: Final = BigInteger().with_variant(Integer(), "sqlite")
# Names are compared byte by byte, so that a prefix is a range whatever the server's language.
NAME: Final = Text().with_variant(Text(collation="C"), "postgresql")

META: Final = Table(
    "meta", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

SERIES: Final = Table(
    "series",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("device", NAME, nullable=False),
    Column("quantity", NAME, nullable=False),
    UniqueConstraint("device", "quantity", name="series_device_quantity"),
    sqlite_autoincrement=True,
)

# Keyed by time first: rows come in order of time, so that a batch touches the last pages
# only. What that costs readers of a single series, `series_hours` gives back.
OBSERVATIONS: Final = Table(
    "observations",
    METADATA,
    Column("time", LONG, primary_key=True, autoincrement=False),
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("value", Double, nullable=False),
    Column("quality", SmallInteger, nullable=False),
    Column("arrived", LONG, nullable=False),
    # SQLite stores NaN as NULL, which it may not be; in both it would clear an alarm.
    CheckConstraint("value <> 'NaN'", name="observations_value").ddl_if(dialect="postgresql"),
    sqlite_with_rowid=False,
)

# In which hours (since 1970) a series has observations.
SERIES_HOURS: Final = Table(
    "series_hours",
    METADATA,
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

EVENTS: Final = Table(
    "events",
    METADATA,
    Column("position", LONG, primary_key=True, autoincrement=False),
    Column("stream", NAME, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("occurred_at", LONG, nullable=False),
    Column("recorded_at", LONG, nullable=False),
    Column("actor", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("stream", "version", name="events_stream_version"),
)

QUARANTINE: Final = Table(
    "quarantine",
    METADATA,
    Column("number", LONG, primary_key=True),
    Column("time", LONG, nullable=False),
    Column("topic", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("size", LONG, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("is_retained", Boolean, nullable=False, server_default=false()),
    Column("is_played", Boolean, nullable=False, server_default=false()),
    Column("tried_at", LONG),  # when it was last played again …
    Column("tried_by", Text),  # … and by whom
    Index("quarantine_played_reason", "is_played", "reason", "time"),
    sqlite_autoincrement=True,
)

FRAMES: Final = Table(
    "frames",
    METADATA,
    Column("camera", NAME, primary_key=True),
    Column("time", LONG, primary_key=True, autoincrement=False),
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    # Evidence of an alarm, as the event log says; here for those who look for what may go.
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Index("frames_pinned_time", "pinned", "time", "size"),
    Index("frames_sha256", "sha256"),
    sqlite_with_rowid=False,
)

LEAVES: Final = Table(
    "leaves", METADATA, Column("key", Text, primary_key=True), Column("body", Text, nullable=False)
)

ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("name", NAME, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("expires_at", LONG, nullable=False),
)
