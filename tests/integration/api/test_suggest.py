"""Suggestions over HTTP, over real products."""

from __future__ import annotations

from typing import Any

from retrieval.wiring import Vitrine
from tests.integration.api.conftest import Client


def of_the_catalogue(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The suggestions without popular queries: shoppers of other tests search the same shop."""
    return [found for found in body["suggestions"] if found["kind"] != "query"]


def test_suggestions_name_their_field_and_show_a_photo(client: Client) -> None:
    body = client.get("/v1/suggest", params={"q": "shi"}).json()
    first = of_the_catalogue(body)[0]
    assert (first["text"], first["kind"], first["field"]) == ("shirt", "category", "category")
    assert first["count"] > 1
    photo = client.get(first["photo"])
    assert photo.status_code == 200
    assert photo.headers["content-type"].startswith("image/")
    title = next(found for found in body["suggestions"] if found["kind"] == "product")
    assert title["field"] is None
    assert title["text"].endswith(title["product_id"].removeprefix("p"))
    assert body["did_you_mean"] is None


def test_a_typing_error_is_forgiven_and_told(client: Client) -> None:
    body = client.get("/v1/suggest", params={"q": "shrit"}).json()
    assert of_the_catalogue(body)[0]["text"] == "shirt"
    assert body["did_you_mean"] == "shirt"


def test_a_word_that_is_being_typed_is_no_error(client: Client) -> None:
    for text in ("shir", "red shir", "numb"):
        assert client.get("/v1/suggest", params={"q": text}).json()["did_you_mean"] is None


def test_nothing_typed_or_nothing_near_is_an_empty_answer(client: Client) -> None:
    for text in ("", "  ", "xylophone", "\N{RUNNING SHIRT WITH SASH}", '"', "\x00", "\u202e"):
        answer = client.get("/v1/suggest", params={"q": text})
        assert answer.status_code == 200, text
        assert answer.json() == {"suggestions": [], "did_you_mean": None}
    assert client.get("/v1/suggest").json()["suggestions"] == []


def test_the_limit_is_kept_and_checked(client: Client) -> None:
    assert len(client.get("/v1/suggest", params={"q": "s", "limit": 3}).json()["suggestions"]) == 3
    for limit in ("0", "51", "-1", "x"):
        answer = client.get("/v1/suggest", params={"q": "s", "limit": limit})
        assert answer.status_code == 422
        assert answer.json()["field"] == "limit"


def test_a_text_of_unreasonable_length_is_refused(client: Client) -> None:
    answer = client.get("/v1/suggest", params={"q": "shirt " * 1_000})
    assert answer.status_code == 422
    assert answer.json()["field"] == "q"


def test_the_operation_is_documented(client: Client, v: Vitrine) -> None:
    paths = client.get("/docs/openapi.json").json()["paths"]
    assert paths["/v1/suggest"]["get"]["operationId"] == "suggest"


def test_a_search_says_what_was_searched_for_instead(client: Client) -> None:
    body = client.post("/v1/search", json={"text": "red shrit"}).json()
    assert (body["searched_for"], body["did_you_mean"]) == ("red shirt", "red shirt")
    quoted = client.post("/v1/search", json={"text": 'red "shrit"'}).json()
    assert (quoted["searched_for"], quoted["did_you_mean"]) == (None, None)


def test_a_search_that_names_only_what_is_not_wanted_is_refused(client: Client) -> None:
    answer = client.post("/v1/search", json={"text": "-red"})
    assert answer.status_code == 422
    assert answer.json()["field"] == "text"
