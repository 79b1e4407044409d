"""From what stands on the wire to a `SearchQuery`, or an error that names the field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from api.encoding import whole_text
from api.paths import known_form
from api.requests import refusal
from api.search.schemas import CropBox, FacetOptions, ImageSearchForm, ImageSource, SearchRequest
from core.errors import InvalidInput, InvalidQuery, NotFound
from core.examples import Crop, Example
from core.facets import FacetRequest, parse_facets
from core.filters import Filter, parse_filter
from core.incoming import parse_photo
from core.queries import SearchQuery, parse_cutoff


def query_of(data: SearchRequest) -> SearchQuery:
    """What a JSON body asks for.

    Raises
    ------
    InvalidInput: a value is wrong, and which one.
    NotFound: no product can have such an id.
    """
    return SearchQuery(
        text=whole_text(data.text or ""),
        images=_images(data),
        unlike=_examples(data.unlike or (), "unlike"),
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
        user_id=whole_text(data.user_id),
        session_id=whole_text(data.session_id),
        personalize=data.personalize,
    )


def query_of_form(data: ImageSearchForm, photo: bytes) -> SearchQuery:
    """What a form with a photo asks for; raises as `query_of`."""
    return SearchQuery(
        text=whole_text(data.text),
        images=(_example(photo, None, _parsed_crop(data.crop), 1.0, "image"),),
        weights=parsed_weights(data.weights),
        filter=parsed_filter(data.filter),
        limit=data.limit,
        include_unavailable=data.include_unavailable,
        explain=data.explain,
        facets=_facets(parsed_json(data.facets, "facets")),
        sort=data.sort,
        cursor=data.cursor or None,
        cutoff=parse_cutoff(data.cutoff),
        collapse=data.collapse,
        diversity=data.diversity,
        user_id=whole_text(data.user_id),
        session_id=whole_text(data.session_id),
        personalize=data.personalize,
    )


def parsed_filter(text: str) -> Filter | None:
    """A filter in a form field or a query string; None when it is blank."""
    return _filter(parsed_json(text, "filter"))


def parsed_weights(text: str) -> Mapping[str, float]:
    """Weights of words and picture in a form field or a query string; none when it is blank."""
    return _weights(parsed_json(text, "weights"))


def parsed_facet(text: str) -> FacetRequest:
    """A facet in a query string: a name, or JSON."""
    if not text.lstrip().startswith("{"):
        return FacetRequest(text)
    return parse_facets([parsed_json(text, "facets")])[0]


def parsed_json(text: str, field: str) -> object:
    """The JSON in a form field or a query string; None when it is blank."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            "is not JSON", field=field, value=text, remedy='Write it like {"category": "Shirts"}'
        ) from error


def product_example(product_id: str, place: str) -> Example:
    """A product as an example; raises `NotFound` where no product can have such an id."""
    try:
        return Example(product_id=known_form(product_id), place=place)
    except NotFound as error:
        raise NotFound(error.kind, error.name, place) from error


def _images(data: SearchRequest) -> tuple[Example, ...]:
    if data.image is None:
        return _examples(data.images or (), "images")
    if data.images:
        raise InvalidQuery("stands beside images", field="image", remedy="Put it among images")
    return (_source(data.image, "image"),)


def _examples(sources: Sequence[ImageSource], part: str) -> tuple[Example, ...]:
    return tuple(_source(source, f"{part}[{i}]") for i, source in enumerate(sources))


def _source(source: ImageSource, place: str) -> Example:
    photo = None
    if source.base64 is not None:
        is_uri = source.base64[:5].lower() == "data:"
        photo = parse_photo(source.base64 if is_uri else {"base64": source.base64}, f"{place}.base64").data
    product_id = None if source.product_id is None else product_example(str(source.product_id), place).product_id
    return _example(photo, product_id, source.crop, source.weight, place)


def _example(photo: bytes | None, product_id: str | None, crop: CropBox | None, weight: float, place: str) -> Example:
    try:
        part = None if crop is None else Crop(crop.left, crop.top, crop.width, crop.height)
        return Example(photo, product_id, part, weight, place)
    except InvalidQuery as error:
        raise error.at(place) from error


def _parsed_crop(text: str) -> CropBox | None:
    value = parsed_json(text, "crop")
    if value is None:
        return None
    try:
        return msgspec.convert(value, CropBox)
    except msgspec.ValidationError as error:
        raise refusal(str(error).partition(" - at ")[0], "crop", value) from error


def _facet(item: str | FacetOptions) -> FacetRequest:
    if isinstance(item, str):
        return FacetRequest(whole_text(item))
    return FacetRequest(whole_text(item.field), item.limit, whole_text(item.query), tuple(item.edges))


def _facets(value: object) -> tuple[FacetRequest, ...]:
    return () if value is None else parse_facets(value)


def _filter(value: object) -> Filter | None:
    return None if value is None or value == {} else parse_filter(value)


def _weights(value: Any) -> Mapping[str, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidQuery("must be an object", field="weights", value=value, remedy='Write {"text": 1, "image": 0.5}')
    for part, weight in value.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise InvalidQuery("must be a number of at least 0", field=f"weights.{part}", value=weight)
    return value
