"""The state contracts: products and photos, generations and what is indexed, jobs, events, impressions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make all tables."""
    _meta()
    _products()
    _photos()
    _generations()
    _serving()
    _index_state()
    _jobs()
    _import_seen()
    _attribute_kinds()
    _events()
    _impressions()


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("encode_hash", KEY, nullable=False),
        sa.Column("payload_hash", KEY, nullable=False),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("price", sa.Double(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id"),
    )
    _index("products_by_job", "products", ["shop", "job_id", "id"])
    _index("products_deleted", "products", ["shop", "deleted_at", "id"], "deleted_at IS NOT NULL")


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "product_id", "position"),
        sa.ForeignKeyConstraint(["shop", "product_id"], ["products.shop", "products.id"], name="photos_of_product"),
        sqlite_with_rowid=False,
    )


def _generations() -> None:
    op.create_table(
        "generations",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("views", sa.JSON(), nullable=False),
        sa.Column("calibration", sa.JSON(), nullable=False),
        sa.Column("ranker", sa.Text(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("write_seq", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("flushed_seq", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("store_epoch", KEY, nullable=False, server_default=sa.text("''")),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id"),
    )


def _serving() -> None:
    op.create_table(
        "serving",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("generation", KEY, nullable=False),
        sa.PrimaryKeyConstraint("shop"),
        sa.ForeignKeyConstraint(
            ["shop", "generation"], ["generations.shop", "generations.id"], name="serving_generation"
        ),
        sqlite_with_rowid=False,
    )


def _index_state() -> None:
    op.create_table(
        "index_state",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("generation", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("indexed_version", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("indexed_hash", KEY, nullable=True),
        sa.Column("indexed_seq", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("state", KEY, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("retry_at", sa.Double(), nullable=False, server_default=sa.text("0")),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "generation", "product_id"),
        sa.ForeignKeyConstraint(
            ["shop", "generation"], ["generations.shop", "generations.id"], name="index_state_of_generation"
        ),
        sa.ForeignKeyConstraint(
            ["shop", "product_id"], ["products.shop", "products.id"], name="index_state_of_product"
        ),
        sqlite_with_rowid=False,
    )
    _index("index_state_by_product", "index_state", ["shop", "product_id"])
    _index("index_state_by_seq", "index_state", ["shop", "generation", "indexed_seq"])
    _index("index_state_deleted", "index_state", ["shop", "generation", "product_id"], "state = 'deleted'")
    _index("index_state_failed", "index_state", ["shop", "generation", "product_id"], "state = 'failed'")
    _index("index_state_leased", "index_state", ["shop", "generation", "lease_until", "product_id"], "state = 'leased'")
    _index("index_state_pending", "index_state", ["shop", "generation", "retry_at", "product_id"], "state = 'pending'")


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("unchanged", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("rejected", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("rejections", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id"),
    )


def _import_seen() -> None:
    op.create_table(
        "import_seen",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("job_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "job_id", "product_id"),
        sa.ForeignKeyConstraint(["shop", "job_id"], ["jobs.shop", "jobs.id"], name="import_seen_of_job"),
        sqlite_with_rowid=False,
    )


def _attribute_kinds() -> None:
    op.create_table(
        "attribute_kinds",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.PrimaryKeyConstraint("shop", "name"),
        sqlite_with_rowid=False,
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("type", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("query_id", KEY, nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id"),
    )
    _index("events_by_shopper", "events", ["shop", "user_id", "created_at"])


def _impressions() -> None:
    op.create_table(
        "impressions",
        sa.Column("shop", KEY, nullable=False),
        sa.Column("query_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("shown_at", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("propensities", sa.JSON(), nullable=False),
        sa.Column("ranker", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "query_id"),
    )
    _index("impressions_by_time", "impressions", ["shop", "shown_at"])
