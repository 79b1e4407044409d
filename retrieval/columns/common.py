"""How common each value of a field is among the products of one category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.cells import Cells, Numbers, Rows
from retrieval.columns.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class CommonValues:
    """The shares of a field's values in each category, among those of its products that have the field.

    Categories are numbered by their codes plus 1; products without one are number 0. Of the category itself the shares
    are those in the whole shop, all under number 0.

    Attributes
    ----------
    pairs: int64 (m,) ascending: number of a category times `width`, plus code of a value. shares: float64 (m,).
    holders: (categories,) how many products of each have the field.
    categories: their codes; None where they are not told apart.
    """

    pairs: NDArray[np.int64]
    shares: NDArray[np.float64]
    holders: NDArray[np.intp]
    width: int
    categories: Vocabulary | None

    def among(self, categories: Sequence[str], codes: Numbers) -> NDArray[np.float64]:
        """The shares of some values; float64 (categories, values), NaN where nothing of a category has the field.

        Parameters
        ----------
        categories: names, empty for products without one.
        """
        numbers = np.array([self._number(name) for name in categories], dtype=np.int64)
        wanted = numbers[:, None] * self.width + codes
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        found = np.where(self.pairs[at] == wanted, self.shares[at], 0.0)
        return np.where((self.holders[numbers] > 0)[:, None], found, np.nan)

    def _number(self, category: str) -> int:
        """The last of them, which nothing has, for one that nothing is known of."""
        if self.categories is None or not category:
            return 0
        codes = self.categories.known([category])
        return min(codes[0] + 1, len(self.holders) - 1) if codes else len(self.holders) - 1


def count_common(
    cells: Cells, width: int, rows: Rows, categories: tuple[Cells, Vocabulary] | None
) -> CommonValues | None:
    """Count over some rows; None where none of them has a value.

    Parameters
    ----------
    cells: codes below `width`.
    categories: codes and names; None: they are not told apart.
    """
    codes, positions = cells.of(rows)
    if not len(codes):
        return None
    numbers = np.zeros(len(rows), dtype=np.int64)
    names = None
    if categories is not None:
        its_cells, names = categories
        its_codes, its_positions = its_cells.of(rows)
        numbers[its_positions] = its_codes + 1
    has = np.zeros(len(rows), dtype=np.bool_)
    has[positions] = True
    # One more than there are, which nothing has.
    holders = np.bincount(numbers[has], minlength=2 if names is None else len(names) + 2)
    pairs, counts = np.unique(numbers[positions] * width + codes, return_counts=True)
    return CommonValues(pairs, counts / holders[pairs // width], holders, width, names)
