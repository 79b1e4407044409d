"""Pages of feeds in the log of what was shown: written for training, read for what a shopper has grown tired of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from catalog.opening import Catalog
from core.feeds import FeedAnswer, FeedQuery
from core.impressions import FEED, Impression, shown_signals
from retrieval.impressions import ImpressionLog

# Pages and answers that were shown to a shopper lately: so many, and no older than this.
_LATEST_MAX = 40
_TIRED_FOR = timedelta(days=14)


def note_feed(log: ImpressionLog, query: FeedQuery, answer: FeedAnswer) -> None:
    """Have it noted what a page of a feed has shown; returns at once and never raises."""
    shown_at = datetime.now(UTC)
    log.note(lambda: impression_of(query, answer, shown_at))


def impression_of(query: FeedQuery, answer: FeedAnswer, shown_at: datetime) -> Impression | None:
    """What a page has shown; None where it has shown nothing."""
    if not answer.items:
        return None
    hits = [item.hit for item in answer.items]
    return Impression(
        query_id=answer.query_id,
        user_id=query.user_id,
        session_id=query.session_id,
        shown_at=shown_at,
        items=tuple(hit.product_id for hit in hits),
        signals=shown_signals(hits),
        propensities=tuple(item.propensity for item in answer.items),
        generation=answer.generation,
        surface=FEED,
        first_position=answer.first_position,
    )


def tired_of(catalog: Catalog, user_id: str, now: datetime, touched: Collection[str]) -> Counter[str]:
    """By product in how many visits it was shown to a shopper lately without anything coming of it.

    Not how often: a page that searches at every letter shows the same products several times in a moment.

    Parameters
    ----------
    touched: products that he did anything with.

    Raises
    ------
    CatalogUnavailable
    """
    visits: dict[str, set[str]] = {}
    for impression in catalog.impressions.of_shopper(user_id, _LATEST_MAX):
        if impression.shown_at >= now - _TIRED_FOR:
            visits.setdefault(impression.session_id or impression.query_id, set()).update(impression.items)
    return Counter(product_id for shown in visits.values() for product_id in shown if product_id not in touched)
