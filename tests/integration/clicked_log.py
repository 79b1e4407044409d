"""A log of searches whose shoppers all want the same products, whatever they have searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from core.events import Event
from core.impressions import Impression
from core.queries import SearchQuery
from retrieval.impressions import impression_of
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine

PAGES = 240
# What is wanted was bought before, so often that the clicks of the log change little about it.
_BOUGHT = 40


def make_log(v: Vitrine, words: Sequence[str], wanted: frozenset[str]) -> None:
    """Real answers, shown in many orders and looked at from the top; clicks go to what is wanted, which is popular."""
    now = datetime.now(UTC)
    v.catalog.events.add(
        [
            Event(f"bought-{name}-{i}", f"u{i}", "", "purchase", name, now - timedelta(days=1))
            for name in sorted(wanted)
            for i in range(_BOUGHT)
        ]
    )
    v.popularity.look_again()
    v.columns.current()
    rng = np.random.default_rng(3)
    queries = [SearchQuery(text=text, cutoff="off", limit=12) for text in words]
    answers = [search(v, query) for query in queries]
    pages: list[Impression] = []
    clicks: list[Event] = []
    for number in range(PAGES):
        which = number % len(queries)
        hits = tuple(answers[which].hits[at] for at in rng.permutation(len(answers[which].hits)))
        shown = replace(answers[which], hits=hits, query_id=f"q{number:04}")
        moment = now - timedelta(minutes=PAGES - number)
        page = impression_of(replace(queries[which], user_id=f"u{number}"), shown, moment)
        assert page is not None
        pages.append(page)
        wants = np.array([0.7 if name in wanted else 0.05 for name in page.items])
        clicked = rng.random(len(hits)) < wants * (np.arange(len(hits)) + 1.0) ** -0.5
        clicks += [_click(page, page.items[at], moment) for at in np.flatnonzero(clicked)]
    v.catalog.impressions.add(pages)
    v.catalog.events.add(clicks)


def _click(page: Impression, product_id: str, moment: datetime) -> Event:
    return Event(f"{page.query_id}-{product_id}", page.user_id, "", "click", product_id, moment, page.query_id)
