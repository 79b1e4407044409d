"""The cells of one column: no number, one or several for every row.

Cells never change. What has changed is written into a copy, so that whoever is reading goes on with what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
Predicate = Callable[[Numbers], Mask]

NO_CODE = -1
_NOBODY = -1
# Numbers that belong to no row any more are dropped once there are this many times as many as others.
_GARBAGE_SHARE_MAX = 1.0


class Cells(Protocol):
    """What columns of both kinds can do. Rows are numbered from 0."""

    def __len__(self) -> int: ...

    def present(self) -> Mask:
        """Which rows have a number; (n,)."""

    def matching(self, predicate: Predicate) -> Mask:
        """Which rows have a number that the predicate holds for; (n,). It is asked about whole arrays of them."""

    def of(self, rows: Rows) -> tuple[Numbers, Rows]:
        """All numbers of these rows, and for each the position in `rows` of the one it belongs to."""

    def written(self, count: int, changed: Rows, new: Cells) -> Cells:
        """A copy of `count` rows in which the changed ones, each named once, have what stands in `new`, row by row."""


@dataclass(frozen=True, slots=True)
class OneEach:
    """At most one number per row.

    Attributes
    ----------
    numbers: (n,) int32 codes or float64.
    missing: stands where there is none; NaN for float64.
    """

    numbers: Numbers
    missing: float

    def __len__(self) -> int:
        return len(self.numbers)

    def present(self) -> Mask:
        present: Mask = self.numbers == self.numbers if np.isnan(self.missing) else self.numbers != self.missing
        return present

    def matching(self, predicate: Predicate) -> Mask:
        # A number that stands for "none" may be anything to the predicate.
        return predicate(self.numbers) & self.present()

    def of(self, rows: Rows) -> tuple[Numbers, Rows]:
        numbers = self.numbers[rows]
        present = np.flatnonzero(OneEach(numbers, self.missing).present())
        return (numbers, present) if len(present) == len(rows) else (numbers[present], present)

    def written(self, count: int, changed: Rows, new: Cells) -> Cells:
        if not isinstance(new, OneEach):
            return _several(self).written(count, changed, new)
        grown = np.full(count, self.missing, dtype=self.numbers.dtype)
        grown[: len(self.numbers)] = self.numbers
        grown[changed] = new.numbers
        return OneEach(grown, self.missing)


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of numbers per row, laid one behind the other in a pool.

    Attributes
    ----------
    starts, lengths: (n,) where in the pool a row's numbers stand.
    pool: (m,) the numbers. owners: (m,) the row of each, -1 where a row has got others since.
    """

    starts: Rows
    lengths: Rows
    pool: Numbers
    owners: Rows

    def __len__(self) -> int:
        return len(self.starts)

    def present(self) -> Mask:
        present: Mask = self.lengths > 0
        return present

    def matching(self, predicate: Predicate) -> Mask:
        mask = np.zeros(len(self), dtype=np.bool_)
        owners = self.owners[predicate(self.pool)]
        mask[owners[owners != _NOBODY]] = True
        return mask

    def of(self, rows: Rows) -> tuple[Numbers, Rows]:
        lengths = self.lengths[rows]
        positions = np.repeat(np.arange(len(rows)), lengths)
        # Within each row 0, 1, 2, ...: a count over all, less where the row began.
        within = np.arange(len(positions)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.pool[self.starts[rows][positions] + within], positions

    def written(self, count: int, changed: Rows, new: Cells) -> Cells:
        added, positions = new.of(np.arange(len(new)))
        owners = self.owners.copy()
        places = Several(self.starts, self.lengths, np.arange(len(self.pool)), owners)
        owners[places.of(changed[changed < len(self)])[0]] = _NOBODY
        lengths = np.zeros(count, dtype=np.intp)
        starts = np.zeros(count, dtype=np.intp)
        lengths[: len(self)], starts[: len(self)] = self.lengths, self.starts
        new_lengths = np.bincount(positions, minlength=len(new))
        lengths[changed] = new_lengths
        starts[changed] = len(self.pool) + np.cumsum(new_lengths) - new_lengths
        pool = np.concatenate([self.pool, added])
        owners = np.concatenate([owners, changed[positions]])
        return Several(starts, lengths, pool, owners).tidied()

    def tidied(self) -> Several:
        """The same without what belongs to no row any more, where that has become much."""
        used = int(self.lengths.sum())
        if len(self.pool) - used <= _GARBAGE_SHARE_MAX * used:
            return self
        rows = np.arange(len(self))
        pool, owners = self.of(rows)
        return Several(np.cumsum(self.lengths) - self.lengths, self.lengths, pool, owners)


def codes_of_one(codes: Sequence[int]) -> OneEach:
    """Cells of at most one code each, `NO_CODE` where there is none."""
    return OneEach(np.array(codes, dtype=np.int32), NO_CODE)


def numbers_of_one(numbers: Sequence[float | None]) -> OneEach:
    """Cells of at most one number each."""
    return OneEach(np.array(numbers, dtype=np.float64), np.nan)


def several_each(owners: Rows, numbers: Numbers, count: int) -> Several:
    """Cells of `count` rows, of any number of numbers each: (m,) numbers, (m,) the row of each, rising."""
    lengths = np.bincount(owners, minlength=count)
    return Several(np.cumsum(lengths) - lengths, lengths, numbers, owners)


def _several(cells: OneEach) -> Several:
    pool, owners = cells.of(np.arange(len(cells)))
    return several_each(owners, pool, len(cells))
