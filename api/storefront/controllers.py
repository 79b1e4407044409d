"""The page over HTTP, and what it asks about the shop as a whole."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Response, get
from litestar.enums import MediaType
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from api.encoding import to_json
from api.operations import ApiOperation
from api.requests import ApiRequest
from api.storefront.shop import ShopView, shop_of
from api.storefront.site import ASSETS, SiteFile, read_site

_Segment = Annotated[str, PathParameter()]


def site_routes() -> list[HTTPRouteHandler]:
    """Handlers of the page at `/` and at `/p/{product_id}`, and of the files beside it."""
    site = read_site()

    @get(["/", "/p/{product_id:str}"], include_in_schema=False)
    async def page(request: ApiRequest) -> Response[bytes]:
        headers = site.page_headers()
        if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
            return Response(b"", status_code=304, headers=headers)
        return _sent(request, site.page, headers)

    @get(f"{ASSETS}/{{digest:str}}/{{name:str}}", include_in_schema=False)
    async def asset(request: ApiRequest, digest: _Segment, name: _Segment) -> Response[bytes]:
        return _sent(request, site.asset(digest, name), site.asset_headers())

    return [page, asset]


class ShopController(Controller):
    """What a page has to know of the shop before it can show a search."""

    path = "/v1/shop"
    tags = ("products",)

    @get(
        operation_id="shop",
        operation_class=ApiOperation,
        summary="How many products are ready, and what they can be filtered by",
    )
    async def show(self, request: ApiRequest) -> Response[ShopView]:
        """Cheap enough to be asked every second while an import runs."""
        service = request.service
        body: Any = await service.queries.run(lambda: to_json(shop_of(service.v)), service.deadline_s)
        return Response(body, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


def _sent(request: ApiRequest, file: SiteFile, headers: dict[str, str]) -> Response[bytes]:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(file.data, media_type=file.media_type, headers=headers)
    return Response(file.packed, media_type=file.media_type, headers=headers | {"Content-Encoding": "gzip"})
