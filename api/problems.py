"""Every error as a problem detail (RFC 9457), from one table."""

from __future__ import annotations

import dataclasses
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import Send

from api.encoding import to_json
from api.requests import refusal
from core import errors
from core.errors import InvalidInput, VitrineError, shown

PROBLEM_MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:vitrine:problem:"
_LOG = logging.getLogger("vitrine.api")
# What Litestar says of a body that did not come.
_NO_BODY = "'data'"
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """How one class of errors is answered.

    Attributes
    ----------
    retry_after_s: set where trying again helps; sent as `Retry-After`.
    """

    status: int
    title: str
    retry_after_s: int | None = None


ANSWERS: Mapping[type[VitrineError], Answer] = MappingProxyType(
    {
        errors.VitrineError: Answer(500, "Something went wrong"),
        errors.InvalidInput: Answer(422, "A value is wrong"),
        errors.InvalidProduct: Answer(422, "A product cannot be accepted"),
        errors.InvalidPhoto: Answer(422, "A photo cannot be used"),
        errors.InvalidQuery: Answer(422, "The search cannot be answered"),
        errors.InvalidFilter: Answer(422, "The filter cannot be understood"),
        errors.InvalidVector: Answer(422, "A vector cannot be used"),
        errors.InvalidSource: Answer(422, "The source cannot be imported"),
        errors.ConfigurationError: Answer(500, "The server's settings cannot work"),
        errors.NotFound: Answer(404, "There is no such thing"),
        errors.Conflict: Answer(409, "The request contradicts what is stored"),
        errors.NotAuthorized: Answer(401, "The API key is missing or wrong"),
        errors.EncoderUnavailable: Answer(503, "The encoder is not available", 30),
        errors.CatalogUnavailable: Answer(503, "The catalogue is not available", 5),
        errors.BrokerUnavailable: Answer(503, "The message broker is not available", 5),
        errors.DeadlineExceeded: Answer(503, "The answer would come too late", 1),
        errors.StoreError: Answer(500, "The vector store could not do it"),
        errors.StoreUnavailable: Answer(503, "The vector store is not available", 2),
        errors.StoreCorrupted: Answer(503, "The vector store is damaged", 30),
        errors.ForeignStore: Answer(500, "The vector store belongs to another database"),
        errors.SchemaMismatch: Answer(500, "The index does not fit the encoders"),
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem detail.

    Attributes
    ----------
    kind: the end of its `type`, after `urn:vitrine:problem:`.
    detail: what happened, fit to be shown to a person.
    field, value, remedy: where it stands, what stood there (shortened), what to do; empty where unknown.
    error_id: of an unexpected error, to be found in the server's log.
    """

    status: int
    kind: str
    title: str
    detail: str
    field: str = ""
    value: str = ""
    remedy: str = ""
    error_id: str = ""
    headers: Mapping[str, str] = dataclasses.field(default_factory=lambda: _NO_HEADERS)

    def body(self) -> bytes:
        """The problem as JSON."""
        return to_json(self.members())

    def members(self) -> dict[str, Any]:
        """The problem as plain values; members that are unknown are left out."""
        members: dict[str, Any] = {
            "type": TYPE_PREFIX + self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        more = {"field": self.field, "value": self.value, "remedy": self.remedy, "error_id": self.error_id}
        return members | {name: text for name, text in more.items() if text}


def problem_of(error: Exception) -> Problem:
    """The problem an error is answered with; an unexpected one is logged and answered without internals."""
    if isinstance(error, VitrineError):
        return _of_vitrine(error)
    if isinstance(error, ValidationException):
        return _of_validation(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    error_id = secrets.token_hex(8)
    _LOG.error("unexpected error %s", error_id, exc_info=error)
    return Problem(
        500,
        "unexpected",
        "Something went wrong",
        "The server met an error it did not expect.",
        remedy=f"Look for {error_id} in the server's log",
        error_id=error_id,
    )


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Litestar's handler of every exception."""
    del request
    problem = problem_of(error)
    return Response(
        problem.body(), status_code=problem.status, media_type=PROBLEM_MEDIA_TYPE, headers=dict(problem.headers)
    )


async def send_problem(problem: Problem, send: Send) -> None:
    """Answer with a problem where no handler does: before the request has been routed."""
    body = problem.body()
    headers = [
        (b"content-type", PROBLEM_MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def kind_of(error_class: type[VitrineError]) -> str:
    """The end of a problem's `type`: `InvalidFilter` is `invalid-filter`."""
    name = error_class.__name__
    return "".join(f"-{char.lower()}" if char.isupper() and i else char.lower() for i, char in enumerate(name))


def _of_vitrine(error: VitrineError) -> Problem:
    answered_as = next(cls for cls in type(error).__mro__ if cls in ANSWERS)
    answer = ANSWERS[answered_as]
    headers: dict[str, str] = {}
    if answer.retry_after_s is not None:
        headers["Retry-After"] = str(answer.retry_after_s)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="vitrine"'
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.warning("answered with %d: %s", answer.status, error)
    where, value, remedy = "", "", ""
    if isinstance(error, InvalidInput):
        where, remedy = error.field, error.remedy
        value = "" if error.value is None else shown(error.value)
    elif isinstance(error, errors.NotFound):
        where, value = error.field, shown(error.name) if error.field else ""
    return Problem(answer.status, kind_of(answered_as), answer.title, str(error), where, value, remedy, headers=headers)


def _of_validation(error: ValidationException) -> Problem:
    """What Litestar refused in a path, a query string or a form, in the shape of `InvalidInput`."""
    found: Any = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    where, message = str(found.get("key", "")), str(found.get("message", error.detail))
    if where == "data" and message == _NO_BODY:
        return Problem(400, "bad-request", "Bad Request", "the request has no body", remedy="Send one JSON object")
    return _of_vitrine(refusal(message, where.removeprefix("data").lstrip(".")))


def _of_http(error: HTTPException) -> Problem:
    status = HTTPStatus(error.status_code)
    extra = error.extra if isinstance(error.extra, Mapping) else {}
    detail, remedy = error.detail or status.description, str(extra.get("remedy", ""))
    if status == HTTPStatus.NOT_FOUND:
        detail, remedy = "there is nothing at this address", "The addresses are listed at /docs"
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("allow", "")
        detail, remedy = "this address does not answer that method", f"Methods: {allowed}" if allowed else ""
    elif status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        detail, remedy = "the request is larger than request_bytes_max allows", "Send fewer products at once"
    return Problem(
        status.value,
        status.phrase.lower().replace(" ", "-"),
        status.phrase,
        detail,
        field=str(extra.get("field", "")),
        remedy=remedy,
        headers=error.headers or _NO_HEADERS,
    )
