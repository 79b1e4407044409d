"""Filters over products: one small language, from JSON to values that every engine translates.

    {"category": "Shirts"}                              equals
    {"category": ["Shirts", "Tops"]}                    any of
    {"brand": {"none_of": ["Acme"]}}                    none of
    {"price": {"gte": 10, "lt": 50}}                    a range, of numbers or of moments
    {"attributes.colour": {"exists": true}}             has a value
    {"or": [{...}, {...}]}, {"and": [...]}, {"not": {...}}

Several keys in one object all have to hold. Fields are `id, title, brand, category, price, currency, group_id,
available, created_at` and `attributes.NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from core.errors import InvalidFilter
from core.numbers import is_finite_number

Scalar = str | int | float | bool

FIELD_KINDS: Mapping[str, str] = {
    "id": "keyword",
    "title": "keyword",
    "brand": "keyword",
    "category": "keyword",
    "price": "number",
    "currency": "keyword",
    "group_id": "keyword",
    "available": "bool",
    "created_at": "datetime",
}
ATTRIBUTE_PREFIX = "attributes."
_OPERATORS = ("eq", "any_of", "none_of", "gt", "gte", "lt", "lte", "exists")
_BOUNDS = ("gt", "gte", "lt", "lte")
_DEPTH_MAX = 16
_VALUES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Equals:
    """The field, or one of its values if it is a list, is `value`."""

    field: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field, or one of its values, is among `values`."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Neither the field nor any of its values is among `values`; a product without the field matches."""

    field: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The field lies within the bounds that are given; numbers or moments."""

    field: str
    gt: float | datetime | None = None
    gte: float | datetime | None = None
    lt: float | datetime | None = None
    lte: float | datetime | None = None


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value (or, if `present` is false, has none)."""

    field: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class And:
    """All hold; an empty one matches everything."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one holds; an empty one matches nothing."""

    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The inner filter does not hold."""

    filter: Filter


Filter = Equals | AnyOf | NoneOf | Range | Exists | And | Or | Not

_EVERYTHING = And(())


def all_of(*parts: Filter | None) -> Filter | None:
    """One filter that holds where all of these do; None where none is given."""
    given = tuple(part for part in parts if part is not None)
    if len(given) > 1:
        return And(given)
    return given[0] if given else None


def parse_filter(value: object) -> Filter:
    """Read a filter from JSON-like data, in the language of this module.

    Raises
    ------
    InvalidFilter: an unknown field or operator, a value of the wrong type, or too deep a nesting.
    """
    return _parse(value, "filter", 0)


def _parse(value: object, where: str, depth: int) -> Filter:
    if depth > _DEPTH_MAX:
        raise InvalidFilter(f"is nested deeper than {_DEPTH_MAX}", field=where)
    if not isinstance(value, Mapping):
        raise InvalidFilter("must be an object", field=where, value=value, remedy='Write {"category": "Shirts"}')
    parts: list[Filter] = []
    for key, inner in value.items():
        if key in ("and", "or"):
            parts.append(_parse_group(key, inner, where, depth))
        elif key == "not":
            parts.append(Not(_parse(inner, f"{where}.not", depth + 1)))
        else:
            parts.append(_parse_field(str(key), inner, where))
    return all_of(*parts) or _EVERYTHING


def _parse_group(key: str, inner: object, where: str, depth: int) -> Filter:
    if isinstance(inner, str) or not isinstance(inner, Sequence):
        raise InvalidFilter("must be a list of filters", field=f"{where}.{key}", value=inner)
    filters = tuple(_parse(item, f"{where}.{key}[{i}]", depth + 1) for i, item in enumerate(inner))
    return And(filters) if key == "and" else Or(filters)


def _parse_field(name: str, inner: object, where: str) -> Filter:
    kind = field_kind(name, where)
    here = f"{where}.{name}"
    if isinstance(inner, Mapping):
        return _parse_operators(name, kind, inner, here)
    if isinstance(inner, list | tuple):
        return AnyOf(name, _values(inner, kind, here))
    return _equals(name, inner, kind, here)


def field_kind(name: str, where: str = "filter") -> str:
    """`keyword`, `number`, `bool`, `datetime`, or `any` for an attribute.

    Raises
    ------
    InvalidFilter: there is no such field.
    """
    if name in FIELD_KINDS:
        return FIELD_KINDS[name]
    attribute = name.removeprefix(ATTRIBUTE_PREFIX)
    if attribute != name and attribute and not any(char in attribute for char in '"[]\\'):
        return "any"
    near = get_close_matches(name, FIELD_KINDS, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"An attribute is written attributes.{name}"
    raise InvalidFilter(
        "unknown field", field=where, value=name, remedy=f"{hint} Fields: {', '.join(FIELD_KINDS)}, attributes.NAME"
    )


def _parse_operators(name: str, kind: str, inner: Mapping[Any, Any], here: str) -> Filter:
    for operator in inner:
        if operator not in _OPERATORS:
            raise InvalidFilter(
                "unknown operator", field=here, value=operator, remedy=f"Operators: {', '.join(_OPERATORS)}"
            )
    if not inner:
        raise InvalidFilter("has no operator", field=here, remedy=f"Operators: {', '.join(_OPERATORS)}")
    parts: list[Filter] = []
    if "eq" in inner:
        parts.append(_equals(name, inner["eq"], kind, f"{here}.eq"))
    if "any_of" in inner:
        parts.append(AnyOf(name, _values(inner["any_of"], kind, f"{here}.any_of")))
    if "none_of" in inner:
        parts.append(NoneOf(name, _values(inner["none_of"], kind, f"{here}.none_of")))
    if "exists" in inner:
        if not isinstance(inner["exists"], bool):
            raise InvalidFilter("must be true or false", field=f"{here}.exists", value=inner["exists"])
        parts.append(Exists(name, inner["exists"]))
    bounds = {bound: _bound(inner[bound], kind, f"{here}.{bound}") for bound in _BOUNDS if bound in inner}
    if bounds:
        if len({isinstance(bound, datetime) for bound in bounds.values()}) > 1:
            raise InvalidFilter("mixes numbers and moments", field=here, value=dict(inner))
        parts.append(Range(name, **bounds))
    return all_of(*parts) or _EVERYTHING


def _equals(name: str, value: object, kind: str, where: str) -> Filter:
    if kind == "datetime":
        moment = _bound(value, kind, where)
        return Range(name, gte=moment, lte=moment)
    return Equals(name, _scalar(value, kind, where))


def _values(value: object, kind: str, where: str) -> tuple[Scalar, ...]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise InvalidFilter("must be a list", field=where, value=value)
    if not value:
        raise InvalidFilter("is an empty list", field=where, remedy="Leave the field out, or name at least one value")
    if len(value) > _VALUES_MAX:
        raise InvalidFilter(f"has {len(value)} values, at most {_VALUES_MAX} are allowed", field=where)
    if kind == "datetime":
        raise InvalidFilter("takes gt, gte, lt, lte or exists", field=where, value=value)
    return tuple(_scalar(item, kind, f"{where}[{i}]") for i, item in enumerate(value))


def _scalar(value: object, kind: str, where: str) -> Scalar:
    is_number = is_finite_number(value)
    if kind == "keyword" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    fits = {
        "keyword": isinstance(value, str),
        "number": is_number,
        "bool": isinstance(value, bool),
        "any": isinstance(value, str | bool) or is_number,
    }
    if not fits[kind] or not isinstance(value, str | int | float | bool):
        wanted = {
            "keyword": "a text",
            "number": "a number",
            "bool": "true or false",
            "any": "a text, number or boolean",
        }
        raise InvalidFilter(f"must be {wanted[kind]}", field=where, value=value)
    return value


def _bound(value: object, kind: str, where: str) -> float | datetime:
    if kind in ("number", "any") and is_finite_number(value):
        return float(value)
    if kind == "datetime":
        moment = _moment(value)
        if moment is not None:
            return moment
    wanted = {"number": "a number", "any": "a number", "datetime": "a moment like 2026-11-20T09:30:00Z"}
    raise InvalidFilter(
        f"must be {wanted[kind]}" if kind in wanted else f"a range does not fit a {kind} field",
        field=where,
        value=value,
    )


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str | datetime):
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
