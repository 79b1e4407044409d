"""Suggestions over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import QueryParameter

from api.encoding import whole_text
from api.operations import ApiOperation
from api.requests import ApiRequest
from api.suggest.schemas import SuggestResponse
from retrieval.suggesting import suggest
from words.suggesting import LIMIT_MAX


class SuggestController(Controller):
    """Suggestions while a person types."""

    path = "/v1/suggest"
    tags = ("search",)

    @get(
        operation_id="suggest",
        operation_class=ApiOperation,
        summary="Suggestions for what has been typed so far",
    )
    async def show(
        self,
        request: ApiRequest,
        q: Annotated[str, QueryParameter(description="what has been typed so far")] = "",
        limit: Annotated[int, QueryParameter(description=f"how many suggestions, 1 to {LIMIT_MAX}")] = 8,
    ) -> Response[SuggestResponse]:
        """Categories, brands, attribute values and titles whose words begin like what was typed, in any order.

        A typing error is forgiven. What has just been imported is suggested some seconds later."""
        service = request.service
        return await service.read(lambda: SuggestResponse.of(suggest(service.v, whole_text(q), limit)))
