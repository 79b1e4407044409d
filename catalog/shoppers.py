"""What is kept of one shopper: given to another name when a guest signs in, or erased."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from catalog.database import Database, chunked, moment_of
from catalog.schema import EVENTS, IMPRESSIONS, POPULARITY
from core.events import popularity_of_act

# How many events are erased in one transaction, so that others need not wait for all of them.
_SLICE = 1_000
# What is left of a sum when everything is subtracted that it was made of.
_ROUNDING = 1e-9


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
            moved = [
                connection.execute(
                    sa.update(table)
                    .where(table.c.shop == self._shop, table.c.user_id == guest_id)
                    .values(user_id=user_id)
                ).rowcount
                for table in (EVENTS, IMPRESSIONS)
            ]
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

    def _erase_events(self, connection: sa.Connection, user_id: str) -> int:
        chosen = (
            sa.select(EVENTS.c.id, EVENTS.c.product_id, EVENTS.c.type, EVENTS.c.created_at)
            .where(EVENTS.c.shop == self._shop, EVENTS.c.user_id == user_id)
            .limit(_SLICE)
        )
        rows = connection.execute(chosen).all()
        added: dict[str, float] = {}
        for row in rows:
            popularity = popularity_of_act(row.type, moment_of(row.created_at))
            added[row.product_id] = added.get(row.product_id, 0.0) + popularity
        for some in chunked([row.id for row in rows]):
            connection.execute(sa.delete(EVENTS).where(EVENTS.c.shop == self._shop, EVENTS.c.id.in_(some)))
        # In one order for all, as where they are added.
        for product_id in sorted(name for name, popularity in added.items() if popularity):
            self._take_back(connection, product_id, added[product_id])
        return len(rows)

    def _take_back(self, connection: sa.Connection, product_id: str, popularity: float) -> None:
        its_row = sa.and_(POPULARITY.c.shop == self._shop, POPULARITY.c.product_id == product_id)
        only_his = POPULARITY.c.score <= popularity * (1 + _ROUNDING)
        if not connection.execute(sa.delete(POPULARITY).where(its_row, only_his)).rowcount:
            connection.execute(sa.update(POPULARITY).where(its_row).values(score=POPULARITY.c.score - popularity))
