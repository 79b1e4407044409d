"""How much each product is wanted, by what shoppers did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "popularity",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "product_id"),
        sqlite_with_rowid=False,
    )
