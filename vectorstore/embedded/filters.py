"""From the filters of `core` to those of the embedded engine.

The engine's `MatchValue` takes Python's `True` for the number 1 and then finds no boolean; `numpy.bool_` it reads
right. Numbers are compared as ranges, because `MatchValue(2)` finds the stored 2 but not the stored 2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import qdrant_edge as edge

from core.errors import InvalidFilter
from core.filters import ATTRIBUTE_PREFIX, And, AnyOf, Equals, Exists, Filter, NoneOf, Not, Or, Range, Scalar
from vectorstore.ids import point_id

_Condition = edge.FieldCondition | edge.HasIdCondition | edge.Filter


def engine_filter(value: Filter | None, shop: str) -> edge.Filter | None:
    """Translate a filter over products of one shop.

    Raises
    ------
    InvalidFilter: a range over ids, or one that mixes numbers and moments.
    """
    return None if value is None else edge.Filter(must=[_condition(value, shop)])


def engine_path(field: str) -> str:
    """The field's path in the payload; an attribute's name is quoted, since it may hold dots and spaces.

    >>> engine_path("attributes.sleeve length"), engine_path("price")
    ('attributes."sleeve length"', 'price')
    """
    name = field.removeprefix(ATTRIBUTE_PREFIX)
    return field if name == field else f'attributes."{name}"'


def _condition(value: Filter, shop: str) -> _Condition:
    match value:
        case And(filters):
            return edge.Filter(must=[_condition(inner, shop) for inner in filters])
        case Or(filters):
            return _any([_condition(inner, shop) for inner in filters])
        case Not(inner):
            return edge.Filter(must_not=[_condition(inner, shop)])
        case NoneOf(field, values):
            return edge.Filter(must_not=[_among(field, values, shop)])
        case AnyOf(field, values):
            return _among(field, values, shop)
        case Equals(field, single):
            return _among(field, (single,), shop)
        case Exists(field, present):
            return _exists(field, present)
        case Range():
            return _range(value)


def _any(conditions: Sequence[_Condition]) -> _Condition:
    """At least one holds. The engine takes an empty `should` for everything, but an empty set of ids for nothing."""
    return edge.Filter(should=list(conditions)) if conditions else edge.HasIdCondition(set())


def _among(field: str, values: Sequence[Scalar], shop: str) -> _Condition:
    if field == "id":
        return edge.HasIdCondition({point_id(shop, str(value)) for value in values})
    path = engine_path(field)
    texts = [value for value in values if isinstance(value, str)]
    conditions: list[_Condition] = [_match(path, value) for value in values if not isinstance(value, str)]
    if texts:
        conditions.append(edge.FieldCondition(path, match=edge.MatchAny(texts)))
    return conditions[0] if len(conditions) == 1 else _any(conditions)


def _match(path: str, value: float) -> edge.FieldCondition:
    if isinstance(value, bool):
        # The stub knows only Python's own bool, which the engine misreads; see the module's docstring.
        return edge.FieldCondition(path, match=edge.MatchValue(np.bool_(value)))  # type: ignore[arg-type]
    return edge.FieldCondition(path, range=edge.RangeFloat(gte=float(value), lte=float(value)))


def _exists(field: str, present: bool) -> _Condition:
    if field == "id":
        return edge.Filter(must=[]) if present else edge.HasIdCondition(set())
    empty = edge.FieldCondition(engine_path(field), is_empty=True)
    return edge.Filter(must_not=[empty]) if present else empty


def _range(value: Range) -> edge.FieldCondition:
    bounds = {name: getattr(value, name) for name in ("gt", "gte", "lt", "lte") if getattr(value, name) is not None}
    moments = [bound for bound in bounds.values() if isinstance(bound, datetime)]
    if value.field == "id" or (moments and len(moments) < len(bounds)):
        raise InvalidFilter("takes a range of numbers or of moments", field=value.field, value=bounds)
    path = engine_path(value.field)
    if moments:
        texts = {name: _utc(bound) for name, bound in bounds.items()}
        return edge.FieldCondition(path, range=edge.RangeDateTime(**texts))
    return edge.FieldCondition(path, range=edge.RangeFloat(**{name: float(bound) for name, bound in bounds.items()}))


def _utc(moment: datetime) -> str:
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
