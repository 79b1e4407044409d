"""What shoppers did, kept once."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from catalog.database import Database, chunked
from catalog.queueing import upsert_into
from catalog.schema import EVENTS
from core.events import Event
from core.products import rfc3339


class Events:
    """The events of one shop."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def add(self, events: Sequence[Event]) -> int:
        """Keep events; one whose id is known already changes nothing. Returns how many were new.

        Raises
        ------
        CatalogUnavailable
        """
        first = {event.id: event for event in reversed(events)}
        received_at = self._database.moment()

        def work(connection: sa.Connection) -> int:
            new = 0
            for some in chunked(sorted(first)):
                rows = [self._row(first[event_id], received_at) for event_id in some]
                insert = upsert_into(connection, EVENTS).values(rows).on_conflict_do_nothing()
                new += len(connection.scalars(insert.returning(EVENTS.c.id)).all())
            return new

        return self._database.write(work)

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
