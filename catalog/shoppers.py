"""What is kept of one shopper: given to another name when a guest signs in, or erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from catalog.database import Database, chunked, moment_of
from catalog.popularity import LIKE, LIKING_TYPES, change_popularity, likes_popularity
from catalog.schema import EVENTS, IMPRESSIONS, OPINIONS
from core.events import popularity_of_act

# How many events are erased in one transaction, so that others need not wait for all of them.
_SLICE = 1_000


@dataclass(frozen=True, slots=True)
class ShopperRecords:
    """How many of a shopper's records something was done with."""

    events: int
    impressions: int


class Shoppers:
    """The shoppers of one shop. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def merge(self, guest_id: str, user_id: str) -> ShopperRecords:
        """Give everything that a guest did and saw to a shopper, all or nothing."""

        def work(connection: sa.Connection) -> ShopperRecords:
            products = self._opined_on(connection, guest_id)
            both = {(name, product_id) for name in (guest_id, user_id) for product_id in products}
            before = likes_popularity(connection, self._shop, both)
            moved = [
                connection.execute(
                    sa.update(table)
                    .where(table.c.shop == self._shop, table.c.user_id == guest_id)
                    .values(user_id=user_id)
                ).rowcount
                for table in (EVENTS, IMPRESSIONS)
            ]
            # Who has liked a product under both names likes it once.
            change_popularity(connection, self._shop, before, likes_popularity(connection, self._shop, both))
            return ShopperRecords(*moved)

        return self._database.write(work)

    def erase(self, user_id: str) -> ShopperRecords:
        """Delete everything that is kept of a shopper, and take back what he added to products' popularity.

        In small transactions; one that was cut off is finished by the next.
        """
        events = impressions = 0
        while erased := self._database.write(lambda connection: self._erase_events(connection, user_id)):
            events += erased
        shown = (
            sa.select(IMPRESSIONS.c.query_id)
            .where(IMPRESSIONS.c.shop == self._shop, IMPRESSIONS.c.user_id == user_id)
            .limit(_SLICE)
        )
        gone = sa.delete(IMPRESSIONS).where(IMPRESSIONS.c.shop == self._shop, IMPRESSIONS.c.query_id.in_(shown))
        while erased := self._database.write(lambda connection: connection.execute(gone).rowcount):
            impressions += erased
        return ShopperRecords(events, impressions)

    def _opined_on(self, connection: sa.Connection, user_id: str) -> Sequence[str]:
        """Products that a shopper has liked or refused, or taken that back from."""
        columns = EVENTS.c
        opined = sa.select(columns.product_id).where(columns.shop == self._shop, columns.user_id == user_id, OPINIONS)
        return connection.scalars(opined.where(columns.type.in_(LIKING_TYPES)).distinct()).all()

    def _erase_events(self, connection: sa.Connection, user_id: str) -> int:
        # The oldest first, so that no like stands again because what took it back is erased before it.
        chosen = (
            sa.select(EVENTS.c.id, EVENTS.c.product_id, EVENTS.c.type, EVENTS.c.created_at)
            .where(EVENTS.c.shop == self._shop, EVENTS.c.user_id == user_id)
            .order_by(EVENTS.c.created_at, EVENTS.c.id)
            .limit(_SLICE)
        )
        rows = connection.execute(chosen).all()
        opinions = {(user_id, row.product_id) for row in rows if row.type in LIKING_TYPES}
        before = likes_popularity(connection, self._shop, opinions)
        for row in rows:
            if row.type != LIKE:
                popularity = popularity_of_act(row.type, moment_of(row.created_at))
                before[row.product_id] = before.get(row.product_id, 0.0) + popularity
        for some in chunked([row.id for row in rows]):
            connection.execute(sa.delete(EVENTS).where(EVENTS.c.shop == self._shop, EVENTS.c.id.in_(some)))
        change_popularity(connection, self._shop, before, likes_popularity(connection, self._shop, opinions))
        return len(rows)
