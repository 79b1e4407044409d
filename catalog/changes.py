"""Every change of a product has a number, so that what is derived in memory can load only what has changed since.

The numbers of a shop come from one row that a writer holds until it has committed. So they are committed in their
order, and whoever has read the counter has missed nothing below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.database import Database
from catalog.queueing import upsert_into
from catalog.schema import PRODUCT_CHANGES, PRODUCTS

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a product is filtered, sorted and counted by.

    Attributes
    ----------
    deleted: it is gone; the rest is what it was last.
    created_at: RFC 3339 in UTC with microseconds.
    """

    id: str
    deleted: bool
    title: str
    brand: str | None
    category: str | None
    price: float | None
    currency: str | None
    group_id: str | None
    available: bool
    created_at: str
    attributes: Mapping[str, Any]


_COLUMNS = (
    PRODUCTS.c.id,
    PRODUCTS.c.deleted_at.is_not(None),
    PRODUCTS.c.title,
    PRODUCTS.c.brand,
    PRODUCTS.c.category,
    PRODUCTS.c.price,
    PRODUCTS.c.currency,
    PRODUCTS.c.group_id,
    PRODUCTS.c.available,
    PRODUCTS.c.created_at,
    PRODUCTS.c.attributes,
)


class ProductChanges:
    """The changes of one shop's products. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def latest(self) -> int:
        """The number of the last change; 0 before the first."""
        with self._database.reading() as connection:
            return self._latest(connection)

    @contextmanager
    def since(self, change: int | None) -> Iterator[tuple[int, Iterator[Sequence[ProductFacts]]]]:
        """The last number, and, in parts, the products changed after `change`, or with None all that are not deleted.

        A product that changes at the same moment may be among them and come again the next time.
        """
        chosen = sa.select(*_COLUMNS).where(PRODUCTS.c.shop == self._shop)
        if change is None:
            chosen = chosen.where(PRODUCTS.c.deleted_at.is_(None)).order_by(PRODUCTS.c.id)
        else:
            chosen = chosen.where(PRODUCTS.c.change > change).order_by(PRODUCTS.c.change)
        with self._database.reading() as connection:
            latest = self._latest(connection)
            found = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(chosen)
            yield latest, ([ProductFacts(*row) for row in some] for some in found.partitions())

    def _latest(self, connection: sa.Connection) -> int:
        chosen = sa.select(PRODUCT_CHANGES.c.latest).where(PRODUCT_CHANGES.c.shop == self._shop)
        return int(connection.scalar(chosen) or 0)


def next_change(connection: sa.Connection, shop: str) -> int:
    """The number for what this transaction changes; other writers of the shop's products wait until it has ended."""
    insert = upsert_into(connection, PRODUCT_CHANGES).values(shop=shop, latest=1)
    counted = insert.on_conflict_do_update(
        index_elements=["shop"], set_={"latest": PRODUCT_CHANGES.c.latest + 1}
    ).returning(PRODUCT_CHANGES.c.latest)
    return int(connection.scalar(counted) or 0)
