"""The pointer to the generation in service remembers which one served before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column; of shops that are there already it is empty, since nobody has noted it."""
    op.add_column("serving", sa.Column("before", KEY, nullable=False, server_default=sa.text("''")))
