"""The systems that are compared: the shop's own search, each of its views alone, and plain BM25."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from core.errors import ConfigurationError
from core.generations import REACHED_BY_PHOTO, REACHED_BY_TEXT
from core.indexing import ViewQuery
from core.products import Product
from evaluation.queries import DEPTH, Answered, JudgedQuery
from evaluation.wording import Reword
from retrieval.search.encode import encode_query
from retrieval.search.finding import Finding
from retrieval.search.pipeline import search
from retrieval.search.timing import StageClock
from retrieval.wiring import Vitrine, loaded_encoder, serving_generation

HYBRID, BM25 = "hybrid", "bm25"


class System(Protocol):
    """Answers queries; what it is called in reports is up to whoever asks it."""

    def answer(self, judged: JudgedQuery) -> Mapping[str, Answered]:
        """By name of the system, the answers; a query that a system cannot understand is left out."""


@dataclass(frozen=True, slots=True)
class ShopSearch:
    """The search as the shop's settings say; its cut-off decides what is found."""

    v: Vitrine

    def answer(self, judged: JudgedQuery) -> Mapping[str, Answered]:
        """The answer of `hybrid`."""
        # More, because what is ignored may stand among the first.
        query = replace(judged.query, limit=DEPTH + len(judged.ignored), collapse=False)
        page = search(self.v, query)
        ids = _counted([hit.product_id for hit in page.hits], judged)
        shown_less = len(page.hits) - len(ids)
        found = None
        if judged.wants_all:
            ranking = Finding(self.v, serving_generation(self.v), query, StageClock()).everything()
            found = None if ranking is None else frozenset(_counted(ranking.found.ids, judged))
        return {HYBRID: Answered(tuple(ids[:DEPTH]), page.total - shown_less, found)}


@dataclass(frozen=True, slots=True)
class ViewsAlone:
    """Each view of the shop's index by itself: its nearest products, whatever their score."""

    v: Vitrine

    def answer(self, judged: JudgedQuery) -> Mapping[str, Answered]:
        """One answer by the name of each view that the query reaches."""
        generation = serving_generation(self.v)
        vectors = encode_query(self.v, generation, judged.query)
        views = [view for view in generation.views if view.name in vectors]
        limit = DEPTH + len(judged.ignored)
        queries = [ViewQuery(view.vector, vectors[view.name], limit) for view in views]
        answers = self.v.store.query(generation.id, queries, None, payload=False)
        listed = {
            view.name: _counted([point.product_id for point in points], judged)
            for view, points in zip(views, answers, strict=True)
        }
        return {name: Answered(tuple(ids[:DEPTH]), len(ids)) for name, ids in listed.items()}


def embed_ahead(v: Vitrine, queries: Sequence[JudgedQuery]) -> None:
    """Embed all words and pictures of some queries in large batches; an encoder that remembers has them ready then."""
    texts = list(dict.fromkeys(judged.query.text for judged in queries if judged.query.text))
    examples = [example for judged in queries for example in (*judged.query.images, *judged.query.unlike)]
    photos = list(dict.fromkeys(example.photo for example in examples if example.photo is not None))
    for view in serving_generation(v).views:
        if texts and not view.lexical and REACHED_BY_TEXT in view.reached_by:
            loaded_encoder(v, view).embed_queries(texts)
        if photos and not view.lexical and REACHED_BY_PHOTO in view.reached_by:
            encoder = loaded_encoder(v, view)
            encoder.embed_photos([encoder.prepare_photo(photo) for photo in photos])


class PlainBm25:
    """What a shop has today: BM25 of a library over the same words as the shop's index, stemmed, and nothing else.

    Raises
    ------
    ConfigurationError: the library is not installed.
    """

    def __init__(self, products: Sequence[Product], reword: Reword) -> None:
        self._library = _bm25s()
        self._stem = _stemmer()
        self._ids = [product.id for product in products]
        self._index = self._library.BM25()
        passages = [reword(product).passage() for product in products]
        self._index.index(self._tokens(passages), show_progress=False)

    def answer(self, judged: JudgedQuery) -> Mapping[str, Answered]:
        """The answer of `bm25`: every product with a word of the query is found. None without words."""
        if not judged.query.text:
            return {}
        (tokens,) = self._tokens([judged.query.text])
        known = self._index.get_tokens_ids(tokens)
        if not known:
            return {BM25: Answered((), 0, frozenset())}
        scores = self._index.get_scores_from_ids(known)
        # Equal scores go by product id, in which order the products stand.
        order = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores > 0)]
        ids = _counted([self._ids[place] for place in order], judged)
        return {BM25: Answered(tuple(ids[:DEPTH]), len(ids), frozenset(ids))}

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = self._library.tokenize(
            texts, stopwords="en", stemmer=self._stem, return_ids=False, show_progress=False
        )
        return tokens


def _counted(ids: Sequence[str], judged: JudgedQuery) -> list[str]:
    """Without what is ignored."""
    return [product_id for product_id in ids if product_id not in judged.ignored]


def _bm25s() -> Any:
    try:
        import bm25s  # type: ignore[import-untyped]  # It ships no type information.
    except ImportError as error:
        raise ConfigurationError(
            "bm25s, with which searches are compared, is not installed: pip install 'vitrine[evaluation]'"
        ) from error
    # It talks of its progress on a level of its own.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s


def _stemmer() -> Any:
    import Stemmer  # type: ignore[import-not-found]  # It ships no type information.

    return Stemmer.Stemmer("english")
