"""What shoppers refused and what they wanted is found without reading what they merely looked at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (
    ("events_refusals_by_shopper", ("user_id", "created_at", "id"), "'dislike', 'hide', 'purchase'"),
    (
        "events_opinions_by_product",
        ("user_id", "product_id", "type", "created_at", "id"),
        "'like', 'dislike', 'cart', 'purchase', 'hide', 'retract'",
    ),
    ("events_wants", ("created_at", "id"), "'like', 'cart', 'purchase'"),
)


def upgrade() -> None:
    """Make the indexes."""
    for name, columns, types in _INDEXES:
        where = sa.text(f"type IN ({types})")
        op.create_index(name, "events", ["shop", *columns], sqlite_where=where, postgresql_where=where)
