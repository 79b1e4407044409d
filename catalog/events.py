"""What shoppers did, kept once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from catalog.database import Database, chunked, moment_of
from catalog.queueing import upsert_into
from catalog.schema import ACTS, EVENTS, POPULARITY, PRODUCTS
from core.events import Event, popularity_of
from core.products import rfc3339


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
        received_at = self._database.moment()

        def work(connection: sa.Connection) -> int:
            # One statement for all rows, given apart from them: SQLAlchemy would spend longer on one that holds them
            # than the database on storing them.
            insert = upsert_into(connection, EVENTS).on_conflict_do_nothing().returning(EVENTS.c.id)
            rows = [self._row(first[event_id], received_at) for event_id in sorted(first)]
            new = list(connection.scalars(insert, rows)) if rows else []
            self._add_popularity(connection, [first[event_id] for event_id in new])
            return len(new)

        return self._database.write(work)

    def latest(self, user_id: str, count: int) -> list[Event]:
        """A shopper's latest acts, the last one first; what was merely shown to him is none.

        Raises
        ------
        CatalogUnavailable
        """
        columns = EVENTS.c
        chosen = (
            sa.select(
                *(columns.id, columns.session_id, columns.type, columns.product_id),
                *(columns.created_at, columns.query_id, columns.position, columns.value),
            )
            .where(columns.shop == self._shop, columns.user_id == user_id, ACTS)
            .order_by(columns.created_at.desc(), columns.id.desc())
            .limit(count)
        )
        with self._database.reading() as connection:
            rows = connection.execute(chosen).all()
        return [
            Event(event_id, user_id, session_id, kind, product_id, moment_of(created_at), query_id, position, value)
            for event_id, session_id, kind, product_id, created_at, query_id, position, value in rows
        ]

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

    def _add_popularity(self, connection: sa.Connection, events: Sequence[Event]) -> None:
        added: dict[str, float] = {}
        for event in events:
            added[event.product_id] = added.get(event.product_id, 0.0) + popularity_of(event)
        # In one order for all, so that two batches at once do not wait for each other in a circle.
        wanted = sorted(product_id for product_id, score in added.items() if score)
        insert = upsert_into(connection, POPULARITY)
        raised = insert.on_conflict_do_update(
            index_elements=["shop", "product_id"], set_={"score": POPULARITY.c.score + insert.excluded.score}
        )
        if wanted:
            connection.execute(
                raised, [{"shop": self._shop, "product_id": name, "score": added[name]} for name in wanted]
            )

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
