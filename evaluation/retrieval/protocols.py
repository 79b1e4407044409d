"""Who looks for whom, and what counts as found.

All protocols compare every product with every other of the same set. `published` is that of the study whose figures
stand in the documentation: the label is in the text, so what it measures is mostly whether the text is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.products import Product
from core.vectors import FloatArray
from evaluation.retrieval.judging import Codes, JudgedProducts

TEXT_TO_IMAGE, IMAGE_TO_IMAGE, TEXT_TO_TEXT = "text-to-image", "image-to-image", "text-to-text"
ITEM_TO_ITEM, PUBLISHED = "item-to-item", "published"
EXACT, EXACT_OWN = "exact", "exact-own-photo"

MEANINGS: Mapping[str, str] = {
    TEXT_TO_IMAGE: "a title finds photos of products of its label, its own among them",
    IMAGE_TO_IMAGE: "a photo finds photos of other products of its label",
    TEXT_TO_TEXT: "a title finds titles of other products of its label",
    ITEM_TO_ITEM: "photo and title together find other products of their label",
    PUBLISHED: "photo and text find others of their label, which stands in the text, as others have published it",
    EXACT: "a title finds its own photo, or that of a product of the same title",
    EXACT_OWN: "a title finds its own photo and no other",
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a system makes of products: float32 rows of unit length in their order, None where it can make none.

    Attributes
    ----------
    photos: rows of NaN for products without a usable photo.
    queries: titles as somebody types them, in the space of the photos.
    label_queries: the labels' names likewise, in their order.
    text_queries, passages: titles as somebody types them, and as the words of a product.
    items, told_items: products as a whole, by photo and title, and by photo and the text of `published`; rows of NaN
        where a part is missing.
    """

    photos: FloatArray | None = None
    queries: FloatArray | None = None
    label_queries: FloatArray | None = None
    text_queries: FloatArray | None = None
    passages: FloatArray | None = None
    items: FloatArray | None = None
    told_items: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Protocol:
    """One question to every product.

    Attributes
    ----------
    rows: which products ask and are found: (n,).
    queries, items: their vectors: float32 (n, dim).
    right: what has the same code is right: int64 (n,).
    itself: whether a product may find itself.
    known_item: whether one right answer is all that is wanted.
    meant: among how many answers, of which one is right, the question does not tell: int64 (n,).
    """

    name: str
    rows: NDArray[np.intp]
    queries: FloatArray
    items: FloatArray
    right: Codes
    itself: bool
    known_item: bool
    meant: Codes


def told_text(product: Product, label: str) -> str:
    """The text of `published`: "Category: C. Name: N. Description: D", the category being the label."""
    parts = {"Category": label, "Name": product.title, "Description": product.description}
    return ". ".join(f"{name}: {text}" for name, text in parts.items() if text)


def protocols(encoded: Encoded, judged: JudgedProducts) -> Iterator[Protocol]:
    """Every protocol that a system can be asked."""
    labels = judged.labels.codes
    yield from _by_label(TEXT_TO_IMAGE, encoded.queries, encoded.photos, labels)
    yield from _by_label(IMAGE_TO_IMAGE, encoded.photos, encoded.photos, labels)
    yield from _by_label(TEXT_TO_TEXT, encoded.text_queries, encoded.passages, labels)
    yield from _by_label(ITEM_TO_ITEM, encoded.items, encoded.items, labels)
    yield from _exact(encoded.queries, encoded.photos, judged.titles.codes)
    yield from _by_label(PUBLISHED, encoded.told_items, encoded.told_items, labels)


def _by_label(name: str, queries: FloatArray | None, items: FloatArray | None, labels: Codes) -> Iterator[Protocol]:
    if queries is None or items is None:
        return
    rows = _complete(queries, items)
    if len(rows) > 1:
        nobody = np.ones(len(rows), dtype=np.int64)
        itself = name == TEXT_TO_IMAGE
        yield Protocol(name, rows, queries[rows], items[rows], labels[rows], itself, known_item=False, meant=nobody)


def _exact(queries: FloatArray | None, photos: FloatArray | None, titles: Codes) -> Iterator[Protocol]:
    if queries is None or photos is None:
        return
    rows = _complete(queries, photos)
    if len(rows) < 2:
        return
    same_title = np.bincount(titles[rows])[titles[rows]]
    for name, right, meant in (
        (EXACT, titles[rows], np.ones_like(same_title)),
        (EXACT_OWN, np.arange(len(rows)), same_title),
    ):
        yield Protocol(name, rows, queries[rows], photos[rows], right, itself=True, known_item=True, meant=meant)


def _complete(queries: FloatArray, items: FloatArray) -> NDArray[np.intp]:
    """Rows of products that have both vectors."""
    return np.flatnonzero(~np.isnan(queries[:, 0]) & ~np.isnan(items[:, 0]))
