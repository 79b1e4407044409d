"""Taste over the drawn shop: how soon an event changes a profile, what it costs a search, and how much of it is best.

The shoppers of the last part are made: each wants one colour above all, likes one pattern, and cannot stand another
colour. They have liked and disliked products of all kinds, drawn by chance, and then search for one kind of product. A
hit is worth 1 if it is of that kind, 2 more for the colour, 1 more for the pattern; of the other colour it is worth
nothing. The titles that the products are found by tell their colours; the taste is not told of what the hits are worth.
"""

from __future__ import annotations

import csv
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.context import Context
from benchmarks.measures import Measure, Target, alternated, ratios
from benchmarks.processes import run_vitrine, wait_until_engine_left
from core.profiles import EVENTS_READ_MAX
from core.queries import SearchQuery
from core.ranking_metrics import ndcg
from core.settings import load_settings
from demo.catalogue import plan
from retrieval.event_files import EventsImport, import_events
from retrieval.events import accept_events
from retrieval.search.pipeline import search
from retrieval.taste.making import profile_for
from retrieval.wiring import Vitrine, open_vitrine, serving_generation

PRODUCTS, SHOPPERS, SEED = 1_000, 60, 7
SHARES = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0)
_FIRST = 10
_LIKES, _DISLIKES = 8, 4
_TIMES = 40
_EVENTS_IMPORTED = 60_000
_MANY_EVENTS = 200_000
_P50_MS = Target(20.0)
_EVENTS_PER_S = Target(5_000.0, at_least=True)

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MadeShopper:
    """Somebody of whom it is known what he wants."""

    name: str
    colour: str
    pattern: str
    disliked: str
    category: str

    def worth(self, record: Mapping[str, Any]) -> float:
        """What a product is worth to him as he looks for his category."""
        has = record["attributes"]
        if record["category"] != self.category or has["colour"] == self.disliked:
            return 0.0
        return 1.0 + 2.0 * float(has["colour"] == self.colour) + float(has["pattern"] == self.pattern)


def measure(context: Context) -> list[Measure]:
    """Speed, and the share of taste that serves made shoppers best."""
    count = context.sized(PRODUCTS, 200)
    folder = context.work_dir / "taste"
    context.say(f"drawing and indexing {count:,} products")
    run_vitrine(folder, ["demo", "--no-serve", "--products", str(count), "--json"])
    shop = folder / "demo"
    wait_until_engine_left(shop)
    records = [product.record for product in plan(count)]
    with open_vitrine(load_settings({"data_dir": shop})) as v:
        # First, because what the crowd does that is there for speed has nothing to do with taste.
        shares = _shares(context, v, records)
        measures = [*_speed(context, v, records), *shares]
    wait_until_engine_left(shop)
    return measures


def _speed(context: Context, v: Vitrine, records: Records) -> list[Measure]:
    ids = [record["id"] for record in records]
    rates = [_imported(v, context, ids, f"crowd{number}") for number in range(context.rounds)]
    _act(v, "usual", ids, EVENTS_READ_MAX)
    context.say(f"a shopper of {context.sized(_MANY_EVENTS, 2_000):,} events")
    _act(v, "busy", ids, context.sized(_MANY_EVENTS, 2_000))
    times = context.sized(_TIMES, 3)
    took_ms = alternated(
        context.rounds,
        {
            "usual": lambda _: _changed(v, "usual", ids, times),
            "busy": lambda _: _changed(v, "busy", ids, times),
            "plain": lambda number: _searched(v, records, times, number, ""),
            "tasted": lambda number: _searched(v, records, times, number, "usual"),
        },
    )
    return [
        Measure("events imported from CSV, one process", tuple(rates), "/s", _EVENTS_PER_S),
        Measure(f"event to changed profile, p50, {EVENTS_READ_MAX} events", tuple(took_ms["usual"]), "ms", _P50_MS),
        ratios(
            f"the same with {context.sized(_MANY_EVENTS, 2_000):,} events, over it", took_ms["busy"], took_ms["usual"]
        ),
        Measure("plain search, p50", tuple(took_ms["plain"]), "ms"),
        ratios("search with taste over plain search, p50", took_ms["tasted"], took_ms["plain"]),
    ]


def _shares(context: Context, v: Vitrine, records: Records) -> list[Measure]:
    by_id = {record["id"]: record for record in records}
    shoppers = made_shoppers(records, context.sized(SHOPPERS, 6))
    for shopper in shoppers:
        _live(v, shopper, records)
    measures = []
    for share in SHARES:
        values = [_ndcg(v, shopper, share, by_id) for shopper in shoppers]
        name = f"NDCG@{_FIRST} of {len(shoppers)} made shoppers, personalize {share:g}"
        measures.append(Measure(name, (statistics.mean(values),), "share"))
    return measures


