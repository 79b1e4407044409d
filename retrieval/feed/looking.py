"""What products look like, kept for a minute: much of what one feed considers, the next one considers as well."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.generations import Generation
from core.protocols import VectorStore
from core.vectors import FloatArray, stacked

# Photos and words of products change, and their vectors with them.
KEPT_S = 60.0
# Some 20 MB with the pocket model.
_PRODUCTS_MAX = 20_000

_Key = tuple[str, str]


@dataclass
class KeptLooks:
    """Vectors of products that were looked at a moment ago, up to a number of products. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    products_max: int = _PRODUCTS_MAX
    now_s: Callable[[], float] = time.monotonic
    _kept: OrderedDict[_Key, tuple[float, Mapping[str, FloatArray]]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, store: VectorStore, generation: Generation, product_ids: Sequence[str]) -> dict[str, FloatArray]:
        """By view, float32 (n, dim) of unit length, one row per product; a row of zeros where it has no such vector.

        Raises
        ------
        StoreError
        """
        by_product, looks = self.by_product(store, generation, product_ids), {}
        for view in generation.product_views:
            vectors, nothing = by_product[view.name], np.zeros(view.dim, dtype=np.float32)
            looks[view.name] = stacked([vectors.get(product_id, nothing) for product_id in product_ids], view.dim)
        return looks

    def by_product(
        self, store: VectorStore, generation: Generation, product_ids: Sequence[str]
    ) -> dict[str, dict[str, FloatArray]]:
        """By view and product id, float32 (dim,) of unit length, where a product has such a vector.

        Raises
        ------
        StoreError
        """
        views = generation.product_views
        known = self._known(generation.id, product_ids)
        missing = list(dict.fromkeys(product_id for product_id in product_ids if product_id not in known))
        if missing:
            points = store.retrieve(generation.id, missing, vectors=[view.vector for view in views])
            read = {product_id: points[product_id].vectors if product_id in points else {} for product_id in missing}
            self._keep(generation.id, read)
            known |= read
        return {
            view.name: {product_id: its[view.vector] for product_id, its in known.items() if view.vector in its}
            for view in views
        }

    def _known(self, generation_id: str, product_ids: Sequence[str]) -> dict[str, Mapping[str, FloatArray]]:
        now_s = self.now_s()
        known = {}
        with self._lock:
            for product_id in product_ids:
                kept = self._kept.get((generation_id, product_id))
                if kept is not None and kept[0] >= now_s:
                    known[product_id] = kept[1]
        return known

    def _keep(self, generation_id: str, read: Mapping[str, Mapping[str, FloatArray]]) -> None:
        until_s = self.now_s() + KEPT_S
        with self._lock:
            for product_id, vectors in read.items():
                self._kept.pop((generation_id, product_id), None)
                self._kept[generation_id, product_id] = (until_s, vectors)
            while len(self._kept) > self.products_max:
                self._kept.popitem(last=False)
