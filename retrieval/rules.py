"""The merchandising rules of one shop, held in memory, and which of them a query is subject to."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from catalog.opening import Catalog
from core.errors import InvalidFilter, InvalidInput
from core.filters import And, AnyOf, Equals, Filter
from core.rules import ALWAYS, CATEGORY, PREVIEW, QUERY, Rule, rule_of, standing_at
from retrieval.refreshing import Refreshed
from retrieval.search.own_filters import check_attributes
from words.analysis import Analyzer

_log = logging.getLogger(__name__)

RULES_MAX = 1_000
# Reading a thousand rules takes some ten milliseconds.
LOOK_EVERY_S = 1.0

# For each word of a text the lists of terms that tell it; one of them is enough.
_Words = tuple[tuple[frozenset[str], ...], ...]


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Matcher:
    """Compares words as the lexical index does: whatever their inflection, without stop words."""

    analyzer: Analyzer

    def words(self, text: str) -> _Words:
        found = []
        for word in text.split():
            terms = frozenset(self.analyzer.terms(word).words)
            parts = self.analyzer.surface(word)
            # `t-shirt` is also `tshirt`; its pieces alone say too little.
            joined = {self.analyzer.term("".join(parts))} if len(parts) > 1 else terms
            if terms:
                found.append((terms, frozenset(joined)))
        return tuple(found)

    def terms(self, text: str) -> frozenset[str]:
        terms = self.analyzer.terms(text)
        return frozenset((*terms.words, *terms.variants))


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules that are enabled, by id, ready to be compared with queries. Thread-safe.

    Attributes
    ----------
    now: tells which of them are within their dates.
    """

    rules: tuple[Rule, ...] = ()
    now: Callable[[], datetime] = utc_now
    _matcher: _Matcher | None = None
    _words: tuple[_Words, ...] = ()
    _terms: tuple[frozenset[str], ...] = ()
    # Rules for words by terms of which a query has at least one, so that few of many are compared; and all others.
    _by_term: Mapping[str, Sequence[int]] = field(default_factory=dict)
    _unworded: tuple[int, ...] = ()

    @classmethod
    def of(cls, rules: Iterable[Rule], analyzer: Analyzer, now: Callable[[], datetime] = utc_now) -> Rules:
        """The enabled ones of some rules.

        Parameters
        ----------
        analyzer: tells which words are the same.
        """
        matcher = _Matcher(analyzer)
        enabled = tuple(sorted((rule for rule in rules if rule.enabled), key=lambda rule: rule.id))
        texts = ["" if rule.when.kind in (ALWAYS, CATEGORY) else rule.when.text for rule in enabled]
        words = tuple(map(matcher.words, texts))
        by_term: dict[str, list[int]] = {}
        for i, alternatives in enumerate(words):
            for terms in alternatives[0] if alternatives else ():
                by_term.setdefault(min(terms), []).append(i)
        unworded = tuple(i for i, text in enumerate(texts) if not text)
        return cls(enabled, now, matcher, words, tuple(map(matcher.terms, texts)), by_term, unworded)

    def applying(self, text: str, where: Filter | None) -> tuple[Rule, ...]:
        """The rules for a query, by id.

        Parameters
        ----------
        text: what it looks for, typing errors corrected and without what is not wanted; empty without words.
        where: its filter.
        """
        if not self.rules or self._matcher is None:
            return ()
        moment, category = self.now(), category_of(where)
        terms, words = self._matcher.terms(text), self._matcher.words(text)
        worded = chain.from_iterable(self._by_term.get(term, ()) for term in terms)
        return tuple(
            self.rules[i]
            for i in sorted({*self._unworded, *worded})
            if self.rules[i].counts_at(moment) and self._is_for(i, category, (terms, words))
        )

    def _is_for(self, i: int, category: object, asked: tuple[frozenset[str], _Words]) -> bool:
        rule = self.rules[i]
        if rule.when.kind == ALWAYS:
            return True
        if rule.when.kind == CATEGORY:
            return rule.when.text == category
        terms, words = asked
        return _all_in(self._words[i], terms) and (rule.when.kind != QUERY or _all_in(words, self._terms[i]))


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class _Read:
    """What the rules say, and what searches make of it."""

    bodies: Mapping[str, Any]
    rules: Rules


@dataclass
class RuleShelf:
    """The rules as searches use them, read again a second after they were read last. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back. now: the present moment, for the rules' dates.
    """

    catalog: Catalog
    analyzer: Analyzer
    now_s: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = utc_now
    _read: Refreshed[_Read] = field(init=False)

    def __post_init__(self) -> None:
        self._read = Refreshed(LOOK_EVERY_S, self.now_s)

    def current(self) -> Rules:
        """The rules as they were at most a second ago.

        Raises
        ------
        CatalogUnavailable
        """
        return self._read.current(self._look).rules

    def _look(self, before: _Read | None) -> _Read:
        bodies = self.catalog.rules.bodies()
        if before is not None and bodies == before.bodies:
            return before
        return _Read(bodies, Rules.of(_readable(bodies), self.analyzer, self.now))


def put_rules(catalog: Catalog, analyzer: Analyzer, rules: Sequence[Rule]) -> None:
    """Keep rules in place of those with their ids; all or nothing.

    Raises
    ------
    InvalidInput: more than 1,000, one that is called `preview`, or one for words that every query or none has.
    InvalidFilter: a filter on an attribute that no product has ever had.
    """
    for rule in rules:
        if rule.id == PREVIEW:
            raise InvalidInput(
                "is the name of rules that are tried", field="id", value=rule.id, remedy="Choose another"
            )
        check_rule(catalog, analyzer, rule)
    count = len(catalog.rules.bodies().keys() | {rule.id for rule in rules})
    if count > RULES_MAX:
        raise InvalidInput(f"are more than {RULES_MAX:,}", field="rules", value=count, remedy="Delete some")
    catalog.rules.put(rules)


def check_rule(catalog: Catalog, analyzer: Analyzer, rule: Rule) -> None:
    """Refuse a rule that could never count, or whose filters name unknown attributes; raises as `put_rules`."""
    worded = rule.when.kind not in (ALWAYS, CATEGORY)
    if worded and not _Matcher(analyzer).words(rule.when.text):
        raise InvalidInput(
            "has only words that say nothing", field=f"when.{rule.when.kind}", value=rule.when.text, remedy="Add others"
        )
    for name, where in rule.actions.filters().items():
        try:
            check_attributes(catalog, where.filter)
        except InvalidFilter as error:
            raise standing_at(error, name) from error


def category_of(where: Filter | None) -> object:
    """The one category that a filter asks for; None where it asks for none or for several."""
    match where:
        case Equals("category", value) | AnyOf("category", (value,)):
            return value
        case And(filters):
            return next((found for inner in filters if (found := category_of(inner)) is not None), None)
    return None


def _all_in(words: _Words, terms: frozenset[str]) -> bool:
    return all(any(alternative <= terms for alternative in alternatives) for alternatives in words)


def _readable(bodies: Mapping[str, Any]) -> Iterable[Rule]:
    for rule_id, body in bodies.items():
        try:
            yield rule_of(rule_id, body)
        except InvalidInput as error:
            # Written by another version; searches go on without it.
            _log.warning("rule %r is left out, it cannot be read: %s", rule_id, error)
