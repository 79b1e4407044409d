"""Searching over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, MultipartBody, PathParameter, QueryParameter

from api.encoding import whole_text
from api.examples import SEARCH_BATCHES, SEARCHES
from api.operations import ApiOperation, with_examples
from api.paths import product_id_of
from api.requests import ApiRequest, unsupported
from api.search.answers import response_of
from api.search.batches import batch_answered
from api.search.reading import parsed_facet, parsed_filter, parsed_weights, product_example, query_of, query_of_form
from api.search.schemas import (
    COLLAPSE,
    CUTOFF,
    DIVERSITY,
    PERSONALIZE,
    SESSION,
    USER,
    BatchRequest,
    BatchResponse,
    ImageSearchForm,
    SearchRequest,
    SearchResponse,
)
from api.service import Service
from core.examples import Example
from core.queries import AUTO, LIMIT_MAX, RELEVANCE, SORTS, SearchQuery, parse_cutoff
from retrieval.impressions import note_search
from retrieval.search.pipeline import search

_FORM = RequestEncodingType.MULTI_PART


def sent_as_form(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse, with 415, a body that is not announced as a form."""
    media_type = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM.value:
        raise unsupported(media_type, _FORM.value)


@dataclass(frozen=True, slots=True)
class ListingOptions:
    """How products that were found are counted, sorted and paged, as a query string says it."""

    limit: int
    facets: tuple[str, ...]
    sort: str
    cursor: str | None
    cutoff: str | float


@dataclass(frozen=True, slots=True)
class AskerOptions:
    """Who asks, and how much that decides."""

    user_id: str
    session_id: str
    personalize: float | None


@dataclass(frozen=True, slots=True)
class PlaceOptions:
    """Which products take a place among the hits, what is told of them, and to whom."""

    collapse: bool
    diversity: float
    include_unavailable: bool
    explain: bool
    asker: AskerOptions


def listing_options(
    limit: Annotated[int, QueryParameter(description=f"how many hits, 1 to {LIMIT_MAX:,}")] = 20,
    facets: Annotated[
        list[str] | None,
        QueryParameter(description="a field to count, or JSON of `field`, `limit` and `query`; once for each"),
    ] = None,
    sort: Annotated[str, QueryParameter(description=f"one of {', '.join(SORTS)}")] = RELEVANCE,
    cursor: Annotated[str | None, QueryParameter(description="`next` of the page before")] = None,
    cutoff: Annotated[str, QueryParameter(description=CUTOFF)] = AUTO,
) -> ListingOptions:
    """One part of a query string that several handlers could share."""
    return ListingOptions(limit, tuple(facets or ()), sort, cursor, parse_cutoff(cutoff))


def place_options(
    *,
    collapse: Annotated[bool, QueryParameter(description=COLLAPSE)] = True,
    diversity: Annotated[float, QueryParameter(description=DIVERSITY)] = 0.0,
    include_unavailable: Annotated[bool, QueryParameter(description="also products that cannot be bought now")] = False,
    explain: Annotated[bool, QueryParameter(description="add the signals of every hit")] = False,
    asker: NamedDependency[AskerOptions],
) -> PlaceOptions:
    """The other part."""
    return PlaceOptions(collapse, diversity, include_unavailable, explain, asker)


def asker_options(
    user_id: Annotated[str, QueryParameter(description=USER)] = "",
    session_id: Annotated[str, QueryParameter(description=SESSION)] = "",
    personalize: Annotated[float | None, QueryParameter(description=PERSONALIZE)] = None,
) -> AskerOptions:
    """What the other part has of the shopper."""
    return AskerOptions(whole_text(user_id), whole_text(session_id), personalize)


@dataclass(frozen=True, slots=True)
class LikenessOptions:
    """What is changed about a product that others shall be like."""

    text: str
    unlike: tuple[str, ...]
    where: str
    weights: str


