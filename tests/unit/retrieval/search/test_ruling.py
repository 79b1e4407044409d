from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.filters import And, AnyOf, Equals, Filter, Not, parse_filter
from core.hits import Hit
from core.queries import SearchQuery
from core.rules import Pin, Rule, rule_of
from retrieval.rules import Rules
from retrieval.search.candidates import Candidates
from retrieval.search.ruling import NO_RULING, Ruling, ruling_of
from words.analysis import Analyzer

ANALYZER = Analyzer()
FOUND = Candidates(tuple("abcd"), {}, np.array([4, 3, 2, 1], dtype=np.float32))
SPREAD = float(FOUND.scores.std())


def rule(name: str, **actions: Any) -> Rule:
    return rule_of(name, {"when": "always", **actions})


def ruling(*rules: Rule, **asked: Any) -> Ruling:
    query = SearchQuery(**({"text": "dress"} | asked))
    return ruling_of(Rules.of(rules, ANALYZER), query, query.text)


def only(*ids: str) -> Any:
    """Whatever the filter, these candidates fulfil it."""
    return lambda _: np.array([name in ids for name in FOUND.ids])


def test_without_a_rule_for_the_query_nothing_is_done() -> None:
    assert ruling() is NO_RULING
    assert ruling(rule_of("r", {"when": {"words": "shoe"}, "pin": {"a": 1}})) is NO_RULING
    assert NO_RULING.boosted(FOUND, only("a")) is FOUND


def test_what_is_hidden_and_what_is_left_have_to_hold_together() -> None:
    hidden, left = Equals("brand", "a"), Equals("category", "b")
    assert ruling(rule("r", hide={"brand": "a"})).where == Not(hidden)
    both = ruling(rule("r", hide={"brand": "a"}, filter={"category": "b"}), rule("s", hide={"brand": "a"}))
    assert both.where == And((left, Not(hidden), Not(hidden)))


def test_a_product_stands_at_the_first_of_its_places() -> None:
    taken = ruling(rule("r", pin={"a": 3, "b": 1}), rule("q", pin={"a": 2, "c": 1}))
    assert taken.pins == (Pin("c", 1), Pin("b", 1), Pin("a", 2))
    hits = taken.explained([Hit(name, 0.0, {}, {}) for name in "abcd"], {"d": ("r",)})
    assert [hit.rules for hit in hits] == [("q",), ("r",), ("q",), ("r",)]


def test_an_order_that_was_asked_for_is_neither_pinned_nor_boosted() -> None:
    taken = ruling(rule("r", pin={"a": 1}, boost=[{"filter": {"brand": "x"}}]), sort="price")
    assert taken.pins == (Pin("a", 1),)
    assert taken.boosts == ()
    assert taken.explained([Hit("a", 0.0, {}, {})], {})[0].rules == ()


def test_a_boost_adds_its_logarithm_in_spreads_of_the_scores() -> None:
    boosted = ruling(rule("r", boost=[{"filter": {"brand": "x"}, "factor": 4}])).boosted(FOUND, only("c"))
    assert boosted.ids == ("a", "c", "b", "d")
    assert boosted.scores == pytest.approx([4, 2 + math.log(4) * SPREAD, 3, 1])


def test_what_is_buried_comes_later_and_a_boost_cancels_it_out() -> None:
    bury = [{"filter": {"brand": "x"}, "factor": 0.25}]
    assert ruling(rule("r", bury=bury)).boosted(FOUND, only("a")).ids == ("b", "a", "c", "d")
    both = ruling(rule("r", bury=bury), rule("s", boost=[{"filter": {"brand": "x"}, "factor": 4}]))
    assert both.boosted(FOUND, only("a")).scores == pytest.approx(FOUND.scores)
    assert both.boosted_by(FOUND.ids, only("a")) == {"a": ("r", "s")}


@pytest.mark.parametrize("scores", [[-4, -5, -6, -7], [0.016, 0.015, 0.014, 0.013], [1, 1, 1, 1]])
def test_a_boost_raises_whatever_scores_there_are(scores: list[float]) -> None:
    found = Candidates(FOUND.ids, {}, np.array(scores, dtype=np.float32))
    boosted = ruling(rule("r", boost=[{"filter": {"brand": "x"}, "factor": 100}])).boosted(found, only("d"))
    assert boosted.ids[0] == "d"


def test_the_digest_tells_what_the_rules_do() -> None:
    def digest(**changes: Any) -> str:
        return ruling(rule_of("r", {"when": "always", "pin": {"a": 1}} | changes)).digest

    assert digest() != ""
    assert digest(name="Other", valid_until="2999-01-01") == digest()
    assert digest(when={"words": "dress"}) == digest()
    others = {digest(), digest(pin={"a": 2}), digest(hide={"id": "b"}), digest(boost=[{"filter": {"brand": "x"}}])}
    assert len(others) == 4


def test_a_rule_for_a_category_counts_where_it_alone_is_asked_for() -> None:
    shirts = rule_of("r", {"when": {"category": "Shirts"}, "pin": {"a": 1}})

    def counts(where: Any) -> bool:
        asked: Filter = parse_filter(where)
        return bool(Rules.of([shirts], ANALYZER).applying("", asked))

    assert counts({"category": "Shirts"})
    assert counts({"price": {"lt": 5}, "category": ["Shirts"]})
    assert counts({"and": [{"and": [{"category": "Shirts"}]}, {"brand": "Acme"}]})
    for other in ({"category": ["Shirts", "Shoes"]}, {"brand": "Shirts"}, {"or": [{"category": "Shirts"}]}):
        assert not counts(other)
    assert not counts({"not": {"category": "Shirts"}})
    assert not Rules.of([shirts], ANALYZER).applying("shirts", AnyOf("category", ()))


@pytest.mark.parametrize(
    ("written", "found", "passed_by"),
    [
        ("summer dress", ("Dresses for the summer", "summer dress red"), ("summer", "dress", "")),
        ("t-shirt", ("tshirt", "t shirt", "red T-Shirts"), ("shirt",)),
        ("wh-1000xm5", ("WH1000XM5", "wh 1000xm5 black"), ("wh", "1000xm4")),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", ("cafe", "CAFES"), ("coffee",)),
        ("the red", ("red",), ("the",)),
    ],
)
def test_words_are_the_same_in_any_order_and_inflection(
    written: str, found: tuple[str, ...], passed_by: tuple[str, ...]
) -> None:
    rules = Rules.of([rule_of("r", {"when": {"words": written}, "pin": {"a": 1}})], ANALYZER)
    assert all(rules.applying(text, None) for text in found)
    assert not any(rules.applying(text, None) for text in passed_by)


def test_a_rule_for_a_whole_query_suffers_no_other_words() -> None:
    rules = Rules.of([rule_of("r", {"when": {"query": "red dress"}, "pin": {"a": 1}})], ANALYZER)
    assert all(rules.applying(text, None) for text in ("red dress", "dresses in red", "The Red Dress"))
    assert not any(rules.applying(text, None) for text in ("dress", "long red dress", "red dress 500ml", ""))
