"""Quarantined messages that were played again: whether they could be used, when and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Mark what there is as not played yet, and find quickly what waits."""
    for name in ("is_retained", "is_played"):
        op.add_column(
            "quarantine", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
        )
    op.add_column("quarantine", sa.Column("tried_at", _LONG))
    op.add_column("quarantine", sa.Column("tried_by", sa.Text))
    op.create_index("quarantine_played_reason", "quarantine", ["is_played", "reason", "time"])