def likeness_options(
    text: Annotated[str, QueryParameter(description="what to change about it, in words: `in blue`")] = "",
    unlike: Annotated[
        list[str] | None, QueryParameter(description="a product that they shall not be like; once for each")
    ] = None,
    where: Annotated[str, QueryParameter(name="filter", description="JSON, as in POST /v1/search")] = "",
    weights: Annotated[str, QueryParameter(description="of words and picture: JSON, as in POST /v1/search")] = "",
) -> LikenessOptions:
    """What `similar` alone takes."""
    return LikenessOptions(whole_text(text), tuple(unlike or ()), where, weights)


class SearchController(Controller):
    """Search by words, by picture, by both, and by product."""

    path = "/v1"
    tags = ("search",)

    @post(
        "/search",
        operation_id="search",
        summary="Search by words, by picture, or by both",
        status_code=200,
        operation_class=with_examples(SEARCHES),
    )
    async def by_words_or_picture(self, request: ApiRequest, data: JSONBody[SearchRequest]) -> Response[SearchResponse]:
        """Answer one search; products that cannot be bought now are left out unless asked for."""
        return await _answered(request.service, lambda: query_of(data), explain=data.explain)

    @post(
        "/search/batch",
        operation_id="searchBatch",
        summary="Answer several searches at once",
        status_code=200,
        operation_class=with_examples(SEARCH_BATCHES),
    )
    async def by_several(self, request: ApiRequest, data: JSONBody[BatchRequest]) -> Response[BatchResponse]:
        """Each is answered or refused by itself; what they look for is encoded together."""
        service = request.service
        return await service.read(lambda: batch_answered(service, data))

    @post(
        "/search/image",
        operation_id="searchImage",
        operation_class=ApiOperation,
        summary="Search by an uploaded photo",
        status_code=200,
        guards=[sent_as_form],
    )
    async def by_upload(self, request: ApiRequest, data: MultipartBody[ImageSearchForm]) -> Response[SearchResponse]:
        """The same search with the photo as a file, for forms: `curl -F image=@photo.jpg -F limit=5`."""
        photo = await data.image.read()
        return await _answered(request.service, lambda: query_of_form(data, photo), explain=data.explain)

    @get(
        "/products/{product_id:str}/similar",
        operation_id="similarProducts",
        operation_class=ApiOperation,
        summary="Products like this one",
        dependencies={
            "likeness": Provide(likeness_options, sync_to_thread=False),
            "listing": Provide(listing_options, sync_to_thread=False),
            "places": Provide(place_options, sync_to_thread=False),
            "asker": Provide(asker_options, sync_to_thread=False),
        },
    )
    async def similar(
        self,
        request: ApiRequest,
        product_id: Annotated[str, PathParameter(description="percent-encoded: `a%2Fb` for the id `a/b`")],
        likeness: NamedDependency[LikenessOptions],
        listing: NamedDependency[ListingOptions],
        places: NamedDependency[PlaceOptions],
    ) -> Response[SearchResponse]:
        """Find products whose photos and words are like this one's; the product itself is not among them."""

        def query() -> SearchQuery:
            return SearchQuery(
                text=likeness.text,
                images=(Example(product_id=product_id_of(product_id), place="product_id"),),
                unlike=tuple(product_example(other, f"unlike[{i}]") for i, other in enumerate(likeness.unlike)),
                weights=parsed_weights(likeness.weights),
                filter=parsed_filter(likeness.where),
                limit=listing.limit,
                include_unavailable=places.include_unavailable,
                explain=places.explain,
                facets=tuple(parsed_facet(facet) for facet in listing.facets),
                sort=listing.sort,
                cursor=listing.cursor,
                cutoff=listing.cutoff,
                collapse=places.collapse,
                diversity=places.diversity,
                user_id=places.asker.user_id,
                session_id=places.asker.session_id,
                personalize=places.asker.personalize,
            )

        return await _answered(request.service, query, explain=places.explain)


async def _answered(service: Service, query: Callable[[], SearchQuery], *, explain: bool) -> Response[SearchResponse]:
    """Everything from reading the query to encoding the answer happens in one visit to a thread."""

    def work() -> SearchResponse:
        asked = query()
        answer = search(service.v, asked)
        note_search(service.v.impressions, asked, answer)
        service.metrics.search(answer.took_ms)
        return response_of(answer, explain=explain)

    return await service.read(work)
