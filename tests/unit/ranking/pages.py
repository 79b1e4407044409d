"""Pages of a shop whose shoppers want what is popular, and look less the further down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from core.events import Event
from core.impressions import Impression

START = datetime(2026, 1, 1, tzinfo=UTC)
ITEMS = 8


@dataclass(frozen=True)
class Simulated:
    """Impressions and what was done with them."""

    pages: list[Impression]
    events: list[Event]


def simulated(count: int, seed: int = 5, queries: int = 12) -> Simulated:
    """Pages in the order of a relevance that says little, a minute apart, each of another shopper."""
    rng = np.random.default_rng(seed)
    popularity = rng.gamma(1.0, 1.0, (queries, 20)).astype(np.float32)
    pages, events = [], []
    for number in range(count):
        query = int(rng.integers(queries))
        standing = rng.normal(size=20).astype(np.float32)
        order = np.argsort(-standing)[:ITEMS]
        shown_at = START + timedelta(minutes=number)
        page = Impression(
            query_id=f"q{number:05}",
            user_id=f"u{number}",
            session_id=f"s{number}",
            shown_at=shown_at,
            items=tuple(f"{query}-{product}" for product in order),
            signals={"standing": standing[order], "popularity": popularity[query][order]},
            text=f"query {query}",
        )
        pages.append(page)
        wants = popularity[query][order] / 4
        clicks = rng.random(ITEMS) < np.minimum(1.0, wants) * (np.arange(ITEMS) + 1.0) ** -0.5
        events += [click(page, int(at)) for at in np.flatnonzero(clicks)]
    return Simulated(pages, events)


def click(page: Impression, at: int, kind: str = "click", minutes: float = 0.5) -> Event:
    """What somebody did with one product of a page, some time after it was shown."""
    when = page.shown_at + timedelta(minutes=minutes)
    name = f"{page.query_id}-{at}-{kind}-{minutes}"
    return Event(name, page.user_id, page.session_id, kind, page.items[at], when, page.query_id, at)
