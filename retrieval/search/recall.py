"""Second stage: one call of the engine, one query per view, every product found with the scores of all views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.filters import Equals, Filter, NoneOf, all_of
from core.generations import Generation
from core.indexing import ScoredTogether, ViewQuery
from core.queries import SearchQuery
from retrieval.search.buyable import score_buyable
from retrieval.search.candidates import AWAY, Candidates
from retrieval.search.encode import QueryVectors
from retrieval.search.wanted import Wanted
from retrieval.wiring import Vitrine


def recall(
    v: Vitrine,
    generation: Generation,
    wanted: Wanted,
    vectors: QueryVectors,
    depth: int,
    besides: Filter | None = None,
) -> Candidates:
    """The `depth` best products of every view together, each with the signals of all views and of unwanted words.

    Parameters
    ----------
    besides: see `conditions`.
    """
    views = [view for view in generation.views if view.name in vectors]
    turned = [view for view in views if f"{AWAY}{view.name}" in vectors]
    queries = [ViewQuery(view.vector, vectors[view.name], depth) for view in views]
    queries += [ViewQuery(view.vector, vectors[f"{AWAY}{view.name}"], depth) for view in turned]
    found = _scored(v, generation, [*queries, *wanted.unwanted_queries()], wanted.query, besides)
    names = [*(view.name for view in views), *(f"{AWAY}{view.name}" for view in turned), *wanted.unwanted_signals]
    signals = dict(zip(names, found.scores, strict=True))
    return Candidates(found.product_ids, signals, np.zeros(len(found.product_ids), dtype=np.float32))


def _scored(
    v: Vitrine, generation: Generation, queries: Sequence[ViewQuery], query: SearchQuery, besides: Filter | None
) -> ScoredTogether:
    if query.filter is None and besides is None and not query.include_unavailable:
        found = score_buyable(v, generation, queries, conditions(replace(query, include_unavailable=True)))
        if found is not None:
            return found
    return v.store.score_together(generation.id, queries, conditions(query, besides))


def conditions(query: SearchQuery, besides: Filter | None = None) -> Filter | None:
    """What every hit has to fulfil: the query's filter, availability, and being none of the products asked with.

    Parameters
    ----------
    besides: what it has to fulfil for another reason than the query's.
    """
    available = None if query.include_unavailable else Equals("available", True)
    others = NoneOf("id", query.example_ids) if query.example_ids else None
    return all_of(query.filter, available, others, besides)
