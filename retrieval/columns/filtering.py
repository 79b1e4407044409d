"""Which products a filter lets through, exactly as the engines decide it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from core.errors import InvalidFilter
from core.filters import And, AnyOf, Equals, Exists, Filter, NoneOf, Not, Or, Range, Scalar
from retrieval.columns.cells import Mask, Numbers, Predicate
from retrieval.columns.table import Coded, Column, Columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def matching(columns: Columns, where: Filter | None) -> Mask:
    """Which rows fulfil the filter; (n,), deleted products never do.

    Raises
    ------
    InvalidFilter: a range over ids, or one that mixes numbers and moments.
    """
    return columns.alive.copy() if where is None else _holds(columns, where) & columns.alive


def _holds(columns: Columns, where: Filter) -> Mask:
    match where:
        case And(filters):
            mask = np.ones(columns.count, dtype=np.bool_)
            for inner in filters:
                mask &= _holds(columns, inner)
            return mask
        case Or(filters):
            mask = np.zeros(columns.count, dtype=np.bool_)
            for inner in filters:
                mask |= _holds(columns, inner)
            return mask
        case Not(inner):
            return ~_holds(columns, inner)
        case Equals(name, value):
            return _among(columns, name, (value,))
        case AnyOf(name, values):
            return _among(columns, name, values)
        case NoneOf(name, values):
            return ~_among(columns, name, values)
        case Exists(name, present):
            has = _has_value(columns, name)
            return has if present else ~has
        case Range():
            return _within(columns, where)


def _among(columns: Columns, name: str, values: Sequence[Scalar]) -> Mask:
    if name == "id":
        mask = np.zeros(columns.count, dtype=np.bool_)
        mask[columns.rows_of([str(value) for value in values])[0]] = True
        return mask
    column = columns.by_field.get(name)
    if column is None:
        return np.zeros(columns.count, dtype=np.bool_)
    if isinstance(column, Coded):
        return column.cells.matching(_one_of(column, column.vocabulary.known(values)))
    numbers = [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return column.cells.matching(lambda cells: np.isin(cells, numbers))


def _one_of(column: Coded, codes: Sequence[int]) -> Predicate:
    if len(codes) == 1:
        return lambda cells: cells == codes[0]
    # The last entry stands for "no value", whose code is -1.
    wanted = np.zeros(len(column.vocabulary) + 1, dtype=np.bool_)
    wanted[list(codes)] = True
    return lambda cells: wanted[cells]


def _has_value(columns: Columns, name: str) -> Mask:
    if name == "id":
        return np.ones(columns.count, dtype=np.bool_)
    column = columns.by_field.get(name)
    return np.zeros(columns.count, dtype=np.bool_) if column is None else column.cells.present()


def _within(columns: Columns, where: Range) -> Mask:
    bounds = {name: getattr(where, name) for name in ("gt", "gte", "lt", "lte") if getattr(where, name) is not None}
    moments = sum(isinstance(bound, datetime) for bound in bounds.values())
    if where.field == "id" or 0 < moments < len(bounds):
        raise InvalidFilter("takes a range of numbers or of moments", field=where.field, value=bounds)
    column = columns.by_field.get(where.field)
    if column is None or bool(moments) != (where.field == "created_at"):
        return np.zeros(columns.count, dtype=np.bool_)
    inside = _inside({name: _number(bound) for name, bound in bounds.items()})
    return column.cells.matching(_of_codes(column, inside))


def _of_codes(column: Column, inside: Predicate) -> Predicate:
    """What holds for numbers, for the codes of numbers."""
    if not isinstance(column, Coded):
        return inside
    wanted = np.append(inside(column.vocabulary.numbers()), False)
    return lambda cells: wanted[cells]


def _inside(bounds: dict[str, float]) -> Predicate:
    def inside(numbers: Numbers) -> Mask:
        mask: Mask = numbers == numbers
        for name, bound in bounds.items():
            mask &= _COMPARED[name](numbers, bound)
        return mask

    return inside


_COMPARED = {"gt": np.greater, "gte": np.greater_equal, "lt": np.less, "lte": np.less_equal}


def _number(bound: float | datetime) -> float:
    if not isinstance(bound, datetime):
        return float(bound)
    moment = bound.replace(tzinfo=UTC) if bound.tzinfo is None else bound
    return float((moment - _EPOCH) // timedelta(microseconds=1))
