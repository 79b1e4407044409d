"""The tables of the catalogue, as the code sees them; `migrations/` makes them, and a test proves that both agree.

Every key begins with `shop`. Ids and hashes compare byte by byte on both databases (`COLLATE "C"` on PostgreSQL), so
that pages come in the same order everywhere. Moments that people see are RFC 3339 texts in UTC with microseconds, which
sort as the moments do; times of leases are epoch seconds. Why each table is as it is stands in
`docs/decisions/0001-state-contracts.md`.
"""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa

REVISION = "0010"

T = TypeVar("T")

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

METADATA = sa.MetaData()


def _shop_key() -> sa.Column[str]:
    return sa.Column("shop", KEY, primary_key=True)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, KEY, primary_key=True)


def _required(name: str, kind: sa.types.TypeEngine[T], default: str | None = None) -> sa.Column[T]:
    return sa.Column(name, kind, nullable=False, server_default=None if default is None else sa.text(default))


META = sa.Table("meta", METADATA, _key("name"), _required("value", sa.Text()))

PRODUCTS = sa.Table(
    "products",
    METADATA,
    _shop_key(),
    _key("id"),
    _required("version", sa.BigInteger()),
    _required("encode_hash", KEY),
    _required("payload_hash", KEY),
    sa.Column("deleted_at", sa.Text()),
    _required("job_id", KEY),
    _required("title", sa.Text()),
    _required("description", sa.Text()),
    sa.Column("brand", sa.Text()),
    sa.Column("category", sa.Text()),
    sa.Column("price", sa.Double()),
    sa.Column("currency", sa.Text()),
    sa.Column("url", sa.Text()),
    _required("attributes", sa.JSON()),
    sa.Column("group_id", sa.Text()),
    _required("available", sa.Boolean()),
    _required("created_at", sa.Text()),
    _required("updated_at", sa.Text()),
    _required("change", sa.BigInteger(), "0"),
)
sa.Index("products_by_change", PRODUCTS.c.shop, PRODUCTS.c.change)
sa.Index("products_by_job", PRODUCTS.c.shop, PRODUCTS.c.job_id, PRODUCTS.c.id)
TOMBSTONED = sa.text("deleted_at IS NOT NULL")
sa.Index(
    "products_deleted",
    PRODUCTS.c.shop,
    PRODUCTS.c.deleted_at,
    PRODUCTS.c.id,
    sqlite_where=TOMBSTONED,
    postgresql_where=TOMBSTONED,
)

PRODUCT_CHANGES = sa.Table(
    "product_changes", METADATA, _shop_key(), _required("latest", sa.BigInteger()), sqlite_with_rowid=False
)

PHOTOS = sa.Table(
    "photos",
    METADATA,
    _shop_key(),
    _key("product_id"),
    sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
    _required("digest", KEY),
    _required("source", sa.Text()),
    sa.ForeignKeyConstraint(["shop", "product_id"], ["products.shop", "products.id"], name="photos_of_product"),
    sqlite_with_rowid=False,
)

GENERATIONS = sa.Table(
    "generations",
    METADATA,
    _shop_key(),
    _key("id"),
    _required("views", sa.JSON()),
    _required("calibration", sa.JSON()),
    _required("ranker", sa.Text()),
    _required("status", KEY),
    _required("write_seq", sa.BigInteger(), "0"),
    _required("flushed_seq", sa.BigInteger(), "0"),
    _required("store_epoch", KEY, "''"),
    _required("created_at", sa.Text()),
)

SERVING = sa.Table(
    "serving",
    METADATA,
    _shop_key(),
    _required("generation", KEY),
    # Which one served before; it may be gone.
    _required("before", KEY, "''"),
    sa.ForeignKeyConstraint(["shop", "generation"], ["generations.shop", "generations.id"], name="serving_generation"),
    sqlite_with_rowid=False,
)

INDEX_STATE = sa.Table(
    "index_state",
    METADATA,
    _shop_key(),
    _key("generation"),
    _key("product_id"),
    _required("indexed_version", sa.BigInteger(), "0"),
    sa.Column("indexed_hash", KEY),
    _required("indexed_seq", sa.BigInteger(), "0"),
    _required("state", KEY),
    _required("attempts", sa.Integer(), "0"),
    sa.Column("error", sa.Text()),
    _required("retry_at", sa.Double(), "0"),
    sa.Column("lease_until", sa.Double()),
    sa.Column("lease_owner", sa.Text()),
    sa.ForeignKeyConstraint(["shop", "product_id"], ["products.shop", "products.id"], name="index_state_of_product"),
    sa.ForeignKeyConstraint(
        ["shop", "generation"], ["generations.shop", "generations.id"], name="index_state_of_generation"
    ),
    sqlite_with_rowid=False,
)


def _index_of_state(name: str, state: str, *columns: str) -> None:
    """Rows in one of the rare states: it stays small, however many rows are indexed.

    The state itself stands in it because SQLite would otherwise look every row up that it counts.
    """
    where = sa.text(f"state = '{state}'")
    sa.Index(
        name,
        *(INDEX_STATE.c[column] for column in ("shop", "generation", *columns, "state")),
        sqlite_where=where,
        postgresql_where=where,
    )


