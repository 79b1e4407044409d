"""Who wanted what: the acts that tell which products go together."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.database import Database
from catalog.events import followed_by
from catalog.schema import EVENTS, WANTS
from core.events import RETRACTION, UNWANTED_TYPES


class Wants:
    """The likes, carts and purchases of one shop that stand."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def latest(self, count: int) -> list[tuple[str, str]]:
        """Shopper and product of the latest acts, the last one first.

        What a shopper later disliked or hid he does not want, nor what he took his like back from. Looking is no
        wanting: whoever looks at two things may want neither.

        Raises
        ------
        CatalogUnavailable
        """
        columns = EVENTS.c
        retracted = sa.and_(columns.type == "like", followed_by(EVENTS, (RETRACTION,)))
        refused = followed_by(EVENTS, UNWANTED_TYPES, unless=(RETRACTION,))
        chosen = (
            sa.select(columns.user_id, columns.product_id)
            .where(columns.shop == self._shop, WANTS, ~retracted, ~refused)
            .order_by(columns.created_at.desc(), columns.id.desc())
            .limit(count)
        )
        with self._database.reading() as connection:
            return [(row.user_id, row.product_id) for row in connection.execute(chosen)]
