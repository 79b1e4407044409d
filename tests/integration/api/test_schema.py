"""The search routes against their own OpenAPI schema: no request ends with a 5xx, and every answer fits the schema.

Schemathesis makes the requests from the schema, those that fit it and those that do not; the same ones every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.integration.api.conftest import Client

SEARCHES = ("search", "searchBatch", "searchImage", "similarProducts", "suggest", "feed", "start")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BASE_URL = "http://127.0.0.1"
# Nothing is learnt from one run to the next, so that a run that passes passes again.
few = settings(
    max_examples=12,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

FIELDS = ["category", "brand", "price", "available", "attributes.colour"]
WORDS = [
    "red shirt",
    "blue shoe number 4",
    "balck bag",
    "xylophone",
    "shirt -red",
    '"green bag"^2 shoe',
    "日本",
    "🙂",
    "",
]
PLAUSIBLE = st.fixed_dictionaries(
    {"text": st.sampled_from(WORDS)},
    optional={
        "filter": st.sampled_from([{"category": "shirt"}, {"price": {"lt": 6}, "attributes.colour": ["red", "blue"]}]),
        "facets": st.lists(st.sampled_from(FIELDS), unique=True),
        "sort": st.sampled_from(["relevance", "price", "-price", "newest", "oldest"]),
        "limit": st.integers(1, 5),
        "cutoff": st.sampled_from(["auto", "off", 0.5]),
        "collapse": st.booleans(),
        "diversity": st.sampled_from([0.0, 0.3, 1.0]),
        "explain": st.booleans(),
        "include_unavailable": st.booleans(),
        "image": st.just({"product_id": "p1"}),
    },
)


@pytest.fixture
def schema(client: Client) -> OpenApiSchema:
    return schemathesis.openapi.from_dict(client.get("/docs/openapi.json").json())


def sent(client: Client, case: Case) -> Any:
    """The answer to one request, which is sent exactly as schemathesis would send it over the network."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
    return client.request(
        str(prepared.method), str(prepared.url), content=prepared.body, headers=dict(prepared.headers)
    )


def check_answers(client: Client, schema: OpenApiSchema, operation_id: str, mode: GenerationMode) -> None:
    """Hold answers to requests of one operation, good or bad ones, against the schema."""
    operation = schema.find_operation_by_id(operation_id)

    @few
    @given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: Case) -> None:
        case.validate_response(sent(client, case), checks=CHECKS)

    answered()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation_id", SEARCHES)
def test_whatever_is_asked_the_answer_fits_the_schema(
    client: Client, schema: OpenApiSchema, operation_id: str, mode: GenerationMode
) -> None:
    check_answers(client, schema, operation_id, mode)


def test_pages_and_facets_of_plausible_searches_fit_the_schema(client: Client, schema: OpenApiSchema) -> None:
    operation = schema.find_operation_by_id("search")
    statuses: list[int] = []

    @few
    @given(body=PLAUSIBLE)
    def answered(body: dict[str, Any]) -> None:
        case = operation.Case(body=body, media_type="application/json")
        statuses.extend(page.status_code for page in pages(client, case))

    answered()
    # Most of them are answered, or little would have been tried.
    assert statuses.count(200) > len(statuses) / 2


def pages(client: Client, case: Case) -> Iterator[Any]:
    """The first pages of a search, each held against the schema."""
    for _ in range(3):
        answer = sent(client, case)
        case.validate_response(answer, checks=CHECKS)
        yield answer
        cursor = answer.json().get("next")
        if cursor is None:
            return
        case.body = {**case.body, "cursor": cursor}
