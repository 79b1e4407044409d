"""A shopper's latest acts are found without reading what was merely shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ACTS = sa.text("type <> 'impression'")


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "events_acts_by_shopper",
        "events",
        ["shop", "user_id", "created_at", "id"],
        sqlite_where=ACTS,
        postgresql_where=ACTS,
    )
