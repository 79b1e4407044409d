"""Which web pages may call the API from a browser (CORS)."""

from __future__ import annotations

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.problems import Problem, send_problem

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
# Whatever else a page sends, browsers allow by themselves.
REQUEST_HEADERS = "authorization, content-type"
# Without this a page could not read when to try again.
ANSWER_HEADERS = "retry-after, www-authenticate"
MAX_AGE_S = 600


class Origins:
    """An ASGI application around the gate, which lets web pages of the listed origins in.

    It stands outside the gate because browsers ask beforehand (the preflight) without the key, and because a page can
    read why the gate refused it only when that answer carries these headers too. The preflight tells nothing and does
    nothing; the request after it needs the key as ever. Credentials in the sense of CORS (cookies) are never allowed:
    there are none, a page sends the key by itself.

    Parameters
    ----------
    allowed: origins as browsers send them; see `core.origins.web_origin`.
    """

    def __init__(self, inner: ASGIApp, allowed: tuple[str, ...]) -> None:
        self._inner = inner
        self._allowed = frozenset(origin.encode() for origin in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._inner(scope, receive, send)
            return
        origin, asks_beforehand = _asked(scope)
        # An origin that is not listed gets no permission but an answer: pages of this very server send theirs, too.
        added = _permission(origin) if origin in self._allowed else [(b"vary", b"origin")]

        async def with_permission(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        if not asks_beforehand:
            await self._inner(scope, receive, with_permission)
        elif origin in self._allowed:
            await _send_preflight(with_permission)
        else:
            await send_problem(_not_listed(origin), with_permission)


def _asked(scope: HTTPScope) -> tuple[bytes, bool]:
    """The origin of the page, empty if it is none, and whether this is a preflight."""
    origin, wants_method = b"", False
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value
        elif name == b"access-control-request-method":
            wants_method = True
    return origin, bool(origin) and wants_method and scope["method"] == "OPTIONS"


def _permission(origin: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"vary", b"origin"),
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", ANSWER_HEADERS.encode()),
    ]


async def _send_preflight(send: Send) -> None:
    headers = {
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": REQUEST_HEADERS,
        "access-control-max-age": str(MAX_AGE_S),
    }
    start: Any = {
        "type": "http.response.start",
        "status": 204,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await send(start)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _not_listed(origin: bytes) -> Problem:
    return Problem(
        403,
        "foreign-origin",
        "Foreign Origin",
        "web pages of this origin may not call this server",
        field="Origin",
        value=origin.decode("latin-1")[:200],
        remedy="Add it to VITRINE_CORS_ORIGINS if it is the shop's own",
    )
