"""Hits that are not all alike: maximal marginal relevance.

Carbonell and Goldstein 1998, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing
Summaries": the next hit is the one with the largest (1 - d)·relevance - d·likeness to the hits before it.
"""

from __future__ import annotations

import numpy as np

from core.generations import Generation
from core.queries import SearchQuery
from core.vectors import FloatArray
from retrieval.columns.cells import Rows
from retrieval.search.candidates import Candidates
from retrieval.search.fusion import view_weights
from retrieval.wiring import Vitrine

# Hits below these keep their order. One number for all pages, so that they fit together.
WINDOW = 200


def spread_candidates(v: Vitrine, generation: Generation, query: SearchQuery, found: Candidates) -> Rows:
    """Positions of the first candidates, best first, in an order of more variety.

    How alike two products are is told by the dense view that decides most about this query.
    """
    first = found.take(np.arange(min(WINDOW, len(found))))
    weights = view_weights(query)
    view = max((view for view in generation.views if not view.lexical), key=lambda view: weights.get(view.name, 0.0))
    stored = v.store.retrieve(generation.id, first.ids, vectors=[view.vector])
    vectors = np.zeros((len(first), view.dim), dtype=np.float32)
    for at, product_id in enumerate(first.ids):
        point = stored.get(product_id)
        if point is not None and view.vector in point.vectors:
            vectors[at] = point.vectors[view.vector]
    return spread_out(first.scores, vectors, query.diversity)


def spread_out(scores: FloatArray, vectors: FloatArray, diversity: float) -> Rows:
    """An order of products, the best one first, in which each is unlike those before it.

    Scores and cosines are both stretched to the range from 0 to 1 over these products; otherwise `diversity` would mean
    something else for every encoder and every query.

    Parameters
    ----------
    scores: (n,), finite. vectors: (n, dim) of unit length; a row of zeros is like nothing.
    diversity: from 0, the order of the scores, to 1, likeness alone.
    """
    relevance = _stretched(scores)
    likeness = _stretched(vectors @ vectors.T)
    left = np.arange(len(scores))
    nearest = np.zeros(len(scores), dtype=np.float32)
    order: list[int] = []
    while len(left):
        gain = (1 - diversity) * relevance[left] - diversity * nearest[left] if order else relevance[left]
        best = int(left[np.argmax(gain)])
        order.append(best)
        left = left[left != best]
        nearest = np.maximum(nearest, likeness[best])
    return np.array(order, dtype=np.intp)


def _stretched(values: FloatArray) -> FloatArray:
    low, high = float(values.min()), float(values.max())
    stretched: FloatArray = (values - low) / (high - low) if high > low else np.zeros_like(values)
    return stretched
