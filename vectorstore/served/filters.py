"""Domain filters as Qdrant's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from qdrant_client import models

from core.errors import InvalidFilter
from core.filters import (
    ATTRIBUTE_PREFIX,
    And,
    AnyOf,
    Equals,
    Exists,
    Filter,
    NoneOf,
    Not,
    Or,
    Range,
    Scalar,
)
from vectorstore.ids import point_id

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def to_qdrant(where: Filter | None, shop: str) -> models.Filter | None:
    """The same filter in Qdrant's language; None matches everything.

    Numbers are compared as ranges, because an exact match of Qdrant knows no floats. The field `id` is the point's id.
    """
    return None if where is None else models.Filter(must=[_condition(where, shop)])


def field_path(field: str) -> str:
    """A field's path in a payload; an attribute's name is quoted unless it is a plain identifier.

    >>> field_path("attributes.screen size")
    'attributes."screen size"'
    """
    name = field.removeprefix(ATTRIBUTE_PREFIX)
    if name == field or _PLAIN_NAME.fullmatch(name):
        return field
    return f'{ATTRIBUTE_PREFIX}"{name}"'


def _condition(where: Filter, shop: str) -> models.Condition:
    match where:
        case Equals(field, value):
            return _among(field, (value,), shop)
        case AnyOf(field, values):
            return _among(field, values, shop)
        case NoneOf(field, values):
            return models.Filter(must_not=[_among(field, values, shop)])
        case Range():
            return _range(where)
        case Exists(field, present):
            return _exists(field, present)
        case And(filters):
            return models.Filter(must=[_condition(item, shop) for item in filters])
        case Or(filters):
            return models.Filter(should=[_condition(item, shop) for item in filters]) if filters else _nothing()
        case Not(inner):
            return models.Filter(must_not=[_condition(inner, shop)])
        case _:
            assert_never(where)


def _among(field: str, values: Sequence[Scalar], shop: str) -> models.Condition:
    if field == "id":
        return models.HasIdCondition(has_id=[point_id(shop, str(value)) for value in values])
    path = field_path(field)
    texts = [value for value in values if isinstance(value, str)]
    conditions: list[models.Condition] = []
    if texts:
        conditions.append(models.FieldCondition(key=path, match=models.MatchAny(any=texts)))
    for value in values:
        if isinstance(value, bool):
            conditions.append(models.FieldCondition(key=path, match=models.MatchValue(value=value)))
        elif not isinstance(value, str):
            conditions.append(models.FieldCondition(key=path, range=models.Range(gte=value, lte=value)))
    return conditions[0] if len(conditions) == 1 else models.Filter(should=conditions) if conditions else _nothing()


def _range(where: Range) -> models.Condition:
    bounds = {"gt": where.gt, "gte": where.gte, "lt": where.lt, "lte": where.lte}
    moments = {name: bound for name, bound in bounds.items() if isinstance(bound, datetime)}
    numbers = {name: bound for name, bound in bounds.items() if isinstance(bound, int | float)}
    if where.field == "id" or (moments and numbers):
        raise InvalidFilter("takes a range of numbers or of moments, not both", field=where.field, value=bounds)
    path = field_path(where.field)
    if moments:
        return models.FieldCondition(key=path, range=models.DatetimeRange(**moments))
    return models.FieldCondition(key=path, range=models.Range(**numbers))


def _exists(field: str, present: bool) -> models.Condition:
    if field == "id":
        return models.Filter() if present else _nothing()
    empty = models.IsEmptyCondition(is_empty=models.PayloadField(key=field_path(field)))
    return models.Filter(must_not=[empty]) if present else empty


def _nothing() -> models.Condition:
    return models.HasIdCondition(has_id=[])
