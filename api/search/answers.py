"""Answers of the search in the words of the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from api.paths import photo_url
from api.search.schemas import (
    FoundBin,
    FoundKeywords,
    FoundNumbers,
    FoundProduct,
    FoundValue,
    FoundVariant,
    FoundVariants,
    SearchResponse,
)
from core.facets import Facet, NumberFacet
from core.hits import Hit, SearchAnswer


def response_of(answer: SearchAnswer, *, explain: bool) -> SearchResponse:
    """The answer as it is sent; with `explain` hits carry their signals."""
    return SearchResponse(
        hits=[_found(hit, explain=explain) for hit in answer.hits],
        query_id=answer.query_id,
        took_ms=dict(answer.took_ms),
        total=answer.total,
        total_relation=answer.total_relation,
        next=answer.next_cursor,
        facets={field: _facet(facet) for field, facet in answer.facets.items()},
        did_you_mean=answer.did_you_mean,
        searched_for=answer.searched_for,
        rules=list(answer.rules) if explain else UNSET,
    )


def _found(hit: Hit, *, explain: bool) -> FoundProduct:
    signals: dict[str, float | None] | UnsetType = dict(hit.signals) if explain else UNSET
    ranks = dict(hit.ranks) if explain else UNSET
    product = shown_product(hit.product_id, hit.product)
    rules = list(hit.rules) if explain else UNSET
    why = list(hit.why) if hit.why else UNSET
    added = dict(hit.contributions) if hit.contributions else UNSET
    return FoundProduct(hit.product_id, hit.score, product, _variants(hit), signals, ranks, rules, why, added)


def _variants(hit: Hit) -> FoundVariants | UnsetType:
    if not hit.variants:
        return UNSET
    return FoundVariants(
        hit.variants,
        [FoundVariant(name, shown_product(name, payload)) for name, payload in hit.variant_products.items()],
    )


def shown_product(product_id: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Everything a list shows of a product, with the addresses of its photos."""
    photos = [
        {"url": photo_url(product_id, i, digest), "digest": digest}
        for i, digest in enumerate(payload.get("photos", ()))
    ]
    return {**payload, "photos": photos}


def _facet(facet: Facet) -> FoundKeywords | FoundNumbers:
    if isinstance(facet, NumberFacet):
        bins = [FoundBin(item.low, item.high, item.count) for item in facet.bins]
        return FoundNumbers(facet.low, facet.high, facet.count, bins)
    return FoundKeywords([FoundValue(item.value, item.count) for item in facet.values], facet.more)
