"""First stage: from what a person means to one vector per view."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.errors import InvalidPhoto, InvalidQuery, NotFound
from core.generations import REACHED_BY_PHOTO, REACHED_BY_PRODUCT, REACHED_BY_TEXT, Generation, View
from core.indexing import StoredPoint
from core.queries import SearchQuery
from core.vectors import FloatArray, SparseVector, unit_rows
from encoders.batching import QueryBatcher
from encoders.photos import PhotoLimits, probe_photo
from retrieval.wiring import Vitrine, loaded_encoder

QueryVectors = dict[str, FloatArray | SparseVector]


def encode_query(
    v: Vitrine, generation: Generation, query: SearchQuery, lexical: Mapping[str, float] | None = None
) -> QueryVectors:
    """One query vector for every view that the query reaches, by view name.

    Words and a picture that reach the same view become one vector, the normalised weighted sum of both.

    Parameters
    ----------
    lexical: texts with their weights, to be looked up by words instead of the query's own text.

    Raises
    ------
    NotFound: the product that serves as the picture does not exist.
    InvalidPhoto: the picture cannot be used.
    InvalidQuery: no view is reached.
    """
    source = _source_product(v, generation, query.product_id)
    vectors: QueryVectors = {}
    for view in generation.views:
        vector = _lexical(v, view, query, lexical) if view.lexical else _dense(v, view, query, source)
        if vector is not None:
            vectors[view.name] = vector
    if not vectors:
        raise InvalidQuery(
            "reaches nothing in this index",
            field="query",
            remedy="Search by words or by a product; its encoder has no eyes for pictures",
        )
    return vectors


def _source_product(v: Vitrine, generation: Generation, product_id: str | None) -> StoredPoint | None:
    if product_id is None:
        return None
    dense = [view.vector for view in generation.views if REACHED_BY_PRODUCT in view.reached_by]
    found = v.store.retrieve(generation.id, [product_id], vectors=dense).get(product_id)
    if found is None:
        v.catalog.products.get(product_id)
        raise NotFound("indexed product", product_id)
    return found


def _lexical(v: Vitrine, view: View, query: SearchQuery, lexical: Mapping[str, float] | None) -> SparseVector | None:
    if not query.text or query.weight("text") == 0 or REACHED_BY_TEXT not in view.reached_by:
        return None
    terms = v.lexical.query(query.text) if lexical is None else v.lexical.weighted_query(lexical)
    return terms if len(terms) else None


def _dense(v: Vitrine, view: View, query: SearchQuery, source: StoredPoint | None) -> FloatArray | None:
    parts: list[FloatArray] = []
    if query.text and query.weight("text") > 0 and REACHED_BY_TEXT in view.reached_by:
        parts.append(query.weight("text") * _batched(v, view, lambda b: b.text(query.text)))
    if query.weight("image") > 0:
        if query.photo is not None and REACHED_BY_PHOTO in view.reached_by:
            parts.append(query.weight("image") * _photo(v, view, query.photo))
        if source is not None and REACHED_BY_PRODUCT in view.reached_by and view.vector in source.vectors:
            parts.append(query.weight("image") * source.vectors[view.vector])
    if not parts:
        return None
    total = unit_rows(sum(parts[1:], start=parts[0])[None, :])[0]
    return total if total.any() else parts[-1]


def _photo(v: Vitrine, view: View, photo: bytes) -> FloatArray:
    try:
        probe_photo(photo, PhotoLimits(v.settings.photo_bytes_max, v.settings.photo_pixels_max))
        return _batched(v, view, lambda batcher: batcher.photo(photo))
    except InvalidPhoto as error:
        raise error.at("image") from error


def _batched(v: Vitrine, view: View, embed: Callable[[QueryBatcher], FloatArray]) -> FloatArray:
    loaded_encoder(v, view)
    return embed(v.encoders.queries(view.encoder))
