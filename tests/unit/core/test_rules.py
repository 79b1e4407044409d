from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidFilter, InvalidInput
from core.filters import Equals
from core.rules import BODY_BYTES_MAX, PINS_MAX, Pin, Rule, When, rule_of

PIN = {"when": "always", "pin": {"a": 1}}
WHOLE = {
    "name": "Summer sale",
    "when": {"words": "summer dress"},
    "valid_from": "2026-06-01T02:00:00+02:00",
    "valid_until": "2026-09-01",
    "enabled": False,
    "pin": {"b": 3, "a": 1, "c": 1},
    "boost": [{"filter": {"brand": "Acme"}}, {"filter": {"price": {"lt": 5}}, "factor": 100}],
    "bury": [{"filter": {"attributes.season": "Winter"}}],
    "hide": {"id": ["x", "y"]},
    "filter": {"or": [{"price": {"gt": 0}}, {"brand": "Acme"}]},
}


def test_a_rule_says_what_was_written() -> None:
    rule = rule_of("summer", WHOLE)
    assert rule.when == When("words", "summer dress")
    assert rule.actions.pins == (Pin("a", 1), Pin("c", 1), Pin("b", 3))
    assert [one.factor for one in (*rule.actions.boosts, *rule.actions.buries)] == [2.0, 100.0, 0.5]
    assert rule.actions.boosts[0].where.filter == Equals("brand", "Acme")
    assert rule.valid_from == datetime(2026, 6, 1, tzinfo=UTC)
    assert rule.valid_until == datetime(2026, 9, 1, tzinfo=UTC)
    assert rule.body()["filter"] == WHOLE["filter"]


def test_a_rule_is_read_again_as_it_was() -> None:
    rule = rule_of("summer", WHOLE)
    assert rule_of("summer", json.loads(json.dumps(rule.body()))) == rule


@pytest.mark.parametrize(
    ("moment", "counts"),
    [("2026-05-31", False), ("2026-06-01", True), ("2026-08-31T23:59:59", True), ("2026-09-01", False)],
)
def test_a_rule_counts_from_its_first_moment_on_and_before_its_last(moment: str, counts: bool) -> None:
    rule = rule_of("r", {**PIN, "valid_from": "2026-06-01", "valid_until": "2026-09-01"})
    assert rule.counts_at(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is counts


def test_a_rule_without_dates_always_counts_unless_it_is_disabled() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert rule_of("r", PIN).counts_at(now)
    assert not rule_of("r", {**PIN, "enabled": False}).counts_at(now)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"pin": None}, "rule"),
        ({"when": None}, "when"),
        ({"when": "never"}, "when"),
        ({"when": {}}, "when"),
        ({"when": {"words": "a", "query": "b"}}, "when"),
        ({"when": {"brand": "a"}}, "when"),
        ({"when": {"words": 5}}, "when.words"),
        ({"when": {"words": " "}}, "when.words"),
        ({"when": {"category": "x" * 201}}, "when.category"),
        ({"pin": []}, "pin"),
        ({"pin": {" ": 1}}, "pin"),
        ({"pin": {"a": 0}}, "pin.a"),
        ({"pin": {"a": 1_001}}, "pin.a"),
        ({"pin": {"a": 1.5}}, "pin.a"),
        ({"pin": {"a": True}}, "pin.a"),
        ({"pin": {"a": 1, " a": 2}}, "pin.a"),
        ({"pin": {str(i): 1 for i in range(PINS_MAX + 1)}}, "pin"),
        ({"boost": {"filter": {}}}, "boost"),
        ({"boost": ["Acme"]}, "boost[0]"),
        ({"boost": [{"factor": 2}]}, "boost[0].filter"),
        ({"boost": [{"filter": {"brand": "a"}, "factor": 0.5}]}, "boost[0].factor"),
        ({"boost": [{"filter": {"brand": "a"}, "factor": 1}]}, "boost[0].factor"),
        ({"boost": [{"filter": {"brand": "a"}, "factor": float("nan")}]}, "boost[0].factor"),
        ({"boost": [{"filter": {"brand": "a"}, "weight": 2}]}, "boost[0].weight"),
        ({"boost": [{"filter": {"brand": "a"}}] * 21}, "boost"),
        ({"bury": [{"filter": {"brand": "a"}, "factor": 2}]}, "bury[0].factor"),
        ({"bury": [{"filter": {"brand": "a"}, "factor": 0}]}, "bury[0].factor"),
        ({"bury": [{"filter": {"prize": 5}}]}, "bury[0].filter"),
        ({"hide": {}}, "hide"),
        ({"hide": ["a"]}, "hide"),
        ({"hide": {"price": {"under": 5}}}, "hide.price"),
        ({"filter": {"colour": "red"}}, "filter"),
        ({"filter": "red"}, "filter"),
        ({"name": 5}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"enabled": "yes"}, "enabled"),
        ({"valid_from": "tomorrow"}, "valid_from"),
        ({"valid_until": 5}, "valid_until"),
        ({"valid_from": "2026-01-02", "valid_until": "2026-01-02"}, "valid_until"),
        ({"pins": {"a": 1}}, "pins"),
        ({"hide": {"title": "x" * BODY_BYTES_MAX}}, "rule"),
        ({"hide": {"title": "\ud83d"}}, "rule"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        rule_of("r", {**PIN, **change})
    assert caught.value.field == field


@pytest.mark.parametrize("rule_id", ["", " ", "a ", "a\n", "\x00", "x" * 101])
def test_a_name_has_to_be_seen(rule_id: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        rule_of(rule_id, PIN)
    assert caught.value.field == "id"


def test_a_filter_names_the_field_that_was_meant() -> None:
    with pytest.raises(InvalidFilter, match=r"boost\[0\]\.filter: unknown field \(got 'prize'\)\. Did you mean price"):
        rule_of("r", {"when": "always", "boost": [{"filter": {"prize": 5}}]})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), _JSON))
def test_whatever_is_sent_is_a_rule_or_refused(body: dict[str, Any]) -> None:
    try:
        rule = rule_of("r", body)
    except InvalidInput:
        return
    assert isinstance(rule, Rule)
