"""Synonyms: words of a shop that mean the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "synonyms",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("means", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id"),
        sqlite_with_rowid=False,
    )
