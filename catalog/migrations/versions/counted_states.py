"""The rare states of the queue are counted in their own indexes alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = {
    "pending": ("retry_at", "product_id"),
    "leased": ("lease_until", "product_id"),
    "failed": ("product_id",),
    "deleted": ("product_id",),
}


def upgrade() -> None:
    """Make the indexes anew, with the state in them."""
    for state, columns in _COLUMNS.items():
        name, where = f"index_state_{state}", sa.text(f"state = '{state}'")
        op.drop_index(name, "index_state")
        op.create_index(
            name,
            "index_state",
            ["shop", "generation", *columns, "state"],
            sqlite_where=where,
            postgresql_where=where,
        )
