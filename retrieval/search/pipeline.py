"""The stages in their order, each timed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.errors import InvalidFilter
from core.filters import ATTRIBUTE_PREFIX, And, Filter, Not, Or
from core.generations import Generation
from core.hits import SearchAnswer
from core.queries import SearchQuery
from retrieval.ids import new_id
from retrieval.search.encode import encode_query
from retrieval.search.fusion import fuse, view_weights
from retrieval.search.recall import recall
from retrieval.wiring import Vitrine, serving_generation


@dataclass
class StageClock:
    """How long each stage took, in milliseconds."""

    took_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside, under this name."""
        start = time.perf_counter()
        yield
        self.took_ms[name] = round((time.perf_counter() - start) * 1_000, 3)


def search(v: Vitrine, query: SearchQuery) -> SearchAnswer:
    """Answer one query over the serving generation.

    Raises
    ------
    InvalidQuery, InvalidFilter, InvalidPhoto: what was asked cannot be answered, and why.
    NotFound: the product that was asked with does not exist.
    """
    clock = StageClock()
    with clock.stage("total"):
        with clock.stage("generation"):
            generation = serving_generation(v)
            check_attributes(v, query.filter)
        with clock.stage("encode"):
            vectors = encode_query(v, generation, query)
        with clock.stage("recall"):
            found = recall(v, generation, query, vectors)
        with clock.stage("fusion"):
            page = fuse(found, v.settings.fusion, view_weights(query)).ranked(query.limit)
        with clock.stage("payloads"):
            hits = page.hits(payloads_of(v, generation, page.ids))
    return SearchAnswer(hits, new_id("q"), clock.took_ms)


def payloads_of(v: Vitrine, generation: Generation, product_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What a result list shows, by product id; products that are gone are left out."""
    stored = v.store.retrieve(generation.id, product_ids, payload=True)
    return {product_id: point.payload for product_id, point in stored.items()}


def check_attributes(v: Vitrine, where: Filter | None) -> None:
    """Refuse a filter on an attribute that no product has ever had; raises `InvalidFilter`."""
    named = {name.removeprefix(ATTRIBUTE_PREFIX) for name in _fields(where) if name.startswith(ATTRIBUTE_PREFIX)}
    if not named:
        return
    known = v.catalog.products.attribute_kinds()
    unknown = sorted(named - known.keys())
    if unknown:
        raise InvalidFilter(
            "no product has this attribute",
            field="filter",
            value=f"{ATTRIBUTE_PREFIX}{unknown[0]}",
            remedy=f"Attributes: {', '.join(sorted(known)[:50])}",
        )


def _fields(where: Filter | None) -> Iterator[str]:
    if where is None:
        return
    if isinstance(where, And | Or):
        for inner in where.filters:
            yield from _fields(inner)
    elif isinstance(where, Not):
        yield from _fields(where.filter)
    else:
        yield where.field
