"""The script that sends events from a shop's own pages."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from api.requests import ApiRequest
from api.storefront.site import ASSETS, SiteFile

SNIPPET = "vitrine-events.js"
# Pages name it by an address that stays, so that an update reaches them within the hour.
_KEPT_S = 3_600


def snippet_route() -> HTTPRouteHandler:
    """The handler of the script, which needs no key: it is the same for every shop."""
    data = files("api.events").joinpath("web", SNIPPET).read_bytes()
    script = SiteFile.of(SNIPPET, data)
    headers = {
        "Cache-Control": f"public, max-age={_KEPT_S}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": f'"{hashlib.sha256(data).hexdigest()[:16]}"',
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }

    @get(f"{ASSETS}/{SNIPPET}", include_in_schema=False)
    async def snippet(request: ApiRequest) -> Response[bytes]:
        if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
            return Response(b"", status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(script.data, media_type=script.media_type, headers=headers)
        return Response(script.packed, media_type=script.media_type, headers=headers | {"Content-Encoding": "gzip"})

    return snippet
