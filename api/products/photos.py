"""Photos of products over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import PathParameter, QueryParameter

from api.operations import ApiOperation
from api.paths import product_id_of
from api.products.thumbnails import SIZES_PX, Rendition
from api.requests import ApiRequest
from api.service import Service
from core.errors import InvalidInput, NotFound

ORIGINAL = "original"
_SIZES = f"{', '.join(map(str, SIZES_PX))} or {ORIGINAL}"
_FOREVER_S = 365 * 24 * 3_600
_A_WHILE_S = 300


class PhotoController(Controller):
    """The photos of a product, in a few sizes."""

    path = "/v1/products/{product_id:str}/photos"
    tags = ("products",)

    @get(
        "/{position:int}",
        operation_id="getPhoto",
        operation_class=ApiOperation,
        summary="A photo of a product",
        media_type="image/webp",
        response_description="the photo: WebP, or for the original whatever it was sent as",
    )
    async def photo(
        self,
        request: ApiRequest,
        product_id: Annotated[str, PathParameter(description="percent-encoded: `a%2Fb` for the id `a/b`")],
        position: Annotated[int, PathParameter(description="from 0, which is the photo shown first")],
        size: Annotated[str, QueryParameter(description=f"pixels of the longer side: {_SIZES}")] = ORIGINAL,
        content: Annotated[str, QueryParameter(name="v", description="as in the addresses that answers name")] = "",
    ) -> Response[bytes]:
        """Scaled down to fit, never enlarged. An address with `v` names its content and may be kept for good."""
        service = request.service
        size_px = _size_px(size)
        digest = await service.queries.run(
            lambda: _digest(service, product_id_of(product_id), position), service.deadline_s
        )
        headers = {
            "ETag": f'"{digest}-{size_px}"',
            "Cache-Control": _cache_control(service, pinned=bool(content) and digest.startswith(content)),
            "X-Content-Type-Options": "nosniff",
        }
        if _is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(b"", status_code=304, headers=headers)
        rendition = await service.photos.run(lambda: _rendition(service, digest, size_px), service.deadline_s)
        return Response(rendition.data, media_type=rendition.media_type, headers=headers)


def _size_px(size: str) -> int:
    """The size in pixels; 0 for the original."""
    if size == ORIGINAL:
        return 0
    if size not in map(str, SIZES_PX):
        raise InvalidInput("is no size that photos come in", field="size", value=size, remedy=f"Sizes: {_SIZES}")
    return int(size)


def _digest(service: Service, product_id: str, position: int) -> str:
    photos = service.v.catalog.products.get(product_id).product.photos
    if not 0 <= position < len(photos):
        raise NotFound("photo", f"{position} of product {product_id}")
    return photos[position].digest


def _rendition(service: Service, digest: str, size_px: int) -> Rendition:
    if size_px:
        kept = service.thumbnails.kept(digest, size_px)
        if kept is not None:
            return kept
    photo = service.v.catalog.photos.get(digest)
    return service.thumbnails.scaled(digest, photo, size_px) if size_px else service.thumbnails.original(photo)


def _cache_control(service: Service, *, pinned: bool) -> str:
    reach = "public" if service.v.settings.api_key is None else "private"
    return f"{reach}, max-age={_FOREVER_S}, immutable" if pinned else f"{reach}, max-age={_A_WHILE_S}"


def _is_known(if_none_match: str, etag: str) -> bool:
    """RFC 9110, section 13.1.2: any of a list, compared weakly, or `*`."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return any(tag in (etag, "*") for tag in tags)
