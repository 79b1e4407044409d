"""Merchandising rules from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.integration.cli.conftest import Vitrine

PIN = {"id": "first", "name": "[bold]First[/]", "when": {"words": "red shirt"}, "pin": {"bag-blue": 1}}


@pytest.fixture(autouse=True)
def _no_rules_left(shop: Vitrine) -> Iterator[None]:
    yield
    for rule in shop("rules", "list", "--json").data["rules"]:
        shop("rules", "delete", rule["id"])


def written(value: Any) -> str:
    Path("rule.json").write_text(json.dumps(value))
    return "rule.json"


def test_a_rule_is_put_listed_shown_and_deleted(shop: Vitrine) -> None:
    assert "no rules" in shop("rules", "list").err
    put = shop("rules", "put", written(PIN))
    assert (put.code, "words: red shirt" in put.out, "pin 1" in put.out) == (0, True, True)
    assert "[bold]First[/]" in shop("rules", "list").out
    shown = shop("rules", "show", "first").data
    assert shown == {**PIN, "valid_from": None, "valid_until": None, "enabled": True}
    again = CliRunner().invoke(app, ["rules", "put", "-", "--json"], input=json.dumps({**shown, "enabled": False}))
    assert json.loads(again.stdout)["rules"][0]["enabled"] is False
    assert "disabled" in shop("rules", "list").out
    assert shop("rules", "delete", "first", "--json").data == {"deleted": "first"}
    assert shop("rules", "delete", "first").code == 4
    assert shop("rules", "show", "first").code == 4


def test_several_rules_are_put_together_or_not_at_all(shop: Vitrine) -> None:
    other = {"id": "second", "when": "always", "hide": {"attributes.colour": "red"}, "valid_until": "2000-01-01"}
    refused = shop("rules", "put", written({"rules": [PIN, {**other, "hide": {"prize": 1}}]}))
    assert refused.code == 2
    assert "rules[1].hide: unknown field" in refused.err
    assert shop("rules", "list", "--json").data == {"rules": []}
    tried = shop("rules", "put", written({**PIN, "id": "preview"}))
    assert tried.code == 2
    assert "the name of rules that are tried" in tried.err
    assert shop("rules", "put", written({"rules": [PIN, other]})).code == 0
    listed = shop("rules", "list", "--json").data
    assert [rule["id"] for rule in listed["rules"]] == ["first", "second"]
    assert "not now until 2000-01-01" in shop("rules", "list").out
    assert shop("rules", "put", written(listed)).code == 0


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"when": "always", "pin": {"a": 1}}, "id: is missing"),
        ({**PIN, "id": 5}, "id: must be a text"),
        ({"rules": {}}, "rules: must be a list"),
        ([], "rule: must be an object"),
        ({**PIN, "boost": [{"filter": {"attributes.size": 5}}]}, "boost[0].filter: no product has this attribute"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(shop: Vitrine, value: Any, says: str) -> None:
    refused = shop("rules", "put", written(value))
    assert refused.code == 2
    assert says in refused.err


def test_a_file_that_cannot_be_read_is_told(shop: Vitrine) -> None:
    assert "No such file" in shop("rules", "put", "missing.json").err
    Path("broken.json").write_text('{"id": "a",')
    broken = shop("rules", "put", "broken.json")
    assert (broken.code, "cannot be read" in broken.err) == (2, True)


def test_searches_obey_and_tell_which_rules_moved_what(shop: Vitrine) -> None:
    shop("rules", "put", written(PIN))
    found = shop("search", "red shirts", "--json", "--explain", "--cutoff", "off").data
    assert (found["hits"][0]["id"], found["hits"][0]["rules"], found["rules"]) == ("bag-blue", ["first"], ["first"])
    table = shop("search", "red shirt", "--explain", "--cutoff", "off")
    assert "first" in next(line for line in table.out.splitlines() if "bag-blue" in line)
    assert "Rules for this query: first" in table.err
    assert "rules" not in shop("search", "red shirt", "--json").data


def test_a_preview_shows_what_moves_and_keeps_nothing(shop: Vitrine) -> None:
    rule = {key: value for key, value in PIN.items() if key != "id"}
    shown = shop("rules", "preview", written(rule), "red shirt", "--limit", "3")
    assert shown.out.split("\n")[1].split()[:3] == ["1", "came", "bag-blue"]
    assert "went" in shown.out
    data = shop("rules", "preview", "rule.json", "red shirt", "--limit", "3", "--json").data
    assert (data["applies"], data["moves"][0]) == (True, {"id": "bag-blue", "before": None, "after": 1})
    assert [hit["id"] for hit in data["after"]["hits"]][1:] == [hit["id"] for hit in data["before"]["hits"]][:2]
    other = shop("rules", "preview", "rule.json", "--filter", "category=Bag")
    assert "not for this query" in other.err
    assert shop("rules", "list", "--json").data == {"rules": []}
