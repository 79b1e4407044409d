"""Whether the store's quick search finds what exact search finds, on the vectors of the full index.

For every query the ten best of the store at its default setting are compared with the ten best by exact scores,
computed by numpy from the very vectors that the store holds. A returned product counts when its exact score is no worse
than the tenth best, so that products of equal score stand for one another. Queries are words (titles of products,
through the text tower) against both views, and the products' own vectors against the view they are from, the product
itself included; all spread evenly over the catalogue.

The store is asked for ten, which is the harder case, and for as many as a search asks each view for by default
(`search_depth`), of which the first ten count: it rescores a multiple of what it is asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.context import Context
from benchmarks.full_index import full_index
from benchmarks.measures import Measure, Target
from core.generations import IMAGE, TEXT, Generation
from core.indexing import ViewQuery
from core.settings import load_settings
from core.vectors import FloatArray
from retrieval.wiring import Vitrine, loaded_encoder, open_vitrine, serving_generation

TOP = 10
_TARGET = Target(0.99, at_least=True)
_PAGE = 1_000
# Scores of one product computed in two ways differ by the rounding of float32.
_ROUNDING = 1e-6


def measure(context: Context) -> list[Measure]:
    """Recall@10 of each view by words and by the products' own vectors."""
    index = full_index(context)
    count = context.sized(500, 50)
    titles = context.products.titles()
    words = titles[:: max(1, len(titles) // count)][:count]
    with open_vitrine(load_settings({"data_dir": index, "engine_idle_exit_s": 1.0})) as v:
        generation = serving_generation(v)
        views = dict(_all_vectors(v, generation))
        measures = []
        for name, exact in views.items():
            view = generation.view(name)
            assert view is not None
            queries = {"words": loaded_encoder(v, view).embed_queries(words), "products": exact.some_rows(count)}
            for (kind, vectors), limit in itertools.product(queries.items(), (TOP, v.settings.search_depth)):
                shares = [_recall(v, generation, exact, vector, limit) for vector in vectors]
                label = f"Recall@{TOP} of the {name} view, asked for {limit}; queries: {len(vectors)} {kind}"
                measures.append(Measure(label, (float(np.mean(shares)),), "share", _TARGET))
    return measures


@dataclass(frozen=True)
class _Exact:
    """Every vector of one view: product ids, and float32 rows of unit length in the same order."""

    name: str
    ids: tuple[str, ...]
    rows: FloatArray

    def some_rows(self, count: int) -> FloatArray:
        """That many rows, evenly spread."""
        spread: FloatArray = self.rows[:: max(1, len(self.rows) // count)][:count]
        return spread


def _all_vectors(v: Vitrine, generation: Generation) -> Iterator[tuple[str, _Exact]]:
    found: dict[str, dict[str, FloatArray]] = {IMAGE: {}, TEXT: {}}
    cursor: str | None = None
    while True:
        page, cursor = v.store.product_ids(generation.id, cursor, _PAGE)
        for product_id, point in v.store.retrieve(generation.id, page, vectors=[IMAGE, TEXT]).items():
            for name, vector in point.vectors.items():
                found[name][product_id] = vector
        if cursor is None:
            break
    for name, vectors in found.items():
        yield name, _Exact(name, tuple(vectors), np.stack(list(vectors.values())))


def _recall(v: Vitrine, generation: Generation, exact: _Exact, query: FloatArray, limit: int) -> float:
    scores = exact.rows @ query
    tenth_best = np.partition(scores, -TOP)[-TOP]
    good = {exact.ids[row] for row in np.flatnonzero(scores >= tenth_best - _ROUNDING)}
    (found,) = v.store.query(generation.id, [ViewQuery(exact.name, query, limit)], None, payload=False)
    return len({point.product_id for point in found[:TOP]} & good) / TOP
