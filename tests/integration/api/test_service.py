"""What holds for every address: keys, hosts, sizes, deadlines, errors, health, metrics, jobs and documentation."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from pydantic import SecretStr

from api.app import create_app
from core.errors import ConfigurationError
from core.settings import Settings, load_settings
from retrieval.wiring import EncoderShelf, Vitrine
from tests.indexing import index_all
from tests.integration.api.conftest import Client

KEY = "correct horse battery staple"


def with_settings(v: Vitrine, **changes: Any) -> Vitrine:
    """The same opened parts under other settings."""
    return replace(v, settings=Settings(**(v.settings.model_dump() | changes)))


@pytest.fixture
def locked(v: Vitrine) -> Iterator[Client]:
    app = create_app(with_settings(v, api_key=SecretStr(KEY)))
    with TestClient(app, base_url="http://shop.example") as opened:
        yield opened


PATHS = (
    ("GET", "/v1/products"),
    ("GET", "/v1/products/p0"),
    ("DELETE", "/v1/products/p0"),
    ("PATCH", "/v1/products/p0"),
    ("POST", "/v1/products"),
    ("POST", "/v1/search"),
    ("POST", "/v1/search/image"),
    ("GET", "/v1/products/p0/similar"),
    ("GET", "/v1/products/p0/photos/0"),
    ("GET", "/v1/jobs/x"),
    ("GET", "/v1/jobs/x/events"),
    ("GET", "/metrics"),
    ("GET", "/docs/../v1/products"),
    ("GET", "/docs/%2e%2e/v1/products"),
    ("GET", "/docs/openapi.yaml"),
    ("GET", "/docsx"),
    ("GET", "/nowhere"),
    ("OPTIONS", "/v1/search"),
    ("GET", "/health/../v1/products"),
    ("GET", "/health/%2e%2e/v1/products"),
    ("GET", "//health/../metrics"),
)


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", f"Basic {KEY}", KEY, f"Bearer {KEY} ü"])
def test_without_the_key_nothing_that_belongs_to_the_shop_is_answered(
    locked: Client, method: str, path: str, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = locked.request(method, path, headers=headers)
    assert answer.status_code in (401, 404)
    assert answer.headers["content-type"] == "application/problem+json"
    if "health" not in path:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_with_the_key_everything_is_answered_under_any_host(locked: Client) -> None:
    for scheme in ("Bearer", "bearer"):
        headers = {"Authorization": f"{scheme} {KEY}"}
        assert locked.get("/v1/products/p0", headers=headers).status_code == 200
        assert locked.get("/docs", headers=headers).status_code == 200
    assert locked.get("/v1/products/p0/photos/0", headers=headers).headers["cache-control"].startswith("private")


def test_health_needs_no_key(locked: Client) -> None:
    assert locked.get("/health/live").status_code == 200
    assert locked.get("/health/ready").status_code in (200, 503)


def test_the_documentation_opens_without_the_key_and_asks_for_it(locked: Client) -> None:
    for path in ("/docs", "/docs/"):
        page = locked.get(path)
        assert page.status_code == 200
        assert '<input id="key"' in page.text
    schema = locked.get("/docs/openapi.json")
    assert schema.status_code == 200
    assert "/v1/search" in schema.json()["paths"]
    assert KEY not in page.text + schema.text


def test_a_blank_key_is_no_key_and_is_refused(v: Vitrine) -> None:
    with pytest.raises(ConfigurationError, match="VITRINE_API_KEY"):
        create_app(with_settings(v, api_key=SecretStr("  ")))


def test_without_a_key_a_foreign_host_name_is_refused(client: Client) -> None:
    for path in ("/v1/products", "/health/live", "/docs"):
        answer = client.get(path, headers={"host": "evil.example"})
        assert answer.status_code == 421
        assert answer.json()["field"] == "Host"
    assert client.get("/v1/products", headers={"host": "localhost:8000"}).status_code == 200


def test_a_body_beyond_the_limit_is_refused_unread(v: Vitrine) -> None:
    app = create_app(with_settings(v, request_bytes_max=1_000))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        small = client.post("/v1/search", json={"text": "shirt"})
        announced = client.post("/v1/search", json={"text": "x" * 2_000})
        uploaded = client.post("/v1/search/image", files={"image": ("a.jpg", b"x" * 2_000, "image/jpeg")})

        def pieces() -> Iterator[bytes]:
            yield from [b'{"text": "'] + [b"x" * 500] * 4

        streamed = client.post("/v1/search", content=pieces(), headers={"content-type": "application/json"})
    assert small.status_code == 200
    for answer in (announced, uploaded, streamed):
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert "request_bytes_max" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/v1", 404), ("PUT", "/v1/search", 405), ("BREW", "/v1/search", 405)],
)
def test_what_the_framework_refuses_is_a_problem_too(client: Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    if status == 405:
        assert "POST" in answer.headers["allow"]


def test_a_search_that_takes_too_long_is_answered_in_time(v: Vitrine) -> None:
    app = create_app(with_settings(v, query_deadline_s=0.000_001))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.post("/v1/search", json={"text": "red shirt"})
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:vitrine:problem:deadline-exceeded"
    assert answer.headers["retry-after"]


def test_an_unexpected_error_is_answered_without_internals(v: Vitrine, caplog: pytest.LogCaptureFixture) -> None:
    def wake() -> None:
        raise RuntimeError("the password is swordfish")

    with TestClient(create_app(v, wake), base_url="http://127.0.0.1") as client:
        answer = client.post("/v1/products", json={"products": [{"id": "boom-1", "title": "Boom"}]})
    assert answer.status_code == 500
    assert "swordfish" not in answer.text
    assert answer.json()["error_id"] in caplog.text
    assert "swordfish" in caplog.text


def test_it_is_ready_once_the_encoders_are_loaded(client: Client) -> None:
    assert client.post("/v1/search", json={"text": "shirt"}).status_code == 200
    for _ in range(200):
        answer = client.get("/health/ready")
        if answer.status_code == 200:
            break
        assert "encoders" in answer.json()["missing"]
    assert answer.json() == {"status": "ready", "missing": {}}


def test_missing_weights_are_named_as_what_is_missing(v: Vitrine, tmp_path: Path) -> None:
    settings = load_settings({"data_dir": tmp_path / "other", "encoder": v.settings.encoder})
    broken = replace(v, settings=settings, encoders=_ShelfWithoutWeights(v.encoders.options))
    with TestClient(create_app(broken), base_url="http://127.0.0.1") as client:
        assert client.get("/health/live").status_code == 200
        for _ in range(200):
            answer = client.get("/health/ready")
            if "is loading" not in answer.json()["missing"].get("encoders", ""):
                break
        assert answer.status_code == 503
        assert "no weights here" in answer.json()["missing"]["encoders"]
        assert "catalog" not in answer.json()["missing"]
        search = client.post("/v1/search", json={"text": "shirt"})
    assert search.status_code == 503
    assert search.json()["type"] == "urn:vitrine:problem:encoder-unavailable"


class _ShelfWithoutWeights(EncoderShelf):
    def get(self, name: str) -> Any:
        from core.errors import EncoderUnavailable

        raise EncoderUnavailable(f"there are no weights here for {name}")


def test_metrics_count_requests_stages_and_products(client: Client) -> None:
    client.post("/v1/search", json={"text": "shirt"})
    client.get("/v1/products/p0")
    client.get("/v1/products/p1")
    client.get("/made/up/1")
    client.get("/made/up/2")
    text = client.get("/metrics").text
    show = 'vitrine_request_seconds_count{method="GET",route="/v1/products/{product_id}",status="200"} 2.0'
    assert show in re.sub(r"\{product_id:str\}", "{product_id}", text)
    assert 'vitrine_request_seconds_count{method="GET",route="unrouted",status="404"} 2.0' in text
    assert 'vitrine_search_stage_seconds_count{stage="encode"} 1.0' in text
    indexed = re.search(r'vitrine_products\{state="indexed"\} (\S+)', text)
    assert indexed is not None
    assert float(indexed.group(1)) >= 12


def _events(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = re.findall(r"event: (\w+)\r?\ndata: (.*?)\r?\n", text)
    return [(name, json.loads(data)) for name, data in found]


def test_a_jobs_stream_tells_every_step_until_it_is_done(client: Client, v: Vitrine) -> None:
    body = client.post(
        "/v1/products", json={"products": [{"id": f"job-{i}", "title": f"Job {i}"} for i in range(3)]}
    ).json()
    shown = client.get(f"/v1/jobs/{body['job_id']}").json()
    assert shown["progress"]["pending"] == 3
    assert not shown["done"]
    worker = threading.Thread(target=index_all, args=(v,))
    worker.start()
    answer = client.get(f"/v1/jobs/{body['job_id']}/events")
    worker.join()
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = _events(answer.text)
    assert events[-1][0] == "done"
    assert events[-1][1]["progress"] == {"pending": 0, "leased": 0, "indexed": 3, "failed": 0}
    assert all(name == "progress" for name, _ in events[:-1])


def test_an_unknown_job_is_not_found(client: Client) -> None:
    for path in ("/v1/jobs/nowhere", "/v1/jobs/nowhere/events"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_every_operation_is_named_described_and_tells_its_errors(client: Client) -> None:
    schema = client.get("/docs/openapi.json").json()
    names = [operation["operationId"] for _, _, operation in _operations(schema)]
    assert len(set(names)) == len(names)
    for path, _, operation in _operations(schema):
        assert operation["summary"], path
        assert operation["description"], path
        assert "application/problem+json" in operation["responses"]["default"]["content"], path
        assert ("security" in operation) == path.startswith("/health"), path


@pytest.mark.usefixtures("nothing_left")
def test_every_example_of_the_documentation_is_answered(client: Client, work_off: Callable[[], int]) -> None:
    sent = 0
    schema = client.get("/docs/openapi.json").json()
    order = sorted(_operations(schema), key=lambda entry: (entry[0] != "/v1/products", entry[1] != "post"))
    for path, method, operation in order:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in content.get("examples", {}).values():
            named = path.replace("{product_id}", "sku-1").replace("{experiment_id}", "variety")
            answer = client.request(method, named, json=example["value"])
            assert answer.is_success, (path, answer.text)
            assert not answer.json().get("rejected")
            sent += 1
        work_off()
    assert sent >= 8


def test_the_documentation_is_a_page_that_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page.text)
    assert "searchImage" in page.text
