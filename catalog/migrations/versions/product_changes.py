"""A number for every change of a product, so that what is derived in memory loads only what has changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the number to products, and the counter it comes from."""
    op.add_column("products", sa.Column("change", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.create_index("products_by_change", "products", ["shop", "change"])
    op.create_table(
        "product_changes",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("latest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop"),
        sqlite_with_rowid=False,
    )
