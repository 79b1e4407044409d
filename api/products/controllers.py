"""Products over HTTP."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.examples import BATCHES, CHANGES
from api.operations import ApiOperation, with_examples
from api.paths import product_id_of
from api.products.schemas import AddedProducts, AddProducts, ProductPage, StoredProductView
from api.requests import ApiRequest, check_batch
from api.service import Service
from core.errors import InvalidInput
from retrieval.accepting import accept_products
from retrieval.deleting import delete_product
from retrieval.editing import patch_product

BATCH_MAX = 1_000
PAGE_MAX = 1_000
ProductId = Annotated[str, PathParameter(description="percent-encoded: `a%2Fb` for the id `a/b`")]


class ProductController(Controller):
    """Take products in, list, show, change and delete them."""

    path = "/v1/products"
    tags = ("products",)

    @post(
        operation_id="addProducts",
        summary="Add or replace up to 1,000 products",
        status_code=202,
        operation_class=with_examples(BATCHES),
    )
    async def add(self, request: ApiRequest, data: JSONBody[AddProducts]) -> Response[AddedProducts]:
        """What is accepted is stored for good when this answers, and is found by searches within seconds."""
        service = request.service

        def work() -> AddedProducts:
            check_batch(data.products, "products", BATCH_MAX)
            acceptance = accept_products(service.v, data.products)
            service.wake()
            service.metrics.received(acceptance.accepted, acceptance.unchanged, len(acceptance.rejected))
            return AddedProducts.of(acceptance)

        return await service.write(work)

    @get(operation_id="listProducts", operation_class=ApiOperation, summary="List products by id")
    async def page(
        self,
        request: ApiRequest,
        cursor: Annotated[str, QueryParameter(description="`next_cursor` of the page before")] = "",
        limit: Annotated[int, QueryParameter(description=f"products on a page, 1 to {PAGE_MAX:,}")] = 100,
    ) -> Response[ProductPage]:
        """Every product once, in the order of their ids; deleted ones are left out."""
        service = request.service

        def work() -> ProductPage:
            if not 1 <= limit <= PAGE_MAX:
                raise InvalidInput(f"must be between 1 and {PAGE_MAX:,}", field="limit", value=limit)
            found = service.v.catalog.products.page(_after(cursor), limit + 1)
            more = len(found) > limit
            views = [StoredProductView.of(stored) for stored in found[:limit]]
            return ProductPage(views, _cursor(found[limit - 1].product.id) if more else None)

        return await service.read(work)

    @get(
        "/{product_id:str}",
        operation_id="getProduct",
        operation_class=ApiOperation,
        summary="Show a product, its version and its index state",
    )
    async def show(self, request: ApiRequest, product_id: ProductId) -> Response[StoredProductView]:
        """The product as it is stored, which may be newer than what searches find."""
        service = request.service
        return await service.read(lambda: _shown(service, product_id_of(product_id)))

    @patch(
        "/{product_id:str}",
        operation_id="changeProduct",
        summary="Change some fields of a product",
        operation_class=with_examples(CHANGES),
    )
    async def change(
        self, request: ApiRequest, product_id: ProductId, data: JSONBody[dict[str, Any]]
    ) -> Response[StoredProductView]:
        """Null clears a field; `attributes` are merged name by name. What touches neither words nor photos encodes
        nothing."""
        service = request.service

        def work() -> StoredProductView:
            changed = product_id_of(product_id)
            patch_product(service.v, changed, data)
            service.wake()
            return _shown(service, changed)

        return await service.write(work)

    @delete("/{product_id:str}", operation_id="deleteProduct", operation_class=ApiOperation, summary="Delete a product")
    async def remove(self, request: ApiRequest, product_id: ProductId) -> None:
        """It is gone from the catalogue at once, and from searches within seconds."""
        service = request.service

        def work() -> None:
            delete_product(service.v, product_id_of(product_id))
            service.wake()

        await service.writes.run(work)


def _shown(service: Service, product_id: str) -> StoredProductView:
    return StoredProductView.of(service.v.catalog.products.get(product_id))


def _cursor(product_id: str) -> str:
    """Opaque on purpose: it may hold more one day than the last id."""
    return base64.urlsafe_b64encode(product_id.encode()).decode().rstrip("=")


def _after(cursor: str) -> str | None:
    if not cursor:
        return None
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(
            "is no cursor of this list", field="cursor", value=cursor, remedy="Send next_cursor as it was given"
        ) from error
