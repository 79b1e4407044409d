"""The shop as a whole: how far its index is, and by which fields its products can be told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from msgspec import Meta, Struct

from core.filters import ATTRIBUTE_PREFIX
from retrieval.wiring import Vitrine

_COLOUR = re.compile(r"(base|main|primary)?[ _-]?colou?rs?[ _-]?(name)?\Z", re.IGNORECASE)
_OTHERS_MAX = 12


class ReadyProducts(Struct):
    """How far the serving index is."""

    ready: Annotated[int, Meta(description="found by searches")]
    waiting: Annotated[int, Meta(description="stored, and about to be indexed")]
    failed: Annotated[int, Meta(description="could not be indexed; `vitrine products failed` says why")]
    total: int


class ShopFacet(Struct):
    """A field that products can be filtered and counted by."""

    field: Annotated[str, Meta(description="for `facets` and `filter` of POST /v1/search")]
    label: Annotated[str, Meta(description="for a person")]
    kind: Annotated[str, Meta(description="`keyword`, `number`, or `colour`: keywords that name colours")]


class ShopView(Struct):
    """What a page has to know of the shop."""

    products: ReadyProducts
    facets: list[ShopFacet]


def shop_of(v: Vitrine) -> ShopView:
    """Ask the catalogue; raises `CatalogUnavailable`."""
    generation = v.catalog.generations.serving()
    if generation is None:
        return ShopView(ReadyProducts(0, 0, 0, 0), list(facets_of({})))
    progress = v.catalog.queue.progress(generation.id)
    waiting = progress.pending + progress.leased
    products = ReadyProducts(progress.indexed, waiting, progress.failed, progress.indexed + waiting + progress.failed)
    return ShopView(products, list(facets_of(v.catalog.products.attribute_kinds())))


def facets_of(attribute_kinds: Mapping[str, str]) -> Iterator[ShopFacet]:
    """What every shop has, its colour, and at most twelve of its other attributes, by name.

    Which of them are worth showing depends on what was found, and is left to whoever shows them.

    Parameters
    ----------
    attribute_kinds: `keyword`, `number`, `bool` or `any` by the attribute's name.
    """
    keywords = sorted(name for name, kind in attribute_kinds.items() if kind == "keyword")
    colour = min((name for name in keywords if _COLOUR.match(name)), key=len, default=None)
    yield ShopFacet("category", "Category", "keyword")
    if colour is not None:
        yield ShopFacet(ATTRIBUTE_PREFIX + colour, "Colour", "colour")
    yield ShopFacet("price", "Price", "number")
    yield ShopFacet("brand", "Brand", "keyword")
    others = [name for name in keywords if name != colour]
    for name in others[:_OTHERS_MAX]:
        yield ShopFacet(ATTRIBUTE_PREFIX + name, _label(name), "keyword")


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
