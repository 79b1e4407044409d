"""Merchandising rules: what a shop wants shown first, later, not at all, or alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rules",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id"),
        sqlite_with_rowid=False,
    )
