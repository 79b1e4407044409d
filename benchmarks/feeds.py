"""Feeds beside plain searches: for shoppers who are known, for newcomers, and from an event to the changed feed.

In this process, over a copy of the full index, 20 products each. No query and no shopper comes twice, since repeated
ones are remembered; the sides take turns. Every shopper has looked at and liked products of three kinds. The way from
an event is the whole of it: the event checked, stored and committed, the profile made anew, the page. The score is that
of 200 products whose vectors are at hand.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.context import Context
from benchmarks.full_index import copy_of, full_index
from benchmarks.measures import Measure, Target, alternated, ratios
from core.feeds import FeedQuery
from core.profiles import Profile
from core.queries import SearchQuery
from core.settings import load_settings
from core.vectors import FloatArray, unit_rows
from retrieval.columns.table import Coded, Columns
from retrieval.events import accept_events
from retrieval.feed.liking import likenesses, pull, score_of
from retrieval.feed.pipeline import feed
from retrieval.search.pipeline import search
from retrieval.taste.tasting import taste_signals
from retrieval.wiring import Vitrine, open_vitrine

_OVER_SEARCH = Target(2.0)
_EVENT_MS_MAX = 20.0
_SCORING_MS_MAX = 3.0
_KINDS, _EVENTS_OF_KIND = 3, 8
_WARM = 5
_CANDIDATES, _VIEWS, _DIM, _DISLIKED = 200, ("text", "image"), 512, 20


def measure(context: Context) -> list[Measure]:
    """The ratios, and the p50 of each side."""
    index = copy_of(full_index(context), context.work_dir / "feeds")
    with open_vitrine(load_settings({"data_dir": index})) as v:
        columns = v.columns.latest()
        count = context.sized(40, 6)
        titles = _titles(columns)
        shoppers = _shoppers(v, columns, 2 * context.rounds * count + _WARM)
        for name in itertools.islice(shoppers, _WARM):
            search(v, SearchQuery(text=next(titles)))
            feed(v, FeedQuery(name))
        newcomers = (f"newcomer {number}" for number in itertools.count())
        sides: dict[str, Callable[[int], float]] = {
            "search": lambda _: _p50_ms(count, lambda: search(v, SearchQuery(text=next(titles)))),
            "feed": lambda _: _p50_ms(count, lambda: feed(v, FeedQuery(next(shoppers)))),
            "newcomer": lambda _: _p50_ms(count, lambda: feed(v, FeedQuery(next(newcomers)))),
            "event": lambda _: statistics.median(_from_event_ms(v, next(shoppers), columns) for _ in range(count)),
        }
        took = alternated(context.rounds, sides)
    scoring = tuple(_scoring_ms() for _ in range(context.rounds))
    return [
        ratios("a page of a known shopper's feed over a plain search, p50", took["feed"], took["search"], _OVER_SEARCH),
        ratios("a newcomer's over a plain search, p50", took["newcomer"], took["search"], _OVER_SEARCH),
        Measure("p50 from an event to the changed feed", tuple(took["event"]), "ms", Target(_EVENT_MS_MAX)),
        Measure(f"scoring {_CANDIDATES} candidates, processor time", scoring, "ms", Target(_SCORING_MS_MAX)),
        Measure("p50 of the plain search", tuple(took["search"]), "ms"),
        Measure("p50 of a known shopper's feed", tuple(took["feed"]), "ms"),
        Measure("p50 of a newcomer's feed", tuple(took["newcomer"]), "ms"),
    ]


def _p50_ms(count: int, work: Callable[[], object]) -> float:
    return statistics.median(_took_ms(work) for _ in range(count))


def _took_ms(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1_000


def _processor_ms(work: Callable[[], object]) -> float:
    """One thread does all of this and waits for nothing, so that what else runs, here as well, does not count."""
    began_s = time.thread_time()
    work()
    return (time.thread_time() - began_s) * 1_000


def _from_event_ms(v: Vitrine, shopper: str, columns: Columns) -> float:
    """Of a shopper who has a page of the feed before him and likes something."""
    feed(v, FeedQuery(shopper))

    def liked_then_fed() -> None:
        accept_events(v, [{"user_id": shopper, "type": "like", "product_id": columns.ids[0]}])
        feed(v, FeedQuery(shopper))

    return _took_ms(liked_then_fed)


def _titles(columns: Columns) -> Iterator[str]:
    titles = columns.by_field["title"]
    assert isinstance(titles, Coded)
    rows = np.random.default_rng(5).permutation(np.flatnonzero(columns.alive))
    codes, _ = titles.cells.of(rows)
    return (str(titles.vocabulary.values[code]) for code in dict.fromkeys(codes.tolist()))


def _shoppers(v: Vitrine, columns: Columns, count: int) -> Iterator[str]:
    """Names of shoppers who have looked at neighbours in the catalogue, and liked some; it stores their events."""
    lot = np.random.default_rng(11)
    alive = [columns.ids[row] for row in columns.by_id[columns.alive[columns.by_id]].tolist()]
    names = [f"shopper {number}" for number in range(count)]
    for name in names:
        firsts = lot.integers(0, len(alive) - _EVENTS_OF_KIND, _KINDS)
        wanted = [alive[first + step] for first in firsts.tolist() for step in range(_EVENTS_OF_KIND)]
        kinds = itertools.cycle(("view", "like", "click", "view"))
        events = [
            {"id": f"{name} {at}", "user_id": name, "type": kind, "product_id": product_id}
            for at, (kind, product_id) in enumerate(zip(kinds, wanted, strict=False))
        ]
        accept_events(v, events)
    return iter(names)


def _scoring_ms() -> float:
    lot = np.random.default_rng(3)

    def vectors(count: int) -> FloatArray:
        return unit_rows(lot.normal(size=(count, _DIM)))

    looks = {view: vectors(_CANDIDATES) for view in _VIEWS}
    one: Sequence[dict[str, FloatArray]] = [{view: vectors(1)[0] for view in _VIEWS} for _ in range(5)]
    disliked = {view: vectors(_DISLIKED) for view in _VIEWS}
    profile = Profile(30, one[0], one[1], one[2], disliked)
    nothing = np.zeros(_CANDIDATES, dtype=np.float32)
    plain = dict.fromkeys(("popularity", "freshness", "together", "shoppers", "fatigue"), nothing)

    def score() -> None:
        cosines = likenesses(looks, one)
        signals = {**taste_signals(profile, looks), **plain, "interest": np.fmax.reduce(cosines, axis=1)}
        score_of(pull(cosines, [1.0] * len(one)).max(axis=1), signals, profile.events)

    return statistics.median(_processor_ms(score) for _ in range(20))
