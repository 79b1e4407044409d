"""What the shop's rules do to one search."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from core.filters import Filter, Not, all_of
from core.hits import Hit
from core.queries import RELEVANCE, SearchQuery
from core.rules import POSITION_MAX, Pin, Rule
from core.vectors import FloatArray
from retrieval.columns.cells import Mask
from retrieval.rules import Rules
from retrieval.search.candidates import Candidates

_DIGEST_BYTES = 8

# Which of some candidates fulfil a filter.
Fulfilling = Callable[[Filter], Mask]


@dataclass(frozen=True, slots=True)
class Boost:
    """Products that count more, or less, by one rule."""

    rule_id: str
    filter: Filter
    factor: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """All rules for one query, taken together.

    Attributes
    ----------
    rule_ids: which they are, in order.
    where: what every hit has to fulfil for their sake; None: nothing.
    pins: products with a place of their own, in order of the places, each once.
    boosts: what counts more or less; none where relevance does not decide about the order.
    digest: of all that decides what is found and in which order; empty without rules.
    """

    rule_ids: tuple[str, ...] = ()
    where: Filter | None = None
    pins: tuple[Pin, ...] = ()
    boosts: tuple[Boost, ...] = ()
    digest: str = ""
    _pinned_by: Mapping[str, str] = field(default_factory=dict)

    def boosted(self, found: Candidates, fulfilling: Fulfilling) -> Candidates:
        """The candidates anew in order, each with ln(factor)·σ added to its score for every boost that it fulfils.

        σ is the spread of the scores found, so that a factor says the same of whatever scores there are; factors of
        several rules multiply, and 2 and 0.5 cancel each other out.
        """
        if not self.boosts or not len(found):
            return found
        added: FloatArray = np.zeros(len(found), dtype=np.float32)
        for boost in self.boosts:
            added[fulfilling(boost.filter)] += math.log(boost.factor)
        spread = float(found.scores.std()) or 1.0
        return replace(found, scores=found.scores + np.float32(spread) * added).ranked(len(found))

    def explained(self, hits: Iterable[Hit], boosted: Mapping[str, Sequence[str]]) -> tuple[Hit, ...]:
        """The hits with the rules that moved them.

        Parameters
        ----------
        boosted: ids of rules by product, see `boosted_by`.
        """
        pinned_by = self._pinned_by
        if not pinned_by and not boosted:
            return tuple(hits)
        return tuple(
            replace(hit, rules=(pinned_by[hit.product_id],))
            if hit.product_id in pinned_by
            else replace(hit, rules=tuple(boosted.get(hit.product_id, ())))
            for hit in hits
        )

    def boosted_by(self, ids: Sequence[str], fulfilling: Fulfilling) -> dict[str, tuple[str, ...]]:
        """For each product that a rule boosts or buries the ids of these rules, each once."""
        moved: dict[str, dict[str, None]] = {}
        for boost in self.boosts:
            for at in np.flatnonzero(fulfilling(boost.filter)).tolist():
                moved.setdefault(ids[at], {})[boost.rule_id] = None
        return {product_id: tuple(rules) for product_id, rules in moved.items()}


NO_RULING = Ruling()


def ruling_of(rules: Rules, query: SearchQuery, text: str) -> Ruling:
    """What rules do to one search.

    Parameters
    ----------
    text: what is looked for, in the words of the catalogue.
    """
    applying = rules.applying(text, query.filter)
    if not applying:
        return NO_RULING
    pins = _pins(applying)
    in_order = query.sort == RELEVANCE
    return Ruling(
        tuple(rule.id for rule in applying),
        _where(applying),
        tuple(pin for pin, _ in pins),
        tuple(chain.from_iterable(map(_boosts, applying))) if in_order and not query.browses else (),
        hashlib.blake2b(
            repr([(rule.id, rule.actions.written()) for rule in applying]).encode(), digest_size=_DIGEST_BYTES
        ).hexdigest(),
        {pin.product_id: rule_id for pin, rule_id in pins} if in_order else {},
    )


def _pins(rules: Sequence[Rule]) -> list[tuple[Pin, str]]:
    """Each product at the first of its places; of several products for one place that of the first rule comes first."""
    every = sorted(
        ((pin, rule.id) for rule in rules for pin in rule.actions.pins), key=lambda pinned: pinned[0].position
    )
    first: dict[str, tuple[Pin, str]] = {}
    for pin, rule_id in every:
        first.setdefault(pin.product_id, (pin, rule_id))
    return list(first.values())[:POSITION_MAX]


def _where(rules: Sequence[Rule]) -> Filter | None:
    parts: list[Filter] = []
    for rule in rules:
        if rule.actions.only is not None:
            parts.append(rule.actions.only.filter)
        if rule.actions.hide is not None:
            parts.append(Not(rule.actions.hide.filter))
    return all_of(*parts)


def _boosts(rule: Rule) -> Iterable[Boost]:
    for weighing in (*rule.actions.boosts, *rule.actions.buries):
        yield Boost(rule.id, weighing.where.filter, weighing.factor)
