"""Facets: how the products of an answer spread over the values of a field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.errors import InvalidFilter, InvalidQuery
from core.filters import ATTRIBUTE_PREFIX, FIELD_KINDS, Scalar, field_kind

FACETS_MAX = 20
VALUES_MAX = 1_000
VALUES = 20
EDGES_MAX = 100
SEARCH_CHARS_MAX = 200
_KEYS = ("field", "limit", "query", "edges")
_NOT_COUNTED = frozenset({"id", "title", "group_id", "created_at"})
FACET_FIELDS = tuple(name for name in FIELD_KINDS if name not in _NOT_COUNTED)
_FIELDS = f"Fields: {', '.join(FACET_FIELDS)}, {ATTRIBUTE_PREFIX}NAME"


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """One field to count.

    Attributes
    ----------
    field: one of `FACET_FIELDS`, or an attribute.
    limit: how many values, the most frequent ones; for numbers, how many bins at most. 1 to 1,000.
    query: only values that hold this text, whatever its case and accents; blank is no condition.
    edges: rising numbers, at most 100, to count between, below the first and from the last on; empty: round ones.

    Raises
    ------
    InvalidQuery: an unknown field or one that is different for every product, a limit out of range, edges that do not
        rise.
    """

    field: str
    limit: int = VALUES
    query: str = ""
    edges: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        try:
            field_kind(self.field, "facets")
        except InvalidFilter as error:
            hint = error.remedy.partition(" Fields:")[0]
            raise InvalidQuery("unknown field", field="facets", value=self.field, remedy=f"{hint} {_FIELDS}") from error
        if self.field in _NOT_COUNTED:
            raise InvalidQuery("has no facet", field="facets", value=self.field, remedy=_FIELDS)
        limit: object = self.limit
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= VALUES_MAX:
            raise InvalidQuery(
                f"must be between 1 and {VALUES_MAX:,}", field=f"facets.{self.field}.limit", value=self.limit
            )
        if len(self.query) > SEARCH_CHARS_MAX:
            raise InvalidQuery(
                f"is longer than {SEARCH_CHARS_MAX} characters", field=f"facets.{self.field}.query", value=self.query
            )
        self._check_edges()

    def _check_edges(self) -> None:
        name, edges = f"facets.{self.field}.edges", self.edges
        if len(edges) > EDGES_MAX:
            raise InvalidQuery(f"are more than {EDGES_MAX}", field=name, value=len(edges))
        numbers: Sequence[object] = edges
        if not (
            all(isinstance(edge, int | float) and not isinstance(edge, bool) for edge in numbers)
            and all(map(math.isfinite, edges))
            and all(low < high for low, high in pairwise(edges))
        ):
            raise InvalidQuery("must be rising numbers", field=name, value=list(edges), remedy="Write [25, 50, 100]")


def parse_facets(value: object) -> tuple[FacetRequest, ...]:
    """Read facet requests from JSON-like data: a list of field names, or objects of `field`, `limit`, `query`, `edges`.

    Raises
    ------
    InvalidQuery: another shape, an unknown key, or what `FacetRequest` refuses.
    """
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidQuery("must be a list of fields", field="facets", value=value, remedy='Write ["category"]')
    return tuple(_parse_one(item) for item in value)


def _parse_one(value: object) -> FacetRequest:
    if isinstance(value, str):
        return FacetRequest(value)
    if not isinstance(value, Mapping):
        raise InvalidQuery("must be a field or an object", field="facets", value=value)
    unknown = sorted(str(key) for key in value if key not in _KEYS)
    if unknown:
        raise InvalidQuery("unknown key", field="facets", value=unknown[0], remedy=f"Keys: {', '.join(_KEYS)}")
    name, query = value.get("field"), value.get("query", "")
    if not isinstance(name, str):
        raise InvalidQuery("must be a text", field="facets.field", value=name, remedy=_FIELDS)
    if not isinstance(query, str):
        raise InvalidQuery("must be a text", field=f"facets.{name}.query", value=query)
    edges = value.get("edges", ())
    if isinstance(edges, str) or not isinstance(edges, Sequence):
        raise InvalidQuery("must be a list of numbers", field=f"facets.{name}.edges", value=edges)
    limit: Any = value.get("limit", VALUES)
    return FacetRequest(name, limit, query, tuple(edges))


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and how many products have it."""

    value: Scalar
    count: int


@dataclass(frozen=True, slots=True)
class KeywordFacet:
    """Values, the most frequent first, equal counts by value; then those that the filter names and that are rarer.

    Attributes
    ----------
    more: how many further values there are.
    """

    values: tuple[FacetValue, ...]
    more: int


@dataclass(frozen=True, slots=True)
class NumberBin:
    """Numbers from `low` on and below `high`; in the last bin of round edges `high` itself, too.

    Attributes
    ----------
    low, high: None where nothing ends it.
    """

    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class NumberFacet:
    """Numbers counted in bins.

    Attributes
    ----------
    low, high: the smallest and the largest number; None when no product has one.
    count: how many products have a number. One with several stands in several bins.
    """

    low: float | None
    high: float | None
    count: int
    bins: tuple[NumberBin, ...]


Facet = KeywordFacet | NumberFacet
