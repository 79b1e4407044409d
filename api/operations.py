"""How operations are documented beyond what Litestar reads from their signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar.openapi.spec import (
    Example,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)

from api.problems import PROBLEM_MEDIA_TYPE

_MEMBERS = {
    "type": "names the kind of problem, `urn:vitrine:problem:...`",
    "title": "the kind of problem in words",
    "status": "as in the status line",
    "detail": "what happened",
    "field": "where it stands, if it is one field",
    "value": "what stood there, shortened",
    "remedy": "what to do about it",
    "error_id": "of an unexpected error, to be found in the server's log",
}
_ALWAYS = ("type", "title", "status", "detail")


@dataclass
class ApiOperation(Operation):
    """Every error is a problem detail, whatever Litestar assumes."""

    def __post_init__(self) -> None:
        self.responses = {
            status: response for status, response in (self.responses or {}).items() if not status.startswith("4")
        } | {"default": _problem()}


@dataclass
class OpenOperation(ApiOperation):
    """One that needs no key."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.security = []


def with_examples(examples: Mapping[str, Any]) -> type[ApiOperation]:
    """An operation whose JSON body is documented with these examples, by summary."""

    @dataclass
    class WithExamples(ApiOperation):
        def __post_init__(self) -> None:
            super().__post_init__()
            if isinstance(self.request_body, RequestBody):
                for content in self.request_body.content.values():
                    content.examples = {
                        f"example-{i}": Example(summary=summary, value=value)
                        for i, (summary, value) in enumerate(examples.items(), 1)
                    }

    return WithExamples


def _problem() -> OpenAPIResponse:
    properties: dict[str, Reference | Schema] = {
        name: Schema(
            type=OpenAPIType.INTEGER if name == "status" else OpenAPIType.STRING,
            description=description,
        )
        for name, description in _MEMBERS.items()
    }
    schema = Schema(type=OpenAPIType.OBJECT, properties=properties, required=list(_ALWAYS))
    return OpenAPIResponse(
        description="A problem detail (RFC 9457)", content={PROBLEM_MEDIA_TYPE: OpenAPIMediaType(schema=schema)}
    )