_index_of_state("index_state_pending", "pending", "retry_at", "product_id")
_index_of_state("index_state_leased", "leased", "lease_until", "product_id")
_index_of_state("index_state_failed", "failed", "product_id")
_index_of_state("index_state_deleted", "deleted", "product_id")
sa.Index("index_state_by_product", INDEX_STATE.c.shop, INDEX_STATE.c.product_id)
sa.Index("index_state_by_seq", INDEX_STATE.c.shop, INDEX_STATE.c.generation, INDEX_STATE.c.indexed_seq)

JOBS = sa.Table(
    "jobs",
    METADATA,
    _shop_key(),
    _key("id"),
    _required("kind", KEY),
    _required("created_at", sa.Text()),
    _required("open", sa.Boolean()),
    _required("accepted", sa.BigInteger(), "0"),
    _required("unchanged", sa.BigInteger(), "0"),
    _required("rejected", sa.BigInteger(), "0"),
    _required("rejections", sa.JSON()),
)

IMPORT_SEEN = sa.Table(
    "import_seen",
    METADATA,
    _shop_key(),
    _key("job_id"),
    _key("product_id"),
    _required("line", sa.BigInteger()),
    sa.ForeignKeyConstraint(["shop", "job_id"], ["jobs.shop", "jobs.id"], name="import_seen_of_job"),
    sqlite_with_rowid=False,
)

ATTRIBUTE_KINDS = sa.Table(
    "attribute_kinds", METADATA, _shop_key(), _key("name"), _required("kind", KEY), sqlite_with_rowid=False
)

EVENTS = sa.Table(
    "events",
    METADATA,
    _shop_key(),
    _key("id"),
    _required("user_id", KEY),
    _required("session_id", KEY),
    _required("type", KEY),
    _required("product_id", KEY),
    sa.Column("query_id", KEY),
    sa.Column("position", sa.Integer()),
    sa.Column("value", sa.Double()),
    _required("created_at", sa.Text()),
    _required("received_at", sa.Text()),
)
sa.Index("events_by_shopper", EVENTS.c.shop, EVENTS.c.user_id, EVENTS.c.created_at)
# What was merely shown to a shopper is many times what he did.
ACTS = sa.text("type <> 'impression'")
sa.Index(
    "events_acts_by_shopper",
    EVENTS.c.shop,
    EVENTS.c.user_id,
    EVENTS.c.created_at,
    EVENTS.c.id,
    sqlite_where=ACTS,
    postgresql_where=ACTS,
)
# What a shopper refused or bought stays so, however much he did since; acts on one product may take it back.
REFUSALS = sa.text("type IN ('dislike', 'hide', 'purchase')")
sa.Index(
    "events_refusals_by_shopper",
    EVENTS.c.shop,
    EVENTS.c.user_id,
    EVENTS.c.created_at,
    EVENTS.c.id,
    sqlite_where=REFUSALS,
    postgresql_where=REFUSALS,
)
OPINIONS = sa.text("type IN ('like', 'dislike', 'cart', 'purchase', 'hide', 'retract')")
sa.Index(
    "events_opinions_by_product",
    EVENTS.c.shop,
    EVENTS.c.user_id,
    EVENTS.c.product_id,
    EVENTS.c.type,
    EVENTS.c.created_at,
    EVENTS.c.id,
    sqlite_where=OPINIONS,
    postgresql_where=OPINIONS,
)
# Who wanted what of late, in the whole shop.
WANTS = sa.text("type IN ('like', 'cart', 'purchase')")
sa.Index(
    "events_wants",
    EVENTS.c.shop,
    EVENTS.c.created_at,
    EVENTS.c.id,
    sqlite_where=WANTS,
    postgresql_where=WANTS,
)

# How much each product is wanted: what its events add up to, see `catalog.popularity`.
POPULARITY = sa.Table(
    "popularity",
    METADATA,
    _shop_key(),
    _key("product_id"),
    _required("score", sa.Double()),
    sqlite_with_rowid=False,
)

IMPRESSIONS = sa.Table(
    "impressions",
    METADATA,
    _shop_key(),
    _key("query_id"),
    _required("user_id", KEY),
    _required("session_id", KEY),
    _required("shown_at", sa.Text()),
    _required("items", sa.JSON()),
    _required("signals", sa.JSON()),
    _required("propensities", sa.JSON()),
    _required("ranker", sa.Text()),
    _required("generation", sa.Text(), "''"),
    _required("surface", sa.Text(), "''"),
    _required("text", sa.Text(), "''"),
    _required("first_position", sa.Integer(), "0"),
)
sa.Index("impressions_by_time", IMPRESSIONS.c.shop, IMPRESSIONS.c.shown_at)
sa.Index("impressions_by_shopper", IMPRESSIONS.c.shop, IMPRESSIONS.c.user_id, IMPRESSIONS.c.shown_at)

EXPERIMENTS = sa.Table(
    "experiments",
    METADATA,
    _shop_key(),
    _key("id"),
    _required("arms", sa.JSON()),
    _required("started_at", sa.Text()),
    sa.Column("stopped_at", sa.Text()),
    sqlite_with_rowid=False,
)

SYNONYMS = sa.Table(
    "synonyms",
    METADATA,
    _shop_key(),
    _key("id"),
    _required("words", sa.JSON()),
    _required("means", sa.JSON()),
    sqlite_with_rowid=False,
)

RULES = sa.Table("rules", METADATA, _shop_key(), _key("id"), _required("body", sa.JSON()), sqlite_with_rowid=False)
