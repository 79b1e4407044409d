"""Second stage: one batched call of the engine, one query per view, each with its own scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.filters import And, Equals, Filter, NoneOf
from core.generations import Generation
from core.indexing import ViewQuery
from core.queries import SearchQuery
from core.vectors import FloatArray
from retrieval.search.candidates import Candidates
from retrieval.search.encode import QueryVectors
from retrieval.wiring import Vitrine


def recall(v: Vitrine, generation: Generation, query: SearchQuery, vectors: QueryVectors) -> Candidates:
    """The best products of every view together, each with the signals of the views that returned it."""
    depth = max(v.settings.search_depth, query.limit)
    names = [view.name for view in generation.views if view.name in vectors]
    using = {view.name: view.vector for view in generation.views}
    queries = [ViewQuery(using[name], vectors[name], depth) for name in names]
    answers = v.store.query(generation.id, queries, conditions(query))
    payloads: dict[str, Mapping[str, Any]] = {}
    for answer in answers:
        payloads |= {point.product_id: point.payload for point in answer}
    row = {product_id: i for i, product_id in enumerate(payloads)}
    signals: dict[str, FloatArray] = {}
    for name, answer in zip(names, answers, strict=True):
        signals[name] = np.full(len(row), np.nan, dtype=np.float32)
        for point in answer:
            signals[name][row[point.product_id]] = point.score
    return Candidates(tuple(payloads), tuple(payloads.values()), signals, np.zeros(len(row), dtype=np.float32))


def conditions(query: SearchQuery) -> Filter | None:
    """What every hit has to fulfil: the query's filter, availability, and not being the product that was asked with."""
    parts: list[Filter] = [] if query.filter is None else [query.filter]
    if not query.include_unavailable:
        parts.append(Equals("available", True))
    if query.product_id is not None:
        parts.append(NoneOf("id", (query.product_id,)))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else And(tuple(parts))
