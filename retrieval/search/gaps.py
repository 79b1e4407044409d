"""Third stage: a product that one view returned gets the scores of the other dense views as well.

Without this a product that just missed a view's list would count as if it had nothing to do with it. The engine scores
the few that are missing; fetching their vectors instead costs many times as much, because they travel as Python lists.
"""

from __future__ import annotations

import numpy as np

from core.filters import AnyOf
from core.generations import Generation
from core.indexing import ViewQuery
from core.vectors import SparseVector
from retrieval.search.candidates import Candidates
from retrieval.search.encode import QueryVectors
from retrieval.wiring import Vitrine


def fill_gaps(v: Vitrine, generation: Generation, vectors: QueryVectors, found: Candidates) -> Candidates:
    """Complete the dense signals; products without a vector in a view keep NaN there."""
    dense = {name: vector for name, vector in vectors.items() if not isinstance(vector, SparseVector)}
    missing = sorted({int(i) for name in dense for i in np.flatnonzero(np.isnan(found.signals[name]))})
    if len(vectors) < 2 or not missing:
        return found
    using = {view.name: view.vector for view in generation.views}
    queries = [ViewQuery(using[name], vector, len(missing)) for name, vector in dense.items()]
    only_these = AnyOf("id", tuple(found.ids[i] for i in missing))
    row = {found.ids[i]: i for i in missing}
    signals = dict(found.signals)
    for name, answer in zip(dense, v.store.query(generation.id, queries, only_these, payload=False), strict=True):
        completed = signals[name].copy()
        for point in answer:
            completed[row[point.product_id]] = point.score
        signals[name] = completed
    return Candidates(found.ids, found.payloads, signals, found.scores)
