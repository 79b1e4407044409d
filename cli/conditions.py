"""Filters and weights as a person writes them on a command line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InvalidFilter, InvalidQuery

if TYPE_CHECKING:
    from core.filters import Filter

Conditions = Annotated[
    list[str],
    typer.Option(metavar="CONDITION", help="JSON, or field=value, price<50, ...; all of several have to hold."),
]

_CONDITION = re.compile(r"(?P<field>[^=<>!]+)(?P<sign><=|>=|!=|=|<|>)(?P<value>.*)", re.DOTALL)
_BOUNDS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_REMEDY = "Write category=Shirts, price<50, attributes.colour!=Blue, or JSON"


def parse_conditions(conditions: Sequence[str], attribute_kinds: Callable[[], Mapping[str, str]]) -> Filter | None:
    """All conditions together as one filter: JSON objects, or `field=value` with one of `= != < <= > >=`.

    Parameters
    ----------
    attribute_kinds: tells the kind of each attribute; asked only when a condition names one, so that `year=2012`
        compares with a number where years are numbers, and with a text where they are texts.

    Raises
    ------
    InvalidFilter: not JSON, no condition, an unknown field or a value of the wrong type.
    """
    from core.filters import parse_filter

    parts = [_json(text) if text.lstrip().startswith("{") else _pair(text, attribute_kinds) for text in conditions]
    if not parts:
        return None
    return parse_filter(parts[0] if len(parts) == 1 else {"and": parts})


def parse_weights(text: str) -> dict[str, float]:
    """`text=1,image=0.5` as numbers by part.

    Raises
    ------
    InvalidQuery: something that is not `part=number`.
    """
    weights = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, equals, number = pair.partition("=")
        value = _number(number)
        if not equals or value is None:
            raise InvalidQuery("must be part=number", field="weights", value=pair, remedy="Write text=1,image=0.5")
        weights[name.strip()] = float(value)
    return weights


def json_of(text: str, field: str) -> Any:
    """What a JSON text says.

    Raises
    ------
    InvalidQuery: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidQuery(f"is not JSON: {error}", field=field, value=text) from error


def _json(text: str) -> Any:
    try:
        return json_of(text, "filter")
    except InvalidQuery as error:
        raise InvalidFilter(error.reason, field="filter", value=text, remedy=_REMEDY) from error


def _pair(text: str, attribute_kinds: Callable[[], Mapping[str, str]]) -> dict[str, Any]:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise InvalidFilter("is no condition", field="filter", value=text, remedy=_REMEDY)
    field, sign, raw = match["field"].strip(), match["sign"], match["value"].strip()
    value = _typed(raw, _kind(field, attribute_kinds))
    if sign == "=":
        return {field: value}
    return {field: {"none_of": [value]}} if sign == "!=" else {field: {_BOUNDS[sign]: value}}


def _kind(field: str, attribute_kinds: Callable[[], Mapping[str, str]]) -> str:
    from core.filters import ATTRIBUTE_PREFIX, field_kind

    kind = field_kind(field)
    return attribute_kinds().get(field.removeprefix(ATTRIBUTE_PREFIX), "mixed") if kind == "any" else kind


def _typed(raw: str, kind: str) -> Any:
    if kind in ("number", "mixed"):
        number = _number(raw)
        if number is not None:
            return number
    if kind in ("bool", "mixed") and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    return raw


def _number(raw: str) -> int | float | None:
    try:
        number = float(raw)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number
