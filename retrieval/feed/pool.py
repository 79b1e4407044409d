"""The products that one page of a feed may show, and the first of them in one order or another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.filters import Filter
from retrieval.columns.cells import Mask, Rows
from retrieval.columns.filtering import matching
from retrieval.columns.ordering import first_rows
from retrieval.columns.table import Coded, Columns
from retrieval.feed.cursors import Shown, mark_of
from retrieval.search.variants import GROUP, families_of_rows

_DEEPER = 4


@dataclass(frozen=True, slots=True)
class Pool:
    """Some products in memory.

    Attributes
    ----------
    where: the filter that all of them fulfil.
    mask: (n,) which rows may be shown. rows: the same, as rising row numbers.
    shown: what was shown on the pages before, which takes all variants along.
    """

    columns: Columns
    where: Filter | None
    mask: Mask
    rows: Rows
    shown: Shown

    def without(self, product_ids: Iterable[str]) -> Pool:
        """The pool without some products."""
        mask = self.mask.copy()
        mask[self.columns.rows_of(list(product_ids))[0]] = False
        return replace(self, mask=mask, rows=np.flatnonzero(mask))

    def within(self, where: Filter) -> Pool:
        """Those of its products that fulfil one more filter."""
        return self.holding(matching(self.columns, where))

    def holding(self, holds: Mask) -> Pool:
        """Those of its products for which something holds: (n,), of all rows."""
        mask = self.mask & holds
        return replace(self, mask=mask, rows=np.flatnonzero(mask))

    def besides(self, part: Pool) -> Pool:
        """What it has and a part of it has not."""
        return self.holding(~part.mask)

    def first(self, keys: NDArray[np.float64], count: int) -> Rows:
        """The rows with the smallest keys, of each family one, without what was shown.

        Parameters
        ----------
        keys: (len(rows),), infinite for rows that do not take part.
        """
        taking = np.isfinite(keys)
        rows, keys = self.rows[taking], keys[taking]
        wanted = count + len(self.shown)
        while True:
            best = rows[first_rows(self.columns, rows, keys, wanted, None)]
            left = self.left(best)
            if len(left) >= count or len(best) == len(rows):
                return left[:count]
            wanted *= _DEEPER

    def of_ids(self, product_ids: Sequence[str]) -> Rows:
        """The rows of those products that may be shown, of each family the first, without what was shown."""
        return self.left(self.rows_of(product_ids))

    def rows_of(self, product_ids: Sequence[str]) -> Rows:
        """The rows of those products that are in it, in their order."""
        rows = self.columns.rows_of(product_ids)[0]
        return rows[self.mask[rows]]

    def left(self, rows: Rows) -> Rows:
        """In their order, of each family the first row, without what was shown."""
        firsts = rows[families_of_rows(self.columns, rows).firsts()]
        if not self.shown.marks:
            return firsts
        kept = [mark_of(name) not in self.shown.marks for name in self.family_names(firsts)]
        return firsts[np.array(kept, dtype=np.bool_)]

    def family_names(self, rows: Rows) -> list[str]:
        """What variants of one product have in common: the name of their group, or the product's own id."""
        group = cast("Coded", self.columns.by_field[GROUP])
        codes, grouped = group.cells.of(rows)
        names = [f"p{self.columns.ids[row]}" for row in rows.tolist()]
        for at, code in zip(grouped.tolist(), codes.tolist(), strict=True):
            names[at] = f"g{group.vocabulary.values[code]}"
        return names


def pool_of(columns: Columns, where: Filter | None, shown: Shown) -> Pool:
    """All products that fulfil a filter."""
    mask = matching(columns, where)
    return Pool(columns, where, mask, np.flatnonzero(mask), shown)
