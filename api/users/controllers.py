"""Shoppers over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Response, delete, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.encoding import whole_text
from api.operations import ApiOperation, with_examples
from api.paths import decoded
from api.requests import ApiRequest
from api.users.schemas import MergeRequest, ProfileResponse, RecordsResponse
from retrieval.taste.shoppers import erase_shopper, merge_shoppers, portrait

UserId = Annotated[str, PathParameter(description="as events name the shopper; percent-encoded")]
MERGES: Mapping[str, Any] = {"a guest has signed in": {"guest_id": "guest-81f3"}}
_KIND = "shopper"


class UserController(Controller):
    """What is known of a shopper."""

    path = "/v1/users/{user_id:str}"
    tags = ("users",)

    @get(
        "/profile",
        operation_id="userProfile",
        operation_class=ApiOperation,
        summary="What is known of a shopper, in words and pictures",
    )
    async def profile(
        self,
        request: ApiRequest,
        user_id: UserId,
        session_id: Annotated[str, QueryParameter(description="his visit; default: that of his latest event")] = "",
    ) -> Response[ProfileResponse]:
        """The profile that searches and feeds use at this moment; that of somebody unknown is empty."""
        service, name = request.service, decoded(user_id, _KIND)
        return await service.read(lambda: ProfileResponse.of(portrait(service.v, name, whole_text(session_id))))

    @post(
        "/merge",
        operation_id="mergeUser",
        operation_class=with_examples(MERGES),
        summary="Take over what a guest did who has signed in",
        status_code=200,
    )
    async def merge(
        self, request: ApiRequest, user_id: UserId, data: JSONBody[MergeRequest]
    ) -> Response[RecordsResponse]:
        """Everything that the guest did and was shown is the shopper's from now on. Once more changes nothing."""
        service, name, guest = request.service, decoded(user_id, _KIND), whole_text(data.guest_id)
        return await service.write(lambda: RecordsResponse.of(merge_shoppers(service.v, guest, name)))

    @delete(
        operation_id="eraseUser",
        operation_class=ApiOperation,
        summary="Erase everything that is kept of a shopper",
        status_code=200,
    )
    async def erase(self, request: ApiRequest, user_id: UserId) -> Response[RecordsResponse]:
        """His events, what was shown to him, his part in the popularity of products, and his profile."""
        service, name = request.service, decoded(user_id, _KIND)
        return await service.write(lambda: RecordsResponse.of(erase_shopper(service.v, name)))
