"""`vitrine serve` and two `vitrine worker` as a shop runs them: a real broker and a real PostgreSQL between them."""

from __future__ import annotations

import base64
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen
from typing import Any

import pytest

from tests.integration.cli.conftest import COLOURS, Ended, ended, photo, process
from tests.integration.cli.running import get, post, serving, wait
from tests.services.postgresql import PostgresqlServer, postgresql_server
from tests.services.rabbitmq import rabbitmq_url
from tests.services.redis import redis_url

__all__ = ["postgresql_server", "rabbitmq_url", "redis_url"]

PRODUCTS = 60


@pytest.fixture(params=["redis", "rabbitmq"])
def _services(
    request: pytest.FixtureRequest, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRINE_BROKER_URL", request.getfixturevalue(f"{request.param}_url"))
    monkeypatch.setenv("VITRINE_DATABASE_URL", postgresql_server.migrated_database())
    monkeypatch.setenv("VITRINE_CLAIM_BATCH", "8")


def product(number: int) -> dict[str, Any]:
    colour = list(COLOURS)[number % len(COLOURS)]
    picture = base64.b64encode(photo(colour)).decode()
    return {"id": f"p{number:03d}", "title": f"{colour} shirt {number}", "photos": [{"base64": picture}]}


@contextmanager
def working() -> Iterator[Popen[str]]:
    worker = process("worker", "--json")
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.communicate()


def stopped(worker: Popen[str]) -> Ended:
    worker.send_signal(signal.SIGTERM)
    return ended(worker)


def accepted(address: str, numbers: range) -> str:
    """The job that the server makes of some products."""
    answer = post(f"{address}/v1/products", {"products": [product(number) for number in numbers]})
    assert answer["accepted"] == len(numbers)
    job_id: str = answer["job_id"]
    return job_id


@pytest.mark.usefixtures("_services")
def test_two_workers_index_what_the_server_accepts_and_one_goes_on_alone() -> None:
    half = PRODUCTS // 2
    with serving() as (address, server), working() as first, working() as second:
        before = accepted(address, range(half))
        wait(lambda: get(f"{address}/v1/jobs/{before}")["done"], server)
        gone = stopped(first)
        after = accepted(address, range(half, PRODUCTS))
        wait(lambda: get(f"{address}/v1/jobs/{after}")["done"], server)
        found = post(f"{address}/v1/search", {"text": "red shirt 4", "limit": 3, "cutoff": "off"})
        assert "p004" in {hit["id"] for hit in found["hits"]}
        left = stopped(second)
    assert (gone.code, left.code) == (0, 0)
    assert left.data["indexed"] >= half
    assert gone.data["indexed"] + left.data["indexed"] == PRODUCTS
