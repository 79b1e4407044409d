"""What was shown to whom, kept for as long as somebody learns from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from catalog.database import Database, moment_of
from catalog.queueing import upsert_into
from catalog.schema import EVENTS, IMPRESSIONS
from core.events import IMPRESSION, Event
from core.impressions import SEARCH, Impression, packed_signals, unpacked_signals
from core.products import rfc3339

# How many are read, or deleted, in one transaction.
_SLICE = 1_000


class Impressions:
    """The impressions of one shop. All methods raise `CatalogUnavailable` when the database is out of reach."""

    def __init__(self, database: Database, shop: str) -> None:
        self._database = database
        self._shop = shop

    def add(self, impressions: Sequence[Impression]) -> None:
        """Keep impressions, all or nothing; one that is known already stays as it was."""

        def work(connection: sa.Connection) -> None:
            # One statement for all rows, given apart from them, so that it need not be put together for every number.
            insert = upsert_into(connection, IMPRESSIONS).on_conflict_do_nothing()
            connection.execute(insert, [self._row(one) for one in impressions])

        if impressions:
            self._database.write(work)

    def since(self, moment: datetime) -> Iterator[Impression]:
        """All that were shown from a moment on, oldest first, a thousand in memory at a time."""
        after = (rfc3339(moment), "")
        place = sa.tuple_(IMPRESSIONS.c.shown_at, IMPRESSIONS.c.query_id)
        chosen = (
            sa.select(IMPRESSIONS)
            .where(IMPRESSIONS.c.shop == self._shop)
            .order_by(IMPRESSIONS.c.shown_at, IMPRESSIONS.c.query_id)
            .limit(_SLICE)
        )
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(chosen.where(place > after)).mappings().all()
            yield from map(_impression, rows)
            if len(rows) < _SLICE:
                return
            after = (rows[-1]["shown_at"], rows[-1]["query_id"])

    def of_shopper(self, user_id: str, count: int) -> list[Impression]:
        """The latest of one shopper, the last one first."""
        chosen = (
            sa.select(IMPRESSIONS)
            .where(IMPRESSIONS.c.shop == self._shop, IMPRESSIONS.c.user_id == user_id)
            .order_by(IMPRESSIONS.c.shown_at.desc(), IMPRESSIONS.c.query_id)
            .limit(count)
        )
        with self._database.reading() as connection:
            return [_impression(row) for row in connection.execute(chosen).mappings()]

    def acts(self, since: datetime) -> Iterator[Event]:
        """What was done with what was shown: events from a moment on that name the query they followed, unordered.

        That a product was seen is nothing that was done.
        """
        chosen = sa.select(EVENTS).where(
            *(EVENTS.c.shop == self._shop, EVENTS.c.query_id.is_not(None)),
            *(EVENTS.c.created_at >= rfc3339(since), EVENTS.c.type != IMPRESSION),
        )
        with self._database.reading() as connection:
            for row in connection.execute(chosen.execution_options(yield_per=_SLICE)).mappings():
                yield _event(row)

    def popular_texts(self, since: datetime, shoppers_min: int, count: int) -> list[tuple[str, int]]:
        """The words that most shoppers have searched for, and how many shoppers they were, most first.

        Parameters
        ----------
        shoppers_min: words of fewer shoppers are nobody else's business.
        """
        shopper = sa.func.coalesce(
            sa.func.nullif(IMPRESSIONS.c.user_id, ""), sa.func.nullif(IMPRESSIONS.c.session_id, "")
        )
        shoppers = sa.func.count(sa.distinct(shopper))
        chosen = (
            sa.select(IMPRESSIONS.c.text, shoppers)
            .where(
                IMPRESSIONS.c.shop == self._shop,
                IMPRESSIONS.c.shown_at >= rfc3339(since),
                IMPRESSIONS.c.surface == SEARCH,
                IMPRESSIONS.c.first_position == 0,
                IMPRESSIONS.c.text != "",
            )
            .group_by(IMPRESSIONS.c.text)
            .having(shoppers >= shoppers_min)
            .order_by(shoppers.desc(), IMPRESSIONS.c.text)
            .limit(count)
        )
        with self._database.reading() as connection:
            return [(str(text), int(number)) for text, number in connection.execute(chosen)]

    def delete_before(self, moment: datetime) -> int:
        """Forget what was shown earlier, in small transactions; returns how many there were."""
        old = (
            sa.select(IMPRESSIONS.c.query_id)
            .where(IMPRESSIONS.c.shop == self._shop, IMPRESSIONS.c.shown_at < rfc3339(moment))
            .order_by(IMPRESSIONS.c.shown_at)
            .limit(_SLICE)
        )
        gone = sa.delete(IMPRESSIONS).where(IMPRESSIONS.c.shop == self._shop, IMPRESSIONS.c.query_id.in_(old))
        count = 0
        while deleted := self._database.write(lambda connection: connection.execute(gone).rowcount):
            count += deleted
        return count

    def _row(self, one: Impression) -> dict[str, object]:
        return {
            "shop": self._shop,
            "query_id": one.query_id,
            "user_id": one.user_id,
            "session_id": one.session_id,
            "shown_at": rfc3339(one.shown_at),
            "items": list(one.items),
            "signals": packed_signals(one.signals),
            "propensities": list(one.propensities),
            "ranker": one.ranker,
            "generation": one.generation,
            "surface": one.surface,
            "text": one.text,
            "first_position": one.first_position,
        }


def _event(row: sa.RowMapping) -> Event:
    return Event(
        row["id"],
        row["user_id"],
        row["session_id"],
        row["type"],
        row["product_id"],
        moment_of(row["created_at"]),
        row["query_id"],
        row["position"],
        row["value"],
    )


def _impression(row: sa.RowMapping) -> Impression:
    items = tuple(row["items"])
    return Impression(
        query_id=row["query_id"],
        user_id=row["user_id"],
        session_id=row["session_id"],
        shown_at=moment_of(row["shown_at"]),
        items=items,
        signals=unpacked_signals(row["signals"], len(items)),
        propensities=tuple(row["propensities"]),
        ranker=row["ranker"],
        generation=row["generation"],
        surface=row["surface"] or SEARCH,
        first_position=row["first_position"],
        text=row["text"],
    )
