"""Pages of the shop's own front end may call the API from a browser, others may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from pydantic import SecretStr

from api.app import create_app
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import Client
from tests.integration.api.test_service import with_settings

KEY = "correct horse battery staple"
OURS, FOREIGN = "https://shop.example", "https://evil.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type"}


@pytest.fixture
def locked(v: Vitrine) -> Iterator[Client]:
    """With a key, and open to pages of one origin."""
    settings = {"api_key": SecretStr(KEY), "cors_origins": (OURS, "http://localhost:3000")}
    with TestClient(create_app(with_settings(v, **settings)), base_url="https://api.shop.example") as opened:
        yield opened


def allowed(headers: object) -> set[str]:
    return {name for name in headers if name.startswith("access-control-")}  # type: ignore[attr-defined]


def test_a_preflight_is_answered_without_the_key_and_permits_the_key_to_be_sent(locked: Client) -> None:
    answer = locked.options("/v1/search", headers={"origin": OURS, **PREFLIGHT})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == OURS
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert "origin" in answer.headers["vary"].lower()


def test_a_preflight_of_a_foreign_page_is_refused_with_the_setting_that_would_permit_it(locked: Client) -> None:
    answer = locked.options("/v1/search", headers={"origin": FOREIGN, **PREFLIGHT})
    assert answer.status_code == 403
    assert not allowed(answer.headers)
    assert (answer.json()["field"], answer.json()["value"]) == ("Origin", FOREIGN)
    assert "VITRINE_CORS_ORIGINS" in answer.json()["remedy"]


def test_the_request_after_the_preflight_needs_the_key_and_its_refusal_can_be_read(locked: Client) -> None:
    without = locked.post("/v1/search", json={"text": "red shirt"}, headers={"origin": OURS})
    assert without.status_code == 401
    assert without.headers["access-control-allow-origin"] == OURS
    headers = {"origin": OURS, "authorization": f"Bearer {KEY}"}
    answer = locked.post("/v1/search", json={"text": "red shirt"}, headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, OURS)
    assert "retry-after" in answer.headers["access-control-expose-headers"]


def test_a_foreign_page_may_read_nothing_even_with_the_key(locked: Client) -> None:
    headers = {"origin": FOREIGN, "authorization": f"Bearer {KEY}"}
    answer = locked.post("/v1/search", json={"text": "red shirt"}, headers=headers)
    assert not allowed(answer.headers)
    assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "origin", ["null", "https://shop.example.evil.example", "https://shop.exampl", "http://shop.example", "*"]
)
def test_an_origin_is_compared_as_a_whole(locked: Client, origin: str) -> None:
    assert locked.options("/v1/search", headers={"origin": origin, **PREFLIGHT}).status_code == 403
    assert not allowed(locked.get("/health/live", headers={"origin": origin}).headers)


@pytest.mark.parametrize("origin", [OURS, "http://localhost:3000"])
def test_neither_a_wildcard_nor_credentials_are_ever_sent(locked: Client, origin: str) -> None:
    for answer in (
        locked.options("/v1/search", headers={"origin": origin, **PREFLIGHT}),
        locked.get("/health/live", headers={"origin": origin}),
    ):
        assert answer.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in answer.headers


def test_errors_and_streams_can_be_read_by_our_pages(locked: Client) -> None:
    headers = {"origin": OURS, "authorization": f"Bearer {KEY}"}
    for path in ("/nowhere", "/v1/jobs/nowhere/events"):
        answer = locked.get(path, headers=headers)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, OURS)


def test_an_options_request_that_is_no_preflight_needs_the_key(locked: Client) -> None:
    assert locked.options("/v1/search", headers={"origin": OURS}).status_code == 401
    assert locked.options("/v1/search", headers=PREFLIGHT).status_code == 401


def test_a_request_that_names_no_origin_is_answered_as_ever(locked: Client) -> None:
    answer = locked.get("/v1/products/p0", headers={"authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200
    assert not allowed(answer.headers)


def test_without_the_setting_no_page_is_permitted_anything(client: Client) -> None:
    preflight = client.options("/v1/search", headers={"origin": OURS, **PREFLIGHT})
    assert not allowed(preflight.headers)
    assert not allowed(client.get("/v1/products/p0", headers={"origin": OURS}).headers)


def test_without_a_key_a_listed_page_still_reaches_this_machine_only_under_its_own_name(v: Vitrine) -> None:
    with TestClient(create_app(with_settings(v, cors_origins=(OURS,))), base_url="http://127.0.0.1") as opened:
        assert opened.get("/v1/products/p0", headers={"origin": OURS}).status_code == 200
        rebound = opened.get("/v1/products/p0", headers={"origin": OURS, "host": "evil.example"})
    assert rebound.status_code == 421
