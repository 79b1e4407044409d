"""What happens to every request before it is routed: its host, its key, its path; and its measurement after."""

from __future__ import annotations

import hmac
import ipaddress
import re
import time
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import Problem, problem_of, send_problem
from core.errors import NotAuthorized

# What needs no key: whether the server lives, and the documentation and the page, which are the same for every shop.
_OPEN_PREFIXES = ("/health/", "/p/", "/storefront/")
_OPEN_PATHS = frozenset({"/", "/docs", "/docs/", "/docs/openapi.json"})
# A picture in a page cannot carry a header, so for photos alone the page lends the key to a cookie.
_PHOTO = re.compile(r"/v1/products/[^/]+/photos/\d+\Z")
_PHOTO_COOKIE = "vitrine_photo_key"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PORT = re.compile(r":\d*\Z")
UNROUTED = "unrouted"


class Gate:
    """An ASGI application around Litestar's own, so that no address can be reached past it.

    Without a key the server listens on loopback only, and then the `Host` header has to name loopback as well: else a
    web page could point its own name at 127.0.0.1 and talk to the shop through the visitor's browser.

    Parameters
    ----------
    api_key: what `Authorization: Bearer` has to carry on everything but `/health/*`, `/docs` and the page; None for no
        key. For reading a photo, the page may send it in a cookie instead.
    """

    def __init__(self, inner: ASGIApp, api_key: str | None, metrics: Metrics) -> None:
        self._inner = inner
        self._api_key = None if api_key is None else api_key.encode()
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            # There are no WebSockets here: the inner application refuses them itself.
            await self._inner(scope, receive, send)
            return
        await self._passed(scope, receive, send)

    async def _passed(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        start = time.perf_counter()
        status = 500

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        keep_slashes_of_ids(scope)
        try:
            problem = self._refusal(scope)
            if problem is not None:
                await send_problem(problem, noting_status)
                return
            await self._inner(scope, receive, noting_status)
        finally:
            route = str(cast("dict[str, Any]", scope).get("path_template") or UNROUTED)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.request(route, method, status, time.perf_counter() - start)

    def _refusal(self, scope: HTTPScope) -> Problem | None:
        host, authorization, cookies = b"", b"", b""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"authorization":
                authorization = value
            elif name == b"cookie":
                cookies += value + b";"
        if self._api_key is None:
            return None if is_loopback_host(host.decode("latin-1")) else _foreign_host()
        if scope["path"].startswith(_OPEN_PREFIXES) or scope["path"] in _OPEN_PATHS:
            return None
        scheme, _, key = authorization.partition(b" ")
        if scheme.lower() == b"bearer" and hmac.compare_digest(key.strip(), self._api_key):
            return None
        if is_photo(scope) and hmac.compare_digest(lent_key(cookies.decode("latin-1")), self._api_key):
            return None
        return problem_of(
            NotAuthorized(
                "this address needs the API key. Send it as `Authorization: Bearer KEY`"
                if not authorization
                else "the API key is wrong. Send the one in VITRINE_API_KEY as `Authorization: Bearer KEY`"
            )
        )


def is_loopback_host(host: str) -> bool:
    """Whether a `Host` header names this machine's loopback; an absent one does, because browsers always send it."""
    name = _PORT.sub("", host).rstrip(".").lower()
    if not host or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def is_photo(scope: HTTPScope) -> bool:
    """Whether a photo is read; no other request may take the key from a cookie, which browsers send unasked."""
    return scope["method"] in ("GET", "HEAD") and _PHOTO.match(scope["path"]) is not None


def lent_key(cookies: str) -> bytes:
    """The key in a `Cookie` header, percent-encoded there; empty when there is none."""
    for cookie in cookies.split(";"):
        name, _, value = cookie.strip().partition("=")
        if name == _PHOTO_COOKIE:
            return unquote_to_bytes(value)
    return b""


def keep_slashes_of_ids(scope: HTTPScope) -> None:
    """Route by the path as it was sent, so that `%2F` inside an id is not taken for a separator.

    Servers hand over the decoded path, in which `a%2Fb` and `a/b` look alike; the handlers decode ids themselves.
    """
    raw = scope.get("raw_path")
    if raw and b"%" in raw:
        scope["path"] = raw.partition(b"?")[0].decode("latin-1")


def _foreign_host() -> Problem:
    return Problem(
        421,
        "misdirected-request",
        "Misdirected Request",
        "this server has no API key and therefore answers to localhost only",
        field="Host",
        remedy="Use http://localhost or http://127.0.0.1, or set VITRINE_API_KEY",
    )
