"""Searching over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.enums import MediaType, RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, MultipartBody, PathParameter, QueryParameter

from api.encoding import to_json, whole_text
from api.examples import SEARCHES
from api.operations import ApiOperation, with_examples
from api.paths import known_form, product_id_of
from api.requests import ApiRequest, unsupported
from api.search.answers import response_of
from api.search.schemas import (
    COLLAPSE,
    CUTOFF,
    DIVERSITY,
    FacetOptions,
    ImageSearchForm,
    ImageSource,
    SearchRequest,
    SearchResponse,
)
from api.service import Service
from core.errors import InvalidInput, InvalidQuery
from core.facets import FacetRequest, parse_facets
from core.filters import Filter, parse_filter
from core.incoming import parse_photo
from core.queries import AUTO, LIMIT_MAX, RELEVANCE, SORTS, SearchQuery, parse_cutoff
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
class PlaceOptions:
    """Which products take a place among the hits, and what is told of them."""

    collapse: bool
    diversity: float
    include_unavailable: bool
    explain: bool


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
) -> PlaceOptions:
    """The other part."""
    return PlaceOptions(collapse, diversity, include_unavailable, explain)


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
        return await _answered(request.service, lambda: _query(data), explain=data.explain)

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

        def query() -> SearchQuery:
            return SearchQuery(
                text=whole_text(data.text),
                photo=photo,
                weights=_weights(_parsed(data.weights, "weights")),
                filter=_filter(_parsed(data.filter, "filter")),
                limit=data.limit,
                include_unavailable=data.include_unavailable,
                explain=data.explain,
                facets=_facets(_parsed(data.facets, "facets")),
                sort=data.sort,
                cursor=data.cursor or None,
                cutoff=parse_cutoff(data.cutoff),
                collapse=data.collapse,
                diversity=data.diversity,
            )

        return await _answered(request.service, query, explain=data.explain)

    @get(
        "/products/{product_id:str}/similar",
        operation_id="similarProducts",
        operation_class=ApiOperation,
        summary="Products like this one",
        dependencies={
            "listing": Provide(listing_options, sync_to_thread=False),
            "places": Provide(place_options, sync_to_thread=False),
        },
    )
    async def similar(
        self,
        request: ApiRequest,
        product_id: Annotated[str, PathParameter(description="percent-encoded: `a%2Fb` for the id `a/b`")],
        listing: NamedDependency[ListingOptions],
        places: NamedDependency[PlaceOptions],
        where: Annotated[str, QueryParameter(name="filter", description="JSON, as in POST /v1/search")] = "",
    ) -> Response[SearchResponse]:
        """Find products whose photos and words are like this one's; the product itself is not among them."""

        def query() -> SearchQuery:
            return SearchQuery(
                product_id=product_id_of(product_id),
                filter=_filter(_parsed(where, "filter")),
                limit=listing.limit,
                include_unavailable=places.include_unavailable,
                explain=places.explain,
                facets=tuple(_facet_of(text) for text in listing.facets),
                sort=listing.sort,
                cursor=listing.cursor,
                cutoff=listing.cutoff,
                collapse=places.collapse,
                diversity=places.diversity,
            )

        return await _answered(request.service, query, explain=places.explain)


async def _answered(service: Service, query: Callable[[], SearchQuery], *, explain: bool) -> Response[SearchResponse]:
    """Everything from reading the query to encoding the answer happens in one visit to a thread."""

    def work() -> bytes:
        answer = search(service.v, query())
        service.metrics.search(answer.took_ms)
        return to_json(response_of(answer, explain=explain))

    body: Any = await service.queries.run(work, service.deadline_s)
    return Response(body, media_type=MediaType.JSON)


def _query(data: JSONBody[SearchRequest]) -> SearchQuery:
    photo, product_id = (None, None) if data.image is None else _picture(data.image)
    return SearchQuery(
        text=whole_text(data.text or ""),
        photo=photo,
        product_id=product_id,
        weights=data.weights or {},
        filter=_filter(data.filter),
        limit=data.limit,
        include_unavailable=data.include_unavailable,
        explain=data.explain,
        facets=tuple(_facet(item) for item in data.facets or ()),
        sort=data.sort,
        cursor=data.cursor,
        cutoff=data.cutoff,
        collapse=data.collapse,
        diversity=data.diversity,
    )


def _facet(item: str | FacetOptions) -> FacetRequest:
    if isinstance(item, str):
        return FacetRequest(whole_text(item))
    return FacetRequest(whole_text(item.field), item.limit, whole_text(item.query))


def _facet_of(text: str) -> FacetRequest:
    if not text.lstrip().startswith("{"):
        return FacetRequest(text)
    return parse_facets([_parsed(text, "facets")])[0]


def _facets(value: object) -> tuple[FacetRequest, ...]:
    return () if value is None else parse_facets(value)


def _picture(image: ImageSource) -> tuple[bytes | None, str | None]:
    if image.base64 is None and image.product_id is None:
        raise InvalidQuery("holds no picture", field="image", remedy="Give base64 or product_id")
    photo = None
    if image.base64 is not None:
        is_uri = image.base64[:5].lower() == "data:"
        photo = parse_photo(image.base64 if is_uri else {"base64": image.base64}, "image.base64").data
    return photo, None if image.product_id is None else known_form(str(image.product_id))


def _filter(value: object) -> Filter | None:
    return None if value is None or value == {} else parse_filter(value)


def _parsed(text: str, field: str) -> object:
    """The JSON in a form field or a query string; None when it is blank."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            "is not JSON", field=field, value=text, remedy='Write it like {"category": "Shirts"}'
        ) from error


def _weights(value: object) -> Mapping[str, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidQuery("must be an object", field="weights", value=value, remedy='Write {"text": 1, "image": 0.5}')
    for part, weight in value.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise InvalidQuery("must be a number of at least 0", field=f"weights.{part}", value=weight)
    return value
