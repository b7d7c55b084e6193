"""The first tables.

Written out in full, because a migration must go on doing what it did when `schema.py` has
moved on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables."""
    _archive()
    _log()
    _desk()


def _archive() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("device", _NAME, nullable=False),
        sa.Column("quantity", _NAME, nullable=False),
        sa.UniqueConstraint("device", "quantity", name="series_device_quantity"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "observations",
        sa.Column("time", _LONG, primary_key=True, autoincrement=False),
        sa.Column("series", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("quality", sa.SmallInteger, nullable=False),
        sa.Column("arrived", _LONG, nullable=False),
        sa.CheckConstraint("value <> 'NaN'", name="observations_value").ddl_if(
            dialect="postgresql"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series_hours",
        sa.Column("series", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "frames",
        sa.Column("camera", _NAME, primary_key=True),
        sa.Column("time", _LONG, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _log() -> None:
    op.create_table(
        "events",
        sa.Column("position", _LONG, primary_key=True, autoincrement=False),
        sa.Column("stream", _NAME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("occurred_at", _LONG, nullable=False),
        sa.Column("recorded_at", _LONG, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.UniqueConstraint("stream", "version", name="events_stream_version"),
    )
    op.create_table(
        "quarantine",
        sa.Column("number", _LONG, primary_key=True),
        sa.Column("time", _LONG, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("size", _LONG, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )


def _desk() -> None:
    for name, key, value in (("meta", "name", "value"), ("leaves", "key", "body")):
        op.create_table(
            name,
            sa.Column(key, sa.Text, primary_key=True),
            sa.Column(value, sa.Text, nullable=False),
        )
    op.create_table(
        "accounts",
        sa.Column("name", _NAME, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("expires_at", _LONG, nullable=False),
    )
