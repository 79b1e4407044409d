"""The words of all products as a stream, and the photos that stand beside suggestions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from catalog.database import Database, chunked
from catalog.schema import PHOTOS, PRODUCTS

_ROWS_AT_ONCE = 500
_COLUMNS = (
    PRODUCTS.c.id,
    PRODUCTS.c.title,
    PRODUCTS.c.brand,
    PRODUCTS.c.category,
    PRODUCTS.c.description,
    PRODUCTS.c.attributes,
    PRODUCTS.c.available,
)


@dataclass(frozen=True, slots=True)
class WordedProduct:
    """What can be read of a product."""

    id: str
    title: str
    brand: str | None
    category: str | None
    description: str
    attributes: Mapping[str, Any]
    available: bool


class ProductWords:
    """The words of one shop's products. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    @contextmanager
    def all(self) -> Iterator[Iterator[Sequence[WordedProduct]]]:
        """Every product that is not deleted, in parts."""
        chosen = sa.select(*_COLUMNS).where(PRODUCTS.c.shop == self._shop, PRODUCTS.c.deleted_at.is_(None))
        with self._database.reading() as connection:
            found = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(chosen.order_by(PRODUCTS.c.id))
            yield ([WordedProduct(*row) for row in some] for some in found.partitions())

    def first_photos(self, product_ids: Sequence[str]) -> dict[str, str]:
        """The digest of the photo that is shown first, by product id; products without photos are left out."""
        digests: dict[str, str] = {}
        with self._database.reading() as connection:
            for some in chunked(sorted(set(product_ids))):
                chosen = sa.select(PHOTOS.c.product_id, PHOTOS.c.digest).where(
                    PHOTOS.c.shop == self._shop, PHOTOS.c.product_id.in_(some), PHOTOS.c.position == 0
                )
                digests |= dict(connection.execute(chosen).all())
        return digests
