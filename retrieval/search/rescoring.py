"""Photo by photo: the first candidates are compared with the photo of theirs that comes nearest (MaxSim).

The image view compares with the mean of a product's photos, which blurs one that was taken from another side or shows a
detail. What it brings, see docs/decisions/0008-examples.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.filters import AnyOf
from core.generations import IMAGE, PHOTOS, Generation
from core.indexing import ViewQuery
from core.queries import SearchQuery
from core.vectors import SparseVector
from retrieval.search.candidates import AWAY, Candidates
from retrieval.search.encode import QueryVectors
from retrieval.wiring import Vitrine

# One number for all pages, so that they fit together.
RESCORED = 200


def asks_by_photos(query: SearchQuery) -> bool:
    """Whether photos alone are looked for: what a product or words ask for, no single photo shows better."""
    return bool(query.images) and not query.text and not any(example.is_product for example in query.images)


def rescored(v: Vitrine, generation: Generation, vectors: QueryVectors, found: Candidates) -> Candidates:
    """The candidates, with the signal `photos` for the first of them that have several photos."""
    vector = vectors.get(f"{AWAY}{IMAGE}", vectors.get(IMAGE))
    if not len(found) or vector is None or isinstance(vector, SparseVector):
        return found
    first = np.argsort(-np.nan_to_num(found.deciding[IMAGE], nan=-1.0), kind="stable")[:RESCORED]
    places = {found.ids[place]: place for place in first}
    queries = [ViewQuery(PHOTOS, vector, len(places))]
    (points,) = v.store.query(generation.id, queries, AnyOf("id", tuple(places)), payload=False)
    if not points:
        return found
    nearest = np.full(len(found), np.nan, dtype=np.float32)
    for point in points:
        nearest[places[point.product_id]] = point.score
    return replace(found, signals={**found.signals, PHOTOS: nearest})
