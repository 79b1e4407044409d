"""Synonyms over HTTP."""

from __future__ import annotations

import pytest

from tests.integration.api.conftest import Client

SHOES = {"words": ["sneaker", "trainer"], "means": []}


pytestmark = pytest.mark.usefixtures("nothing_left")


def test_a_rule_is_made_changed_listed_and_deleted(client: Client) -> None:
    assert client.put("/v1/synonyms/shoes", json={"words": ["boot", "bootee"]}).status_code == 200
    assert client.put("/v1/synonyms/shoes", json=SHOES).json() == {"id": "shoes", **SHOES}
    one_way = client.put("/v1/synonyms/a%2Fb", json={"words": ["tee"], "means": ["t-shirt", "tshirt"]})
    assert one_way.json()["id"] == "a/b"
    listed = client.get("/v1/synonyms").json()["synonyms"]
    assert [rule["id"] for rule in listed] == ["a/b", "shoes"]
    assert client.delete("/v1/synonyms/a%2Fb").status_code == 204
    assert client.get("/v1/synonyms").json() == {"synonyms": [{"id": "shoes", **SHOES}]}


def test_all_rules_are_replaced_at_once_or_not_at_all(client: Client) -> None:
    client.put("/v1/synonyms/old", json=SHOES)
    rules = [{"id": "a", "words": ["x", "y"]}, {"id": "b", "words": ["z"]}]
    refused = client.put("/v1/synonyms", json={"synonyms": rules})
    assert refused.status_code == 422
    assert refused.json()["field"] == "synonyms[1].words"
    assert [rule["id"] for rule in client.get("/v1/synonyms").json()["synonyms"]] == ["old"]
    replaced = client.put("/v1/synonyms", json={"synonyms": rules[:1]})
    assert replaced.json() == {"synonyms": [{"id": "a", "words": ["x", "y"], "means": []}]}


def test_an_unknown_rule_cannot_be_deleted(client: Client) -> None:
    for name in ("nothing", "%FF"):
        assert client.delete(f"/v1/synonyms/{name}").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"words": ["alone"]}, "words"),
        ({"words": []}, "words"),
        ({"words": ["a", " "]}, "words[1]"),
        ({"words": ["a", "=>"]}, "words[1]"),
        ({"words": ["a", "b" * 101]}, "words[1]"),
        ({"words": ["a"], "means": ["\N{RUNNING SHIRT WITH SASH}"]}, "means[0]"),
        ({"words": ["a", 5]}, "words[1]"),
        ({"word": ["a", "b"]}, "word"),
        ({"words": [f"w{i}" for i in range(101)]}, "words"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_field(client: Client, body: object, field: str) -> None:
    answer = client.put("/v1/synonyms/shoes", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_two_rules_of_one_name_and_names_that_cannot_be_are_refused(client: Client) -> None:
    twice = client.put("/v1/synonyms", json={"synonyms": [{"id": "a", **SHOES}, {"id": "a", **SHOES}]})
    assert twice.json()["field"] == "synonyms[1].id"
    assert client.put("/v1/synonyms", json={"synonyms": [{"id": "", **SHOES}]}).status_code == 422
    assert client.put("/v1/synonyms/%00", json=SHOES).status_code in (400, 404, 422)
    assert client.put(f"/v1/synonyms/{'x' * 101}", json=SHOES).json()["field"] == "id"
