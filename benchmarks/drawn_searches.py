"""How good the searches of the drawn shop are: attribute queries such as "brown leather boots", and what comes first.

Only queries that at least ten products fulfil are asked, so that ten right answers are possible. The products that a
query is made from have no part in how it is answered: what is right is read from their attributes, not their titles.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.context import Context
from benchmarks.measures import Measure, Target
from benchmarks.processes import run_vitrine, wait_until_engine_left
from core.hits import Hit
from core.queries import SearchQuery
from core.settings import load_settings
from demo.catalogue import plan
from retrieval.search.pipeline import search
from retrieval.wiring import open_vitrine

PRODUCTS, QUERIES, SEED = 3_000, 50, 11
_FIRST = 10
# The order in which people say them; `category` comes last.
_SAID = ("colour", "pattern", "material")
_TARGET = Target(0.8, at_least=True)


@dataclass(frozen=True, slots=True)
class AttributeQuery:
    """What is typed, and what a product has to have."""

    text: str
    wanted: Mapping[str, str]

    def fulfilled_by(self, record: Mapping[str, Any]) -> bool:
        """Whether a product is what was asked for."""
        has = {**record["attributes"], "category": record["category"]}
        return all(has.get(name) == value for name, value in self.wanted.items())


def measure(context: Context) -> list[Measure]:
    """Precision at ten of the whole search, and of the photos alone, over the drawn shop."""
    count = context.sized(PRODUCTS, 300)
    folder = context.work_dir / "drawn"
    context.say(f"drawing and indexing {count:,} products")
    run_vitrine(folder, ["demo", "--no-serve", "--products", str(count), "--json"])
    shop = folder / "demo"
    wait_until_engine_left(shop)
    records = [product.record for product in plan(count)]
    queries = attribute_queries(records, QUERIES)
    by_id = {record["id"]: record for record in records}
    whole, looks = [], []
    with open_vitrine(load_settings({"data_dir": shop})) as v:
        for query in queries:
            hits = search(v, SearchQuery(text=query.text, limit=100, include_unavailable=True, explain=True)).hits
            whole.append(_precision(query, hits, by_id))
            seen = sorted(hits, key=lambda hit: -hit.signals.get("image", -1.0))
            looks.append(_precision(query, seen, by_id))
            context.say(f"{whole[-1]:.1f}  {query.text}")
    wait_until_engine_left(shop)
    return [
        Measure(f"precision@{_FIRST} of {len(queries)} attribute queries", (_mean(whole),), "share", _TARGET),
        Measure("the same hits, ordered by the image view alone", (_mean(looks),), "share"),
        Measure("the worst query", (min(whole),), "share"),
    ]


def attribute_queries(records: Sequence[Mapping[str, Any]], count: int) -> list[AttributeQuery]:
    """Categories with one or two attributes that at least ten products have, drawn by chance with a fixed seed."""
    counts: dict[tuple[tuple[str, str], ...], int] = {}
    for record in records:
        said = [(name, str(record["attributes"][name])) for name in _SAID if record["attributes"][name] != "plain"]
        for size in (1, 2):
            for chosen in itertools.combinations(said, size):
                key = (*chosen, ("category", str(record["category"])))
                counts[key] = counts.get(key, 0) + 1
    possible = {
        " ".join(values).lower(): key
        for key, products in sorted(counts.items())
        # A gold ring is golden and made of gold, which nobody says twice.
        if products >= _FIRST and len(set(values := [value for _, value in key])) == len(values)
    }
    chosen = random.Random(SEED).sample(sorted(possible), min(count, len(possible)))
    return [AttributeQuery(text, dict(possible[text])) for text in chosen]


def _precision(query: AttributeQuery, hits: Sequence[Hit], records: Mapping[str, Mapping[str, Any]]) -> float:
    return sum(query.fulfilled_by(records[hit.product_id]) for hit in hits[:_FIRST]) / _FIRST


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
