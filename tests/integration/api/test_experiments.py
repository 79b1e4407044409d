"""Experiments over HTTP: started, met by shoppers, reported, stopped; whatever is sent, the answer fits the schema."""

from __future__ import annotations

from typing import Any

import pytest
from schemathesis import GenerationMode
from schemathesis.specs.openapi.schemas import OpenApiSchema

from api.experiments.controllers import EXPERIMENTS
from retrieval.wiring import Vitrine
from tests.integration.api.conftest import Client
from tests.integration.api.test_schema import check_answers, schema

__all__ = ["schema"]

(ARMS,) = EXPERIMENTS.values()


pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def started(client: Client, v: Vitrine) -> str:
    """The name of an experiment that runs."""
    name = f"e{len(v.catalog.experiments.all())}"
    answer = client.put(f"/v1/experiments/{name}", json=ARMS)
    assert answer.status_code == 200, answer.text
    assert answer.json()["stopped_at"] is None
    return name


def test_an_experiment_is_met_reported_and_stopped(client: Client, v: Vitrine, started: str) -> None:
    found: dict[str, set[tuple[str, ...]]] = {}
    for number in range(10):
        asked = {"text": "red shirt", "user_id": f"guest {number}", "cutoff": "off", "limit": 12}
        hits = client.post("/v1/search", json=asked).json()["hits"]
        arm = v.catalog.experiments.get(started).arm_of(f"guest {number}")
        assert arm is not None
        found.setdefault(arm.name, set()).add(tuple(hit["id"] for hit in hits))
    assert {name: len(orders) for name, orders in found.items()} == {"as-before": 1, "varied": 1}
    assert found["as-before"] != found["varied"]
    v.impressions.flush()
    report = client.get(f"/v1/experiments/{started}/report").json()
    assert sum(arm["shoppers"] for arm in report["arms"]) == 10
    assert report["arms"][0]["figures"]["click_rate"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert "differences" not in report["arms"][0]
    stopped = client.post(f"/v1/experiments/{started}/stop").json()
    assert stopped["stopped_at"] is not None
    listed = client.get("/v1/experiments").json()["experiments"]
    assert listed[0] == stopped
    assert client.put(f"/v1/experiments/{started}", json=ARMS).status_code == 409


def test_a_second_one_is_refused_while_one_runs(client: Client, started: str) -> None:
    refused = client.put("/v1/experiments/second", json=ARMS)
    assert refused.status_code == 409
    assert f"experiments stop {started}" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("arms", "status", "field"),
    [
        ([{"name": "a", "share": 0.7}, {"name": "b", "share": 0.4}], 422, "shares"),
        ([{"name": "a", "share": 0.7}], 422, "arms"),
        ([{"name": "a", "share": 2}, {"name": "b", "share": 0.4}], 422, "a.share"),
        ([{"name": "a", "share": 0.5}, {"name": "b", "share": 0.4, "ranker": "r-unknown"}], 404, ""),
    ],
)
def test_what_cannot_be_is_refused(client: Client, arms: list[dict[str, Any]], status: int, field: str) -> None:
    refused = client.put("/v1/experiments/e", json={"arms": arms})
    assert refused.status_code == status
    assert refused.json().get("field", "") == field
    assert client.get("/v1/experiments/unknown/report").status_code == 404


@pytest.mark.parametrize("operation_id", ["listExperiments", "startExperiment", "stopExperiment", "reportExperiment"])
def test_whatever_is_sent_the_answer_fits_the_schema(client: Client, schema: OpenApiSchema, operation_id: str) -> None:
    check_answers(client, schema, operation_id, GenerationMode.POSITIVE)
