"""How much each product is wanted, in memory for orders."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from catalog.opening import Catalog
from retrieval.columns.cells import OneEach
from retrieval.columns.table import Columns, Numeric
from retrieval.refreshing import Refreshed

POPULARITY = "popularity"
LOOK_EVERY_S = 5.0
# Reading takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.05


@dataclass(frozen=True, slots=True)
class _Ordering:
    """Columns with the popularity that was made of some scores."""

    scores: Mapping[str, float]
    plain: Columns
    columns: Columns


@dataclass
class PopularityShelf:
    """The products' popularity, read again some seconds after it was read last. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    now_s: Callable[[], float] = time.monotonic
    _scores: Refreshed[Mapping[str, float]] = field(init=False)
    _latest: _Ordering | None = None
    _settled_until_s: float = 0.0

    def __post_init__(self) -> None:
        self._scores = Refreshed(LOOK_EVERY_S, self.now_s, _SHARE_OF_TIME_MAX)

    def look_again(self) -> None:
        """This very process has taken in events."""
        self._scores.look_again()

    def scores(self) -> Mapping[str, float]:
        """How much each product is wanted, see `Events.popularity`, as it was some seconds ago.

        Raises
        ------
        CatalogUnavailable
        """
        return self._scores.current(self._look)

    def added_to(self, columns: Columns) -> Columns:
        """The columns with one more, `popularity`; products that nobody has done anything with have none.

        Raises
        ------
        CatalogUnavailable
        """
        scores, latest = self.scores(), self._latest
        if latest is None or latest.scores is not scores or latest.plain is not columns:
            self._latest = latest = _Ordering(scores, columns, _with_scores(columns, scores))
        self._settled_until_s = self.now_s() + LOOK_EVERY_S
        return latest.columns

    def settled(self, columns: Columns) -> Columns:
        """As `added_to`, but as it was some seconds ago, whatever this very process has taken in since.

        Reading all of it again after every event would make the next page wait for it.

        Raises
        ------
        CatalogUnavailable
        """
        latest = self._latest
        if latest is not None and latest.plain is columns and self.now_s() < self._settled_until_s:
            return latest.columns
        return self.added_to(columns)

    def _look(self, before: Mapping[str, float] | None) -> Mapping[str, float]:
        scores = self.catalog.events.popularity()
        return before if before is not None and before == scores else scores


def _with_scores(columns: Columns, scores: Mapping[str, float]) -> Columns:
    numbers = np.full(columns.count, np.nan)
    for product_id, score in scores.items():
        row = columns.row_of.get(product_id, columns.count)
        if row < columns.count:
            numbers[row] = score
    return replace(columns, by_field={**columns.by_field, POPULARITY: Numeric(OneEach(numbers, np.nan))})
