"""A feed from the shopper to a page: gather, score, vary, mix, and say why."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from core.feeds import FeedAnswer, FeedQuery
from retrieval.feed.cursors import Shown, read_cursor, write_cursor
from retrieval.feed.page import Page
from retrieval.feed.shopper import shopper_of
from retrieval.ids import new_id
from retrieval.search.own_filters import check_attributes
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine, answering_generation

_SEED_BITS = 32


def feed(v: Vitrine, query: FeedQuery, now: datetime | None = None) -> FeedAnswer:
    """One page of what a shopper should see next.

    Parameters
    ----------
    now: the present moment; default: this machine's.

    Raises
    ------
    InvalidQuery: the cursor is damaged, or of another feed.
    InvalidFilter: a filter on an attribute that no product has ever had.
    CatalogUnavailable, StoreError
    """
    clock = StageClock()
    with clock.stage("total"):
        shown = read_cursor(query) or Shown(secrets.randbits(_SEED_BITS))
        with clock.stage("generation"):
            generation = answering_generation(v)
            check_attributes(v.catalog, query.filter)
        moment = now or datetime.now(UTC)
        with clock.stage("taste"):
            shopper = shopper_of(v, generation, query, moment)
        page = Page(v, generation, query, shopper, shown, clock)
        items, left = page.items()
    following = None if left is None else write_cursor(query, left)
    return FeedAnswer(items, new_id("q"), following, len(shown), generation.id, clock.took_ms)