def made_shoppers(records: Records, count: int) -> list[MadeShopper]:
    """Shoppers whose colour is among the products of the category that they look for; drawn with a fixed seed."""
    chance = random.Random(SEED)
    patterns = sorted({record["attributes"]["pattern"] for record in records})
    shoppers = []
    for number in range(count):
        category = chance.choice(records)["category"]
        colours = sorted({one["attributes"]["colour"] for one in records if one["category"] == category})
        colour, disliked = (*chance.sample(colours, 2),) if len(colours) > 1 else (colours[0], "")
        shoppers.append(MadeShopper(f"made-{number}", colour, chance.choice(patterns), disliked, category))
    return shoppers


def _live(v: Vitrine, shopper: MadeShopper, records: Records) -> None:
    """Likes and dislikes of products of other categories than that which is looked for later."""
    chance = random.Random(shopper.name)
    others = [record for record in records if record["category"] != shopper.category]
    liked = [record for record in others if record["attributes"]["colour"] == shopper.colour]
    disliked = [record for record in others if record["attributes"]["colour"] == shopper.disliked]
    acts = [("like", one) for one in chance.sample(liked, min(_LIKES, len(liked)))]
    acts += [("dislike", one) for one in chance.sample(disliked, min(_DISLIKES, len(disliked)))]
    accept_events(v, [{"user_id": shopper.name, "type": kind, "product_id": one["id"]} for kind, one in acts])


def _ndcg(v: Vitrine, shopper: MadeShopper, share: float, by_id: Mapping[str, Mapping[str, Any]]) -> float:
    query = SearchQuery(
        shopper.category, user_id=shopper.name, personalize=share, limit=_FIRST, include_unavailable=True
    )
    found = [shopper.worth(by_id[hit.product_id]) for hit in search(v, query).hits]
    gains = np.array([found + [0.0] * (_FIRST - len(found))])
    return float(ndcg(gains, np.array([[shopper.worth(record) for record in by_id.values()]]), _FIRST)[0])


def _imported(v: Vitrine, context: Context, ids: Sequence[str], name: str) -> float:
    """Events a second, from a file of rows in no order."""
    count, chance = context.sized(_EVENTS_IMPORTED, 500), random.Random(name)
    path: Path = context.work_dir / f"{name}.csv"
    now = datetime.now(UTC)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["event_time", "event_type", "product_id", "user_id", "user_session"])
        for number in range(count):
            when = now - timedelta(seconds=chance.randrange(10**7))
            kind = chance.choice(("view", "view", "view", "cart", "purchase"))
            rows.writerow([when.isoformat(), kind, chance.choice(ids), f"{name}-{number % 3_000}", f"s{number // 9}"])
    began_s = time.perf_counter()
    taken = import_events(v, EventsImport(path), lambda _: None)
    return taken.accepted / (time.perf_counter() - began_s)


def _act(v: Vitrine, user_id: str, ids: Sequence[str], count: int) -> None:
    chance, now = random.Random(user_id), datetime.now(UTC)
    kinds = ("view", "view", "view", "click", "like", "dislike")
    for start in range(0, count, 5_000):
        events = [
            {
                "id": f"{user_id}-{number}",
                "user_id": user_id,
                "type": chance.choice(kinds),
                "product_id": chance.choice(ids),
                "created_at": (now - timedelta(minutes=7 * number)).isoformat(),
            }
            for number in range(start, min(count, start + 5_000))
        ]
        accept_events(v, events)


def _changed(v: Vitrine, user_id: str, ids: Sequence[str], times: int) -> float:
    """p50 of taking in one event and making the profile anew, in milliseconds."""
    generation = serving_generation(v)

    def once(number: int) -> None:
        accept_events(
            v, [{"user_id": user_id, "type": "like", "product_id": ids[number], "query_id": str(time.time())}]
        )
        profile_for(v, generation, user_id)

    return _p50_ms(once, times)


def _searched(v: Vitrine, records: Records, times: int, seed: int, user_id: str) -> float:
    texts = random.Random(seed).sample(sorted({record["title"] for record in records}), times)
    return _p50_ms(lambda number: search(v, SearchQuery(texts[number], user_id=user_id)), times)


def _p50_ms(work: Callable[[int], object], times: int) -> float:
    took_ms = []
    for number in range(times):
        began_s = time.perf_counter()
        work(number)
        took_ms.append((time.perf_counter() - began_s) * 1_000)
    return statistics.median(took_ms)
