"""Putting products into the queue of every generation that is alive; shared by all that change products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.database import chunked
from catalog.schema import GENERATIONS, INDEX_STATE, PRODUCTS, SERVING
from core.generations import BUILDING, READY
from core.indexing import FAILED, PENDING

DELETED = "deleted"
LIVE_STATUSES = (BUILDING, READY)

# What a row looks like that waits to be claimed; `retry_at` comes on top.
WAITING: Mapping[str, Any] = {
    "state": PENDING,
    "attempts": 0,
    "error": None,
    "lease_until": None,
    "lease_owner": None,
}


def is_in(state: str) -> sa.ColumnElement[bool]:
    """Whether a row of the queue is in a state.

    A literal, because SQLite uses a partial index only when the statement says the index's own condition.
    """
    return INDEX_STATE.c.state == sa.literal_column(f"'{state}'")


def upsert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """INSERT in the words of the connected database, for the sake of `ON CONFLICT`."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def guard_generations(connection: sa.Connection, shop: str, *, exclusive: bool) -> None:
    """Keep the set of live generations still while products are queued for them.

    SQLite has one writer anyway. On PostgreSQL a product stored while a generation is added could otherwise miss it:
    neither transaction sees the other's rows.
    """
    if connection.dialect.name == "postgresql":
        call = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
        connection.execute(sa.text(f"SELECT {call}(hashtext('vitrine.generations'), hashtext(:shop))"), {"shop": shop})


def live_generation_ids(connection: sa.Connection, shop: str) -> list[str]:
    """Ids of the generations that are being built or are ready, in order."""
    chosen = (
        sa.select(GENERATIONS.c.id)
        .where(GENERATIONS.c.shop == shop, GENERATIONS.c.status.in_(LIVE_STATUSES))
        .order_by(GENERATIONS.c.id)
    )
    return list(connection.scalars(chosen))


def serving_generation_id(connection: sa.Connection, shop: str) -> str | None:
    """Id of the generation that answers queries, or None before the first."""
    return connection.scalar(sa.select(SERVING.c.generation).where(SERVING.c.shop == shop))


def queue_products(connection: sa.Connection, shop: str, product_ids: Iterable[str], now_s: float) -> None:
    """Mark products as pending in every live generation, whatever they were before; breaks leases on them."""
    columns = ("shop", "generation", "product_id", "retry_at", *WAITING)
    # PostgreSQL has to be told the type of a NULL that is selected.
    waiting = [sa.literal(value, INDEX_STATE.c[name].type) for name, value in WAITING.items()]
    ordered = sorted(product_ids)
    for generation in live_generation_ids(connection, shop) if ordered else ():
        for some in chunked(ordered):
            chosen = (
                sa.select(PRODUCTS.c.shop, sa.literal(generation), PRODUCTS.c.id, sa.literal(now_s), *waiting)
                .where(PRODUCTS.c.shop == shop, PRODUCTS.c.id.in_(some))
                .order_by(PRODUCTS.c.id)
            )
            insert = upsert_into(connection, INDEX_STATE).from_select(columns, chosen)
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["shop", "generation", "product_id"],
                    set_={name: insert.excluded[name] for name in ("retry_at", *WAITING)},
                )
            )


def failed_ids(connection: sa.Connection, shop: str, product_ids: Iterable[str]) -> set[str]:
    """Which of these products indexing has given up on, in any generation."""
    failed: set[str] = set()
    for some in chunked(sorted(product_ids)):
        chosen = sa.select(INDEX_STATE.c.product_id).where(
            INDEX_STATE.c.shop == shop, is_in(FAILED), INDEX_STATE.c.product_id.in_(some)
        )
        failed.update(connection.scalars(chosen))
    return failed


def queue_all_products(connection: sa.Connection, shop: str, generation_id: str, now_s: float) -> None:
    """Mark every live product as pending in one generation that knows none of them yet."""
    columns = ("shop", "generation", "product_id", "state", "retry_at")
    chosen = sa.select(
        PRODUCTS.c.shop, sa.literal(generation_id), PRODUCTS.c.id, sa.literal(PENDING), sa.literal(now_s)
    ).where(PRODUCTS.c.shop == shop, PRODUCTS.c.deleted_at.is_(None))
    connection.execute(INDEX_STATE.insert().from_select(columns, chosen))
