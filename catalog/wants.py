"""Who wanted what: the acts that tell which products go together."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.database import Database
from catalog.schema import EVENTS

# Looking is no wanting: whoever looks at two things may want neither.
_TYPES = ("like", "cart", "purchase")


class Wants:
    """The likes, carts and purchases of one shop."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def latest(self, count: int) -> list[tuple[str, str]]:
        """Shopper and product of the latest acts, the last one first.

        Raises
        ------
        CatalogUnavailable
        """
        columns = EVENTS.c
        chosen = (
            sa.select(columns.user_id, columns.product_id)
            .where(columns.shop == self._shop, columns.type.in_(_TYPES))
            .order_by(columns.created_at.desc(), columns.id)
            .limit(count)
        )
        with self._database.reading() as connection:
            return [(row.user_id, row.product_id) for row in connection.execute(chosen)]
