"""Feeds over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import PathParameter, QueryParameter

from api.encoding import whole_text
from api.feed.schemas import FeedResponse
from api.operations import ApiOperation
from api.paths import decoded
from api.requests import ApiRequest
from api.search.reading import parsed_filter
from core.feeds import FEED_LIMIT_MAX, START_LIMIT, FeedQuery
from retrieval.feed.noting import note_feed
from retrieval.feed.pipeline import feed
from retrieval.feed.starting import start

_FILTER = QueryParameter(name="filter", description="JSON, as in POST /v1/search")
_LIMIT = f"how many products, 1 to {FEED_LIMIT_MAX}"


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """Which page of a feed, as a query string says it."""

    session_id: str
    limit: int
    cursor: str | None
    where: str
    explain: bool


def feed_options(
    session_id: Annotated[str, QueryParameter(description="the visit, as events name it; default: the latest")] = "",
    limit: Annotated[int, QueryParameter(description=_LIMIT)] = 20,
    cursor: Annotated[str | None, QueryParameter(description="`next` of the page before")] = None,
    where: Annotated[str, _FILTER] = "",
    *,
    explain: Annotated[bool, QueryParameter(description="say why each product is shown, with its signals")] = False,
) -> FeedOptions:
    """What a feed takes besides the shopper."""
    return FeedOptions(whole_text(session_id), limit, cursor, where, explain)


class FeedController(Controller):
    """What a shopper should see next, and what to ask one of whom nothing is known."""

    path = "/v1"
    tags = ("feeds",)

    @get(
        "/users/{user_id:str}/feed",
        operation_id="feed",
        operation_class=ApiOperation,
        summary="What a shopper should see next",
        dependencies={"options": Provide(feed_options, sync_to_thread=False)},
    )
    async def of_shopper(
        self,
        request: ApiRequest,
        user_id: Annotated[str, PathParameter(description="as events name the shopper; percent-encoded")],
        options: NamedDependency[FeedOptions],
    ) -> Response[FeedResponse]:
        """One page; nothing comes twice on the pages of one cursor. A newcomer gets what anybody may like."""
        service = request.service

        def work() -> FeedResponse:
            query = FeedQuery(
                decoded(user_id, "shopper"),
                options.session_id,
                options.limit,
                options.cursor,
                parsed_filter(options.where),
                options.explain,
            )
            answer = feed(service.v, query)
            note_feed(service.v.impressions, query, answer)
            return FeedResponse.of(answer, explain=options.explain)

        return await service.read(work)

    @get("/start", operation_id="start", operation_class=ApiOperation, summary="Pick what you like")
    async def to_start(
        self,
        request: ApiRequest,
        limit: Annotated[int, QueryParameter(description=_LIMIT)] = START_LIMIT,
        where: Annotated[str, _FILTER] = "",
    ) -> Response[FeedResponse]:
        """Products as different from each other as the shop has them; send likes and dislikes of them as events."""
        service = request.service
        return await service.read(lambda: FeedResponse.of(start(service.v, limit, parsed_filter(where)), explain=False))
