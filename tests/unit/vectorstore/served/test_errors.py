from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import httpx
import pytest
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from core.errors import NotFound, StoreError, StoreUnavailable, VitrineError
from vectorstore.served.errors import translated


class Refusal(grpc.RpcError, grpc.Call):
    """What a real call raises: an error that is a call as well."""

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return "details of the server"


Refusal.__abstractmethods__ = frozenset()  # type: ignore[attr-defined]


def through(error: BaseException) -> VitrineError:
    with pytest.raises(VitrineError) as caught, translated("g7"):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


@pytest.mark.parametrize("code", list(grpc.StatusCode))
def test_every_grpc_status_becomes_an_error_of_ours(code: grpc.StatusCode) -> None:
    error = through(Refusal(code))
    assert isinstance(error, StoreError | NotFound)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (grpc.StatusCode.UNAVAILABLE, StoreUnavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, StoreUnavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, StoreUnavailable),
        (grpc.StatusCode.NOT_FOUND, NotFound),
        (grpc.StatusCode.UNAUTHENTICATED, StoreError),
        (grpc.StatusCode.INVALID_ARGUMENT, StoreError),
    ],
)
def test_a_grpc_status_says_whether_a_retry_helps(code: grpc.StatusCode, expected: type[VitrineError]) -> None:
    assert type(through(Refusal(code))) is expected


def test_a_refused_key_names_the_setting() -> None:
    assert "VITRINE_QDRANT_API_KEY" in str(through(Refusal(grpc.StatusCode.PERMISSION_DENIED)))


def test_an_unreachable_server_names_the_setting() -> None:
    assert "VITRINE_QDRANT_URL" in str(through(Refusal(grpc.StatusCode.UNAVAILABLE)))


@pytest.mark.parametrize(
    ("status", "expected"),
    [(404, NotFound), (429, StoreUnavailable), (503, StoreUnavailable), (401, StoreError), (400, StoreError)],
)
def test_http_answers_are_translated_too(status: int, expected: type[VitrineError]) -> None:
    assert type(through(UnexpectedResponse(status, "reason", b"content", httpx.Headers()))) is expected


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: ResponseHandlingException(httpx.ConnectError("refused")), StoreUnavailable),
        (lambda: ResourceExhaustedResponse("slow down", 3), StoreUnavailable),
        (lambda: ConnectionResetError("reset"), StoreUnavailable),
        (lambda: TimeoutError("slow"), StoreUnavailable),
        (lambda: ApiException("odd"), StoreUnavailable),
        (lambda: ValueError("Collection vitrine_g7 not found"), NotFound),
        (lambda: ValueError("Dense vector x is not found in the collection"), StoreError),
        (lambda: RuntimeError("QdrantLocal instance is closed"), StoreUnavailable),
    ],
)
def test_errors_of_the_client_itself_are_translated(
    make: Callable[[], Exception], expected: type[VitrineError]
) -> None:
    assert type(through(make())) is expected


@pytest.mark.parametrize("error", [StoreUnavailable("as it was"), KeyError("a bug"), KeyboardInterrupt()])
def test_everything_else_passes_as_it_is(error: Any) -> None:
    with pytest.raises(type(error)) as caught, translated("g7"):
        raise error
    assert caught.value is error
