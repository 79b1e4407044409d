"""How much each product is wanted, in memory for orders."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from catalog.opening import Catalog
from retrieval.columns.cells import OneEach
from retrieval.columns.table import Columns, Numeric

POPULARITY = "popularity"
LOOK_EVERY_S = 5.0
# Reading takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.05


@dataclass
class PopularityShelf:
    """The products' popularity, read again some seconds after it was read last. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    now_s: Callable[[], float] = time.monotonic
    _scores: Mapping[str, float] | None = None
    _look_again_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def added_to(self, columns: Columns) -> Columns:
        """The columns with one more, `popularity`; products that nobody has done anything with have none.

        Raises
        ------
        CatalogUnavailable
        """
        numbers = np.full(columns.count, np.nan)
        for product_id, score in self._current().items():
            row = columns.row_of.get(product_id, columns.count)
            if row < columns.count:
                numbers[row] = score
        return replace(columns, by_field={**columns.by_field, POPULARITY: Numeric(OneEach(numbers, np.nan))})

    def look_again(self) -> None:
        """This very process has taken in events."""
        self._look_again_s = 0.0

    def _current(self) -> Mapping[str, float]:
        scores = self._scores
        if scores is not None and self.now_s() < self._look_again_s:
            return scores
        with self._lock:
            if self._scores is None or self.now_s() >= self._look_again_s:
                began_s = self.now_s()
                self._scores = self.catalog.events.popularity()
                took_s = self.now_s() - began_s
                self._look_again_s = self.now_s() + max(LOOK_EVERY_S, took_s / _SHARE_OF_TIME_MAX)
            return self._scores
