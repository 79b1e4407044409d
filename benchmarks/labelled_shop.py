"""Products of which it is known what they are and which colour they have, with vectors and words in memory."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.products import Product
from core.protocols import Encoder
from core.vectors import FloatArray, SparseVector
from encoders.photos import PhotoLimits
from evaluation.attributes import Column, discover
from evaluation.catalogue import CatalogueFile, read_catalogue, with_photos
from words.analysis import Analyzer
from words.bm25 import Bm25

Mask = NDArray[np.bool_]
_BATCH = 256


@dataclass(frozen=True)
class Lexical:
    """BM25 of a text in all products, as the engines compute it."""

    encoder: Bm25
    passages: Sequence[SparseVector]
    _scores: dict[str, FloatArray] = field(default_factory=dict)

    def scores(self, text: str) -> FloatArray:
        """float32 (products,); 0 where no word stands."""
        if text not in self._scores:
            self._scores[text] = self._computed(text)
        return self._scores[text]

    def _computed(self, text: str) -> FloatArray:
        scores = np.zeros(len(self.passages), dtype=np.float32)
        for term in self.encoder.query(text).indices:
            held = np.array([_weight(passage, int(term)) for passage in self.passages], dtype=np.float32)
            having = int((held > 0).sum())
            scores += held * np.log((len(held) - having + 0.5) / (having + 0.5) + 1.0)
        return scores


@dataclass(frozen=True)
class Shop:
    """Products with a photo, a kind and a colour, in rows: unit vectors of both views, codes of both columns."""

    encoder: Encoder
    image: FloatArray
    text: FloatArray
    kind: NDArray[np.intp]
    colour: NDArray[np.intp]
    kinds: Sequence[str]
    colours: Sequence[str]
    lexical: Lexical
    _vectors: dict[str, FloatArray] = field(default_factory=dict)

    def words(self, text: str) -> FloatArray:
        """The vector of words, embedded once."""
        if text not in self._vectors:
            self._vectors[text] = self.encoder.embed_queries([text])[0]
        return self._vectors[text]

    def of(self, kind: int, colour: int) -> Mask:
        """The products of this kind and colour."""
        chosen: Mask = (self.kind == kind) & (self.colour == colour)
        return chosen


def read_shop(file: CatalogueFile, encoder: Encoder) -> Shop:
    """The products of a file that have a photo, a kind and a colour; leaves the program where no column says so."""
    analyzer = Analyzer("english")
    products = read_catalogue(file).products
    attributes = discover(products, analyzer)
    if attributes is None or attributes.colour is None:
        sys.exit("no column says what a product is, or which colour it has")
    noun, colour = attributes.noun, attributes.colour
    kept, image = _looked_at(file, frozenset(noun.values) & frozenset(colour.values), encoder)
    passages = [product.passage() for product in kept]
    lexical = Bm25(analyzer)
    return Shop(
        encoder,
        image,
        encoder.embed_passages(passages),
        _codes(kept, noun),
        _codes(kept, colour),
        noun.distinct,
        colour.distinct,
        Lexical(lexical, [lexical.passage(passage) for passage in passages]),
    )


def _looked_at(file: CatalogueFile, wanted: frozenset[str], encoder: Encoder) -> tuple[list[Product], FloatArray]:
    known = read_catalogue(file).ids & wanted
    kept, rows, pixels = [], [], []
    for incoming in with_photos(file, known, PhotoLimits()):
        if incoming.photos:
            kept.append(incoming.product)
            pixels.append(encoder.prepare_photo(incoming.photos[0].data))
        if len(pixels) == _BATCH:
            rows.append(encoder.embed_photos(pixels))
            pixels = []
    if pixels:
        rows.append(encoder.embed_photos(pixels))
    return kept, np.concatenate(rows)


def _codes(products: Sequence[Product], column: Column) -> NDArray[np.intp]:
    code = {value: i for i, value in enumerate(column.distinct)}
    return np.array([code[column.values[product.id][0]] for product in products], dtype=np.intp)


def _weight(passage: SparseVector, term: int) -> float:
    at = int(np.searchsorted(passage.indices, term))
    return float(passage.values[at]) if at < len(passage) and passage.indices[at] == term else 0.0
