"""What is common among the products of one category: the values of a field, and the prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.cells import Cells, Numbers, Rows
from retrieval.columns.vocabulary import Vocabulary

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]

# Where all products of a shop have nearly one price, a cent would be much.
_SPREAD_MIN = 0.05


@dataclass(frozen=True, slots=True)
class Categories:
    """Categories by number: 0 for products without one, then by code plus 1, and a last one that nothing has.

    Attributes
    ----------
    vocabulary: their names; None where products are not told apart by category, and all have number 0.
    """

    vocabulary: Vocabulary | None
    count: int

    def numbers(self, names: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of some names, empty for none; the last for one that nothing is known of."""
        return np.array([self._number(name) for name in names], dtype=np.int64)

    def _number(self, name: str) -> int:
        if self.vocabulary is None or not name:
            return 0
        codes = self.vocabulary.known([name])
        return min(codes[0] + 1, self.count - 1) if codes else self.count - 1


@dataclass(frozen=True, slots=True)
class UsualValues:
    """The shares of a field's values in each category, among those of its products that have the field.

    Attributes
    ----------
    pairs: int64 (m,) ascending: number of a category times `width`, plus code of a value. shares: float64 (m,).
    holders: (categories,) how many products of each have the field.
    """

    categories: Categories
    width: int
    pairs: NDArray[np.int64]
    shares: Floats
    holders: Counts

    def among(self, categories: Sequence[str], codes: Numbers) -> Floats:
        """The shares of some values; float64 (categories, values), NaN where nothing of a category has the field.

        Parameters
        ----------
        categories: names, empty for products without one.
        """
        numbers = self.categories.numbers(categories)
        return np.where((self.holders[numbers] > 0)[:, None], self.of(numbers[:, None], codes), np.nan)

    def of(self, numbers: NDArray[np.int64], codes: Numbers) -> Floats:
        """The shares of values in the categories of these numbers, one by one; 0 for what does not occur."""
        wanted = numbers * self.width + codes
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        return np.where(self.pairs[at] == wanted, self.shares[at], 0.0)

    def values_each(self) -> Floats:
        """How many values those products have that have any; float64 (categories,), 1 where there are none."""
        sums = np.bincount(self.pairs // self.width, self.shares, len(self.holders))
        return np.where(sums > 0, sums, 1.0)


@dataclass(frozen=True, slots=True)
class UsualPrices:
    """What ln(price) is in each category.

    Attributes
    ----------
    middles: float64 (categories,) its mean, NaN where nothing has a price.
    spread: its standard deviation within categories, above 0.
    """

    categories: Categories
    middles: Floats
    spread: float


def count_values(cells: Cells, width: int, rows: Rows, categories: Categories, numbers: Rows) -> UsualValues | None:
    """Count over some rows; None where none of them has a value.

    Parameters
    ----------
    cells: codes below `width`.
    numbers: (rows,) of their categories.
    """
    codes, positions = cells.of(rows)
    if not len(codes):
        return None
    has = np.zeros(len(rows), dtype=np.bool_)
    has[positions] = True
    holders = np.bincount(numbers[has], minlength=categories.count)
    pairs, counts = np.unique(numbers[positions] * width + codes, return_counts=True)
    return UsualValues(categories, width, pairs, counts / holders[pairs // width], holders)


def measure_prices(cells: Cells, rows: Rows, categories: Categories, numbers: Rows) -> UsualPrices | None:
    """Measure over some rows; None where none of them has a price above 0."""
    prices, positions = cells.of(rows)
    logs, owners = np.log(prices[prices > 0]), numbers[positions[prices > 0]]
    if not len(logs):
        return None
    counts = np.bincount(owners, minlength=categories.count)
    sums = np.bincount(owners, logs, categories.count)
    middles = np.divide(sums, counts, out=np.full(categories.count, np.nan), where=counts > 0)
    spread = float(np.sqrt(np.mean((logs - middles[owners]) ** 2)))
    return UsualPrices(categories, middles, max(spread, _SPREAD_MIN))
