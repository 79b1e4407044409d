"""What shoppers did, kept once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from catalog.database import Database, chunked, moment_of
from catalog.popularity import LIKE, LIKING_TYPES, change_popularity, likes_popularity
from catalog.queueing import upsert_into
from catalog.schema import ACTS, EVENTS, OPINIONS, POPULARITY, PRODUCTS, REFUSALS
from core.events import CHANGES_MIND, RETRACTION, Event, popularity_of
from core.products import rfc3339

_COLUMNS = (
    *(EVENTS.c.id, EVENTS.c.session_id, EVENTS.c.type, EVENTS.c.product_id),
    *(EVENTS.c.created_at, EVENTS.c.query_id, EVENTS.c.position, EVENTS.c.value),
)


class Events:
    """The events of one shop."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def add(self, events: Sequence[Event]) -> int:
        """Keep events, and what they say of their products' popularity, all or nothing.

        One whose id is known already changes nothing. Returns how many were new.

        Raises
        ------
        CatalogUnavailable
        """
        first = {event.id: event for event in reversed(events)}
        opinions = {(event.user_id, event.product_id) for event in events if event.type in LIKING_TYPES}
        received_at = self._database.moment()

        def work(connection: sa.Connection) -> int:
            # One statement for all rows, given apart from them: SQLAlchemy would spend longer on one that holds them
            # than the database on storing them.
            insert = upsert_into(connection, EVENTS).on_conflict_do_nothing().returning(EVENTS.c.id)
            rows = [self._row(first[event_id], received_at) for event_id in sorted(first)]
            before = likes_popularity(connection, self._shop, opinions)
            new = list(connection.scalars(insert, rows)) if rows else []
            now = likes_popularity(connection, self._shop, opinions)
            for event in (first[event_id] for event_id in new):
                if event.type != LIKE:
                    now[event.product_id] = now.get(event.product_id, 0.0) + popularity_of(event)
            change_popularity(connection, self._shop, before, now)
            return len(new)

        return self._database.write(work)

    def latest(self, user_id: str, count: int) -> list[Event]:
        """A shopper's latest acts, the last one first; what was merely shown to him is none.

        Raises
        ------
        CatalogUnavailable
        """
        return self._latest(user_id, sa.select(*_COLUMNS, sa.true()).where(ACTS), count)

    def refusals(self, user_id: str, before: Event, count: int) -> list[Event]:
        """A shopper's latest dislikes, hidings and purchases before one of his acts, the last one first.

        Those that he took back since, or changed his mind about, are left out.

        Parameters
        ----------
        count: of so many acts, those that were taken back among them.

        Raises
        ------
        CatalogUnavailable
        """
        columns = EVENTS.c
        earlier = sa.tuple_(columns.created_at, columns.id) < sa.tuple_(
            sa.literal(rfc3339(before.created_at)), sa.literal(before.id)
        )
        stands = sa.or_(columns.type == "purchase", ~followed_by(EVENTS, (*CHANGES_MIND, RETRACTION)))
        return self._latest(user_id, sa.select(*_COLUMNS, stands).where(REFUSALS, earlier), count)

    def popularity(self) -> dict[str, float]:
        """How much each product is wanted that anybody has done something with; only the order has a meaning.

        Raises
        ------
        CatalogUnavailable
        """
        chosen = sa.select(POPULARITY.c.product_id, POPULARITY.c.score).where(POPULARITY.c.shop == self._shop)
        with self._database.reading() as connection:
            return {row.product_id: row.score for row in connection.execute(chosen)}

    def unknown_products(self, product_ids: Sequence[str]) -> set[str]:
        """Those of these products that the shop has never had, or has forgotten.

        Raises
        ------
        CatalogUnavailable
        """
        unknown = set(product_ids)
        with self._database.reading() as connection:
            for some in chunked(sorted(unknown)):
                chosen = sa.select(PRODUCTS.c.id).where(PRODUCTS.c.shop == self._shop, PRODUCTS.c.id.in_(some))
                unknown.difference_update(connection.scalars(chosen))
        return unknown

    def _latest(self, user_id: str, chosen: sa.Select[Any], count: int) -> list[Event]:
        """The latest of a shopper's chosen events, the last one first, without those whose last column is false."""
        columns = EVENTS.c
        his = (
            chosen.where(columns.shop == self._shop, columns.user_id == user_id)
            .order_by(columns.created_at.desc(), columns.id.desc())
            .limit(count)
        )
        with self._database.reading() as connection:
            rows = connection.execute(his).all()
        return [
            Event(event_id, user_id, session_id, kind, product_id, moment_of(created_at), query_id, position, value)
            for event_id, session_id, kind, product_id, created_at, query_id, position, value, stands in rows
            if stands
        ]

    def _row(self, event: Event, received_at: str) -> dict[str, object]:
        return {
            "shop": self._shop,
            "id": event.id,
            "user_id": event.user_id,
            "session_id": event.session_id,
            "type": event.type,
            "product_id": event.product_id,
            "query_id": event.query_id,
            "position": event.position,
            "value": event.value,
            "created_at": rfc3339(event.created_at),
            "received_at": received_at,
        }


def followed_by(act: sa.FromClause, types: Sequence[str], *, unless: Sequence[str] = ()) -> sa.ColumnElement[bool]:
    """Whether the same shopper later did one of some things to an act's product.

    Parameters
    ----------
    act: the table of events, or another name of it.
    types: likes, carts, purchases, refusals or retractions; others are not looked for.
    unless: one that was itself followed by one of these does not count.
    """
    later = EVENTS.alias()
    found = sa.exists().where(
        later.c.shop == act.c.shop,
        later.c.user_id == act.c.user_id,
        later.c.product_id == act.c.product_id,
        OPINIONS,
        later.c.type.in_(types),
        sa.tuple_(later.c.created_at, later.c.id) > sa.tuple_(act.c.created_at, act.c.id),
    )
    return found.where(~followed_by(later, unless)) if unless else found
