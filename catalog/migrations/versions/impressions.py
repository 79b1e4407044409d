"""Impressions say where and for which words they were shown; experiments have a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns, and the table."""
    for name in ("generation", "surface", "text"):
        op.add_column("impressions", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("impressions", sa.Column("first_position", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index("impressions_by_shopper", "impressions", ["shop", "user_id", "shown_at"])
    op.create_table(
        "experiments",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("arms", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.Text()),
        sa.PrimaryKeyConstraint("shop", "id"),
        sqlite_with_rowid=False,
    )
