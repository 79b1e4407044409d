"""Third stage: a product that one view returned gets the scores of the other dense views as well.

Without this a product that just missed a view's list would count as if it had nothing to do with it.
"""

from __future__ import annotations

import numpy as np

from core.generations import Generation
from core.vectors import FloatArray, SparseVector
from retrieval.search.candidates import Candidates
from retrieval.search.encode import QueryVectors
from retrieval.wiring import Vitrine


def fill_gaps(v: Vitrine, generation: Generation, vectors: QueryVectors, found: Candidates) -> Candidates:
    """Complete the dense signals from the products' own vectors; those without such a vector keep NaN."""
    dense = {name: vector for name, vector in vectors.items() if not isinstance(vector, SparseVector)}
    missing = sorted({int(i) for name in dense for i in np.flatnonzero(np.isnan(found.signals[name]))})
    if len(vectors) < 2 or not missing:
        return found
    using = {view.name: view.vector for view in generation.views}
    stored = v.store.retrieve(generation.id, [found.ids[i] for i in missing], vectors=[using[name] for name in dense])
    signals = dict(found.signals)
    for name, vector in dense.items():
        signals[name] = _completed(
            signals[name],
            vector,
            {
                i: stored[found.ids[i]].vectors[using[name]]
                for i in missing
                if found.ids[i] in stored and using[name] in stored[found.ids[i]].vectors
            },
        )
    return Candidates(found.ids, found.payloads, signals, found.scores)


def _completed(scores: FloatArray, query: FloatArray, rows: dict[int, FloatArray]) -> FloatArray:
    gaps = [i for i in rows if np.isnan(scores[i])]
    if not gaps:
        return scores
    filled = scores.copy()
    filled[gaps] = np.stack([rows[i] for i in gaps]) @ query
    return filled
