"""From photos and products that were given as examples to their vectors, view by view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.errors import InvalidPhoto, InvalidQuery, NotFound
from core.examples import Example
from core.generations import REACHED_BY_PHOTO, REACHED_BY_PRODUCT, Generation, View
from core.indexing import StoredPoint
from core.vectors import FloatArray
from encoders.batching import QueryBatcher
from encoders.cropping import crop_photo
from encoders.photos import PhotoLimits, probe_photo
from retrieval.search.blending import Part
from retrieval.wiring import Vitrine, loaded_encoder

# The vectors of some examples by the name of the view that they reach.
Looks = Mapping[str, Sequence[Part]]


def looks_of(v: Vitrine, generation: Generation, examples: Sequence[Example]) -> Looks:
    """What examples look like in each dense view that they reach, in their order.

    Raises
    ------
    NotFound: a product that serves as an example does not exist, or is not indexed yet.
    InvalidPhoto: a picture cannot be used.
    InvalidQuery: a part is wanted of the photo of a product that has none.
    """
    stored = _stored(v, generation, examples)
    photos = [None if example.is_product else _photo_of(v, example) for example in examples]
    looks: dict[str, list[Part]] = {}
    for view in generation.views:
        for example, photo in zip(examples, photos, strict=True):
            vector = None if view.lexical else _vector(v, view, example, photo, stored)
            if vector is not None:
                looks.setdefault(view.name, []).append(Part(vector, example.weight))
    return looks


def embedded(v: Vitrine, view: View, embed: Callable[[QueryBatcher], FloatArray]) -> FloatArray:
    """A query vector of one view, embedded in one batch with the queries that wait beside this one."""
    loaded_encoder(v, view)
    return embed(v.encoders.queries(view.encoder))


def _stored(v: Vitrine, generation: Generation, examples: Sequence[Example]) -> Mapping[str, StoredPoint]:
    """Points of the products among the examples, by id."""
    wanted = {example.product_id: example for example in examples if example.is_product}
    if not wanted:
        return {}
    dense = [view.vector for view in generation.views if REACHED_BY_PRODUCT in view.reached_by]
    ids = [product_id for product_id in wanted if product_id is not None]
    found = v.store.retrieve(generation.id, ids, vectors=dense)
    for product_id in ids:
        if product_id not in found:
            _check_exists(v, product_id, wanted[product_id].place)
            raise NotFound("indexed product", product_id, wanted[product_id].place)
    return found


def _check_exists(v: Vitrine, product_id: str, place: str) -> None:
    try:
        v.catalog.products.get(product_id)
    except NotFound as error:
        raise NotFound(error.kind, error.name, place) from error


def _photo_of(v: Vitrine, example: Example) -> bytes:
    """The picture as it is looked at: the part of it that counts."""
    photo = _first_photo(v, example) if example.photo is None else example.photo
    limits = PhotoLimits(v.settings.photo_bytes_max, v.settings.photo_pixels_max)
    try:
        probe_photo(photo, limits)
        return photo if example.crop is None else crop_photo(photo, example.crop, limits)
    except InvalidPhoto as error:
        raise error.at(example.place) from error


def _first_photo(v: Vitrine, example: Example) -> bytes:
    product_id = example.product_id or ""
    _check_exists(v, product_id, example.place)
    photos = v.catalog.products.get(product_id).product.photos
    if not photos:
        raise InvalidQuery("has no photo to take a part of", field=example.place, value=product_id)
    return v.catalog.photos.get(photos[0].digest)


def _vector(
    v: Vitrine, view: View, example: Example, photo: bytes | None, stored: Mapping[str, StoredPoint]
) -> FloatArray | None:
    if photo is None:
        point = stored[example.product_id or ""]
        return point.vectors.get(view.vector) if REACHED_BY_PRODUCT in view.reached_by else None
    if REACHED_BY_PHOTO not in view.reached_by:
        return None
    try:
        return embedded(v, view, lambda batcher: batcher.photo(photo))
    except InvalidPhoto as error:
        raise error.at(example.place) from error
