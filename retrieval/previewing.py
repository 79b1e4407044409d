"""What a rule would do to a search, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.hits import SearchAnswer
from core.queries import SearchQuery
from core.rules import Rule
from retrieval.rules import Rules, check_rule
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine


@dataclass(frozen=True, slots=True)
class Move:
    """A product whose place is another one.

    Attributes
    ----------
    before, after: its place on the first page, from 1; None where it is not on it.
    """

    product_id: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The first page of a search without and with a rule.

    Attributes
    ----------
    applies: whether the rule is for this query at all.
    moves: products that came, went or moved: in the order after, then those that went.
    """

    applies: bool
    before: SearchAnswer
    after: SearchAnswer
    moves: tuple[Move, ...]


def preview(v: Vitrine, query: SearchQuery, rule: Rule) -> Preview:
    """Search without and with a rule that need not be kept, beside the shop's other rules.

    It counts as if it were enabled and within its dates. If the shop has a rule of its id, that counts for neither.

    Raises
    ------
    InvalidInput, InvalidFilter: the rule could not be kept either, see `check_rule`.
    InvalidQuery, InvalidPhoto, NotFound: see `search`.
    """
    analyzer = v.rules.analyzer
    check_rule(v.catalog, analyzer, rule)
    kept = v.rules.current()
    others = [other for other in kept.rules if other.id != rule.id]
    tried = replace(rule, enabled=True, valid_from=None, valid_until=None)
    query = replace(query, cursor=None, explain=True)
    before = search(v, query, Rules.of(others, analyzer, kept.now))
    after = search(v, query, Rules.of([*others, tried], analyzer, kept.now))
    return Preview(rule.id in after.rules, before, after, moves_between(before, after))


def moves_between(before: SearchAnswer, after: SearchAnswer) -> tuple[Move, ...]:
    """What differs between two pages, see `Preview`."""
    was = {hit.product_id: place for place, hit in enumerate(before.hits, 1)}
    now = {hit.product_id: place for place, hit in enumerate(after.hits, 1)}
    moved = [Move(name, was.get(name), place) for name, place in now.items() if was.get(name) != place]
    return (*moved, *(Move(name, place, None) for name, place in was.items() if name not in now))
