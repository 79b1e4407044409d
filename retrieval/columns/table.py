"""All products at one moment, field by field."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import cast

import numpy as np

from core.filters import ATTRIBUTE_PREFIX
from retrieval.columns.cells import Cells, Mask, Rows, codes_of_one, numbers_of_one
from retrieval.columns.usual import Categories, UsualPrices, UsualValues, count_values, measure_prices
from retrieval.columns.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts, booleans, or values of several kinds: codes of a vocabulary."""

    cells: Cells = field(default_factory=lambda: codes_of_one(()))
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


@dataclass(frozen=True, slots=True)
class Numeric:
    """A column of numbers; moments are microseconds since 1970."""

    cells: Cells = field(default_factory=lambda: numbers_of_one(()))


Column = Coded | Numeric

CATEGORY, AVAILABLE = "category", "available"
# So many products tell shares well enough.
_SAMPLE = 20_000
_SEED = 7

FIXED_CODED = ("title", "brand", "category", "currency", "group_id", "available")
FIXED_NUMERIC = ("price", "created_at")


def _fixed_columns() -> dict[str, Column]:
    return {name: Coded() for name in FIXED_CODED} | {name: Numeric() for name in FIXED_NUMERIC}


@dataclass(frozen=True, slots=True)
class Columns:
    """A shop's products as of one change of the catalogue. Never changes; what follows is another one.

    Attributes
    ----------
    change: the number of the last change of the catalogue that is in here.
    count: rows, those of deleted products included.
    alive: (n,) which products are there.
    by_id: (n,) the rows in the order of their ids. place: (n,) where in that order each row stands.
    by_field: the columns; attributes as `attributes.NAME`. `id` has none.
    """

    change: int
    count: int
    alive: Mask
    by_id: Rows
    place: Rows
    by_field: Mapping[str, Column]
    # Both only grow and are shared with later columns; rows from `count` on are none of ours.
    ids: list[str] = field(repr=False)
    row_of: dict[str, int] = field(repr=False)
    # What is counted over these very columns when it is first asked for.
    _sampled: list[tuple[Rows, Rows]] = field(default_factory=list, repr=False, compare=False)
    _values: dict[str, UsualValues | None] = field(default_factory=dict, repr=False, compare=False)
    _prices: list[UsualPrices | None] = field(default_factory=list, repr=False, compare=False)
    _buyable: list[float] = field(default_factory=list, repr=False, compare=False)

    def rows_of(self, ids: Sequence[str]) -> tuple[Rows, Rows]:
        """The rows of those products that are there, and the position of each in `ids`."""
        rows = np.fromiter(map(self.row_of.get, ids, repeat(self.count)), dtype=np.intp, count=len(ids))
        known = np.flatnonzero(rows < self.count)
        known = known[self.alive[rows[known]]]
        return rows[known], known

    def first_place_after(self, product_id: str) -> int:
        """How many ids there are up to this one, which need not be among them."""
        return bisect_right(self.by_id, product_id, key=self.ids.__getitem__)

    def usual_values(self, name: str) -> UsualValues | None:
        """How common the values of a field of texts are in each category; None where no product has any.

        Of the category itself: in the whole shop. Counted once, over a sample where there are many products.
        """
        if name not in self._values:
            column = self.by_field.get(name)
            made = None
            if isinstance(column, Coded):
                apart = name != CATEGORY
                rows, numbers = self._sample()
                kinds = numbers if apart else np.zeros_like(numbers)
                made = count_values(column.cells, len(column.vocabulary), rows, self._categories(apart=apart), kinds)
            self._values[name] = made
        return self._values[name]

    def usual_prices(self) -> UsualPrices | None:
        """What prices are like in each category; None where no product has any. As `usual_values`."""
        if not self._prices:
            rows, numbers = self._sample()
            cells = self.by_field["price"].cells
            self._prices.append(measure_prices(cells, rows, self._categories(apart=True), numbers))
        return self._prices[0]

    def buyable(self, rows: Rows) -> Mask:
        """Which of some rows can be bought; (rows,)."""
        column = cast("Coded", self.by_field[AVAILABLE])
        codes, positions = column.cells.of(rows)
        mask = np.zeros(len(rows), dtype=np.bool_)
        mask[positions] = np.isin(codes, column.vocabulary.known([True]))
        return mask

    def buyable_share(self) -> float:
        """The share of products that can be bought; 0 where there are none. As `usual_values`."""
        if not self._buyable:
            rows, _ = self._sample()
            self._buyable.append(float(self.buyable(rows).mean()) if len(rows) else 0.0)
        return self._buyable[0]

    def category_numbers(self, rows: Rows) -> Rows:
        """The number of each row's category, see `Categories`."""
        codes, positions = self.by_field[CATEGORY].cells.of(rows)
        numbers = np.zeros(len(rows), dtype=np.intp)
        numbers[positions] = codes + 1
        return numbers

    def attributes(self) -> list[str]:
        """The names of all attributes, sorted."""
        return sorted(
            name.removeprefix(ATTRIBUTE_PREFIX) for name in self.by_field if name.startswith(ATTRIBUTE_PREFIX)
        )

    def _categories(self, *, apart: bool) -> Categories:
        names = cast("Coded", self.by_field[CATEGORY]).vocabulary
        return Categories(names, len(names) + 2) if apart else Categories(None, 2)

    def _sample(self) -> tuple[Rows, Rows]:
        """Rows that stand for all, and the numbers of their categories."""
        if not self._sampled:
            rows = np.arange(self.count)
            if self.count > _SAMPLE:
                # Drawn, because catalogues have a rhythm: every third product is the size L.
                rows = np.random.default_rng(_SEED).integers(0, self.count, _SAMPLE)
            rows = rows[self.alive[rows]]
            self._sampled.append((rows, self.category_numbers(rows)))
        return self._sampled[0]


def no_columns() -> Columns:
    """Those of a shop without products, before the first change."""
    nothing = np.empty(0, dtype=np.intp)
    return Columns(0, 0, np.empty(0, dtype=np.bool_), nothing, nothing, _fixed_columns(), [], {})
