"""Frames that are pinned to alarms, and ways to find those that may go."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark frames, none of them pinned yet, and index what retention looks for."""
    op.add_column(
        "frames", sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("frames_pinned_time", "frames", ["pinned", "time", "size"])
    op.create_index("frames_sha256", "frames", ["sha256"])
