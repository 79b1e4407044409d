"""Queries with known answers, and what a system answers to them."""

from __future__ import annotations

from dataclasses import dataclass

from core.queries import SearchQuery

# How far down the lists are compared.
DEPTH = 100


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One query whose right answers are known.

    Attributes
    ----------
    label: the query as a person reads it.
    relevant: ids of the right answers; empty where nothing is right.
    ignored: ids that do not count at all, such as the product whose picture was asked with.
    ranks: how likely the right one stands at each rank of the best list that can be made from the query alone. Where a
        query fits several products, even the best system can only guess which of them is meant.
    wants_all: whether the right answer is a whole set of products, so that it matters where the hits end.
    """

    label: str
    query: SearchQuery
    relevant: frozenset[str]
    ignored: frozenset[str] = frozenset()
    ranks: tuple[float, ...] = (1.0,)
    wants_all: bool = False


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Queries of one kind.

    Attributes
    ----------
    name: as reports and requirements call it.
    meaning: what is asked and what is right, for a person.
    wording: which words of the products are indexed, see `wording`.
    as_one: all right answers of a query stand for the same product, so that the first one found is enough.
    """

    name: str
    meaning: str
    wording: str
    queries: tuple[JudgedQuery, ...]
    as_one: bool = False

    @property
    def expects_nothing(self) -> bool:
        """Whether the right answer to every query is none."""
        return not any(query.relevant for query in self.queries)


@dataclass(frozen=True, slots=True)
class Answered:
    """What one system answers to one query.

    Attributes
    ----------
    ids: the best products, best first, at most `DEPTH` and those that are ignored left out.
    total: how many products it calls found, or that it calls found at least.
    found: ids of everything that it calls found; None for a system that only orders all products, and for a query that
        does not want all.
    """

    ids: tuple[str, ...]
    total: int
    found: frozenset[str] | None = None
