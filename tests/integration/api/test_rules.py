"""Merchandising rules over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from litestar.testing import TestClient
from schemathesis import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from api.app import create_app
from api.rules.examples import PREVIEWS, RULES
from retrieval.rules import RuleShelf
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import PRODUCTS, Client
from tests.integration.api.test_schema import check_answers, schema

__all__ = ["schema"]

PIN = {"when": "always", "pin": {"p5": 1}}


pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def at_once(v: Vitrine) -> Iterator[Client]:
    """The application, in which a change counts at once."""
    looking = replace(v, rules=RuleShelf(v.catalog, v.rules.analyzer, count(step=10).__next__))
    with TestClient(create_app(looking), base_url="http://127.0.0.1") as opened:
        yield opened


def test_a_rule_is_made_changed_listed_and_deleted(client: Client) -> None:
    assert client.get("/v1/rules").json() == {"rules": []}
    made = client.put("/v1/rules/a%2Fb", json={"when": {"words": "shirt"}, "hide": {"brand": "x"}, "name": "Old"})
    assert made.status_code == 200
    assert made.json() == {"id": "a/b", "name": "Old", "when": {"words": "shirt"}, "hide": {"brand": "x"}}
    dated = {**PIN, "valid_from": "2026-06-01", "enabled": False, "bury": [{"filter": {"price": {"lt": 5}}}]}
    changed = client.put("/v1/rules/a%2Fb", json=dated).json()
    assert changed == {
        "id": "a/b",
        **dated,
        "valid_from": "2026-06-01T00:00:00.000000Z",
        "bury": [{"filter": {"price": {"lt": 5}}, "factor": 0.5}],
    }
    assert client.get("/v1/rules/a%2Fb").json() == changed
    assert client.get("/v1/rules").json() == {"rules": [changed]}
    same = {name: value for name, value in changed.items() if name != "id"}
    assert client.put("/v1/rules/c", json=same).json() == {"id": "c", **same}
    assert client.delete("/v1/rules/a%2Fb").status_code == 204
    assert client.get("/v1/rules").json()["rules"][0]["id"] == "c"


def test_an_unknown_rule_is_told(client: Client) -> None:
    for name in ("nothing", "%FF"):
        assert client.get(f"/v1/rules/{name}").status_code == 404
        assert client.delete(f"/v1/rules/{name}").status_code == 404
    assert client.put("/v1/rules/%FF", json=PIN).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"when": "always"}, "rule"),
        ({"pin": {"a": 1}}, "when"),
        ({**PIN, "when": "never"}, "when"),
        ({**PIN, "when": {}}, "when"),
        ({**PIN, "when": {"words": "a", "query": "b"}}, "when"),
        ({**PIN, "when": {"words": "the"}}, "when.words"),
        ({**PIN, "when": {"brand": "a"}}, "when.brand"),
        ({**PIN, "pin": {"a": 0}}, "pin.a"),
        ({**PIN, "hide": {"attributes.nonsense": 1}}, "hide"),
        ({**PIN, "hide": {"prize": 1}}, "hide"),
        ({**PIN, "boost": [{"filter": {"price": {"under": 1}}}]}, "boost[0].filter.price"),
        ({**PIN, "boost": [{"filter": {"price": 1}, "factor": 0.1}]}, "boost[0].factor"),
        ({**PIN, "boost": [{"factor": 2}]}, "boost[0].filter"),
        ({**PIN, "name": 5}, "name"),
        ({**PIN, "pins": {}}, "pins"),
        ({**PIN, "valid_from": "tomorrow"}, "valid_from"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_field(client: Client, body: Any, field: str) -> None:
    answer = client.put("/v1/rules/r", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert client.get("/v1/rules").json() == {"rules": []}


def test_half_a_pair_of_surrogates_does_no_harm(client: Client) -> None:
    body = rb'{"when": {"words": "x \ud83d"}, "hide": {"title": "\ud83d"}}'
    kept = client.put("/v1/rules/r", content=body, headers={"content-type": "application/json"})
    assert kept.status_code == 200, kept.text
    assert client.get("/v1/rules/r").json()["hide"] == {"title": "\N{REPLACEMENT CHARACTER}"}


def test_names_that_cannot_be_are_refused(client: Client) -> None:
    assert client.put(f"/v1/rules/{'x' * 101}", json=PIN).json()["field"] == "id"
    # That is where rules are tried.
    assert client.put("/v1/rules/preview", json=PIN).status_code == 405
    assert client.put("/v1/rules/%00", json=PIN).status_code in (400, 404, 422)


def test_searches_obey_and_tell_which_rules_moved_what(at_once: Client) -> None:
    query = {"text": "shirt", "cutoff": "off", "limit": 100}
    before = [hit["id"] for hit in at_once.post("/v1/search", json=query).json()["hits"]]
    at_once.put("/v1/rules/first", json={"when": {"words": "shirt"}, "pin": {before[-1]: 1}})
    at_once.put("/v1/rules/away", json={"when": "always", "hide": {"id": before[0]}})
    plain = at_once.post("/v1/search", json=query).json()
    assert plain["hits"][0]["id"] == before[-1]
    assert plain["total"] == len(before) - 1
    assert "rules" not in plain
    assert "rules" not in plain["hits"][0]
    told = at_once.post("/v1/search", json={**query, "explain": True}).json()
    assert told["rules"] == ["away", "first"]
    assert [hit["rules"] for hit in told["hits"][:2]] == [["first"], []]
    browsed = at_once.post("/v1/search", json={"sort": "newest", "limit": 100, "explain": True}).json()
    assert browsed["rules"] == ["away"]
    assert before[0] not in [hit["id"] for hit in browsed["hits"]]


def test_a_cursor_of_older_rules_is_refused(at_once: Client) -> None:
    query = {"text": "shirt", "cutoff": "off", "limit": 2}
    cursor = at_once.post("/v1/search", json=query).json()["next"]
    at_once.put("/v1/rules/first", json=PIN)
    refused = at_once.post("/v1/search", json={**query, "cursor": cursor})
    assert refused.status_code == 422
    assert refused.json()["field"] == "cursor"
    assert "rules have changed" in refused.json()["detail"]


def test_a_preview_shows_a_search_without_and_with_a_rule(at_once: Client) -> None:
    query = {"text": "shirt", "cutoff": "off", "limit": 3}
    last = at_once.post("/v1/search", json={**query, "limit": 100}).json()["hits"][-1]["id"]
    shown = at_once.post(
        "/v1/rules/preview", json={"query": query, "rule": {"when": "always", "pin": {last: 2}}}
    ).json()
    before, after = ([hit["id"] for hit in shown[name]["hits"]] for name in ("before", "after"))
    assert shown["applies"] is True
    assert after == [before[0], last, before[1]]
    assert shown["after"]["hits"][1]["rules"] == ["preview"]
    assert shown["moves"] == [
        {"id": last, "before": None, "after": 2},
        {"id": before[1], "before": 2, "after": 3},
        {"id": before[2], "before": 3, "after": None},
    ]
    assert at_once.get("/v1/rules").json() == {"rules": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": {}, "rule": PIN}, "query.query"),
        ({"query": {"text": "a", "limit": 0}, "rule": PIN}, "query.limit"),
        ({"query": {"text": "a"}, "rule": {"when": "always"}}, "rule.rule"),
        ({"query": {"text": "a"}, "rule": {**PIN, "hide": {"prize": 1}}}, "rule.hide"),
        ({"query": {"text": "a"}, "rule": PIN, "id": ""}, "id"),
        ({"query": {"text": "a"}}, "rule"),
    ],
)
def test_a_preview_that_cannot_be_is_refused_with_its_field(client: Client, body: Any, field: str) -> None:
    answer = client.post("/v1/rules/preview", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


@pytest.mark.parametrize("name", list(RULES))
def test_the_documented_rules_can_be_kept(client: Client, name: str) -> None:
    kept = client.put("/v1/rules/r", json=RULES[name])
    assert kept.status_code == 200, kept.text


def test_the_documented_previews_are_answered(client: Client) -> None:
    for body in PREVIEWS.values():
        assert client.post("/v1/rules/preview", json=body).status_code == 200


def test_rules_are_documented(client: Client) -> None:
    paths = client.get("/docs/openapi.json").json()["paths"]
    assert set(paths["/v1/rules/{rule_id}"]) == {"get", "put", "delete"}
    examples = paths["/v1/rules/{rule_id}"]["put"]["requestBody"]["content"]["application/json"]["examples"]
    assert [example["value"] for example in examples.values()] == list(RULES.values())


def test_a_rule_for_everything_may_hide_the_whole_shop(at_once: Client) -> None:
    at_once.put("/v1/rules/closed", json={"when": "always", "hide": {"available": True}})
    for query in ({"text": "shirt", "cutoff": "off"}, {"sort": "price", "facets": ["category"]}):
        answer = at_once.post("/v1/search", json=query).json()
        assert (answer["hits"], answer["total"]) == ([], 0)
    at_once.delete("/v1/rules/closed")
    assert at_once.post("/v1/search", json={"sort": "price"}).json()["total"] >= PRODUCTS


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation_id", ["putRule", "getRule", "deleteRule", "listRules", "previewRule"])
def test_whatever_is_sent_the_answer_fits_the_schema(
    client: Client, schema: OpenApiSchema, operation_id: str, mode: GenerationMode
) -> None:
    check_answers(client, schema, operation_id, mode)
