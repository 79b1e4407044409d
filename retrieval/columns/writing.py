"""From one state of the columns to the next, by the products that have changed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from catalog.changes import ProductFacts
from core.filters import ATTRIBUTE_PREFIX, Scalar
from retrieval.columns.cells import NO_CODE, Cells, Rows, codes_of_one, numbers_of_one, several_each
from retrieval.columns.table import FIXED_CODED, Coded, Column, Columns, Numeric
from retrieval.columns.vocabulary import Vocabulary

_WRITTEN_AT_ONCE = 50_000
NUMBER = "number"


@dataclass
class ColumnWriter:
    """Takes changed products in parts, and makes new columns of them; those it began with stay as they are.

    Parameters
    ----------
    before: what to begin with. One writer at a time may extend the same columns.
    """

    before: Columns
    _waiting: dict[str, ProductFacts] = field(default_factory=dict)

    def add(self, changed: Iterable[ProductFacts], kinds: Mapping[str, str]) -> None:
        """Take products in; of several with one id the last counts.

        Parameters
        ----------
        kinds: of all attributes, as the catalogue says: one of kind `number` becomes a column of numbers.
        """
        self._waiting |= {facts.id: facts for facts in changed}
        # Every writing copies all that is there, so it takes as much in as there is already.
        if len(self._waiting) >= max(_WRITTEN_AT_ONCE, self.before.count):
            self._write(kinds)

    def columns(self, change: int, kinds: Mapping[str, str]) -> Columns:
        """Everything taken in, as of this change of the catalogue."""
        self._write(kinds)
        made = self.before
        return Columns(change, made.count, made.alive, made.by_id, made.place, made.by_field, made.ids, made.row_of)

    def _write(self, kinds: Mapping[str, str]) -> None:
        before = self.before
        # A deleted product that was never known needs no row.
        facts = [one for one in self._waiting.values() if not one.deleted or one.id in before.row_of]
        self._waiting = {}
        if not facts:
            return
        by_id = _extended(before, [one.id for one in facts])
        count = len(by_id)
        changed = np.array([before.row_of[one.id] for one in facts], dtype=np.intp)
        alive = np.zeros(count, dtype=np.bool_)
        alive[: before.count] = before.alive
        alive[changed] = [not one.deleted for one in facts]
        place = np.empty(count, dtype=np.intp)
        place[by_id] = np.arange(count)
        by_field = _written_columns(before.by_field, facts, (count, changed), kinds)
        self.before = Columns(before.change, count, alive, by_id, place, by_field, before.ids, before.row_of)


def _extended(columns: Columns, ids: Sequence[str]) -> Rows:
    """Give new ids rows, and return all rows in the order of their ids."""
    new = sorted(product_id for product_id in ids if product_id not in columns.row_of)
    known, by_id = columns.ids, columns.by_id
    if not new:
        return by_id
    if not len(by_id) or known[by_id[-1]] < new[0]:
        places = [len(by_id)] * len(new)
    else:
        places = [bisect_left(by_id, product_id, key=known.__getitem__) for product_id in new]
    rows = np.arange(columns.count, columns.count + len(new))
    known.extend(new)
    columns.row_of.update(zip(new, rows.tolist(), strict=True))
    return np.insert(by_id, places, rows)


def _written_columns(
    before: Mapping[str, Column],
    facts: Sequence[ProductFacts],
    where: tuple[int, Rows],
    kinds: Mapping[str, str],
) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for name in FIXED_CODED:
        columns[name] = _written(before[name], [getattr(one, name) for one in facts], where)
    columns["price"] = _written(before["price"], [one.price for one in facts], where)
    columns["created_at"] = _written(before["created_at"], microseconds([one.created_at for one in facts]), where)
    for attribute in sorted(kinds):
        name = f"{ATTRIBUTE_PREFIX}{attribute}"
        values = [one.attributes.get(attribute) for one in facts]
        if name in before or any(value is not None for value in values):
            columns[name] = _written(_of_kind(before.get(name), kinds[attribute]), values, where)
    return columns


def _of_kind(column: Column | None, kind: str) -> Column:
    """The column, or an empty one; one of numbers becomes one of any values when others have come."""
    if column is None:
        return Numeric() if kind == NUMBER else Coded()
    if isinstance(column, Coded) or kind == NUMBER:
        return column
    rows = np.arange(len(column.cells))
    numbers, positions = column.cells.of(rows)
    values: list[list[float]] = [[] for _ in rows]
    for number, position in zip(numbers.tolist(), positions.tolist(), strict=True):
        values[position].append(number)
    return _written(Coded(), values, (len(rows), rows))


def _written(column: Column, values: Sequence[Any], where: tuple[int, Rows]) -> Column:
    """The column with new values: for each of the rows one, several in a list, or None."""
    count, changed = where
    if {list, tuple}.isdisjoint(map(type, values)):
        new = numbers_of_one(values) if isinstance(column, Numeric) else _codes(column.vocabulary, values)
    else:
        new = _several(column, values)
    cells = column.cells.written(count, changed, new)
    return Numeric(cells) if isinstance(column, Numeric) else Coded(cells, column.vocabulary)


def _codes(vocabulary: Vocabulary, values: Sequence[Scalar | None]) -> Cells:
    given = [value for value in values if value is not None]
    codes = vocabulary.codes(given)
    if len(given) == len(values):
        return codes_of_one(codes)
    following = iter(codes)
    return codes_of_one([NO_CODE if value is None else next(following) for value in values])


def _several(column: Column, values: Sequence[Any]) -> Cells:
    lists = [value if isinstance(value, list | tuple) else () if value is None else (value,) for value in values]
    owners = np.repeat(np.arange(len(lists)), [len(some) for some in lists])
    flat = [value for some in lists for value in some]
    if isinstance(column, Numeric):
        return several_each(owners, np.array(flat, dtype=np.float64), len(lists))
    codes = np.array(column.vocabulary.codes(flat), dtype=np.int32)
    # A value that comes twice in one product is counted once.
    different = np.sort(np.unique(owners * len(column.vocabulary) + codes, return_index=True)[1])
    return several_each(owners[different], codes[different], len(lists))


def microseconds(moments: Sequence[str]) -> list[float]:
    """Moments as the catalogue stores them, in microseconds since 1970; a float holds them exactly."""
    stripped = [moment.removesuffix("Z") for moment in moments]
    whole: list[float] = np.array(stripped, dtype="datetime64[us]").astype(np.int64).astype(np.float64).tolist()
    return whole
