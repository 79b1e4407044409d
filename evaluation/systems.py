"""The systems that are compared: the shop's own search, each of its views alone, and plain BM25."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from core.errors import ConfigurationError
from core.indexing import ViewQuery
from core.products import Product
from core.queries import LIMIT_MAX
from evaluation.queries import DEPTH, Answered, JudgedQuery
from evaluation.wording import Reword
from retrieval.search.encode import encode_query
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, serving_generation

HYBRID, BM25 = "hybrid", "bm25"
# More than that is not looked at, to see what a cut-off has let through.
_FOUND_MAX = 3_000


class System(Protocol):
    """Answers queries; what it is called in reports is up to whoever asks it."""

    def answer(self, judged: JudgedQuery) -> Mapping[str, Answered]:
        """By name of the system, the answers; a query that a system cannot understand is left out."""


@dataclass(frozen=True, slots=True)
class ShopSearch:
    """The search as the shop's settings say, every page of it; its cut-off decides what is found."""

    v: Vitrine

    def answer(self, judged: JudgedQuery) -> Mapping[str, Answered]:
        """The answer of `hybrid`."""
        # One more, because what is ignored may stand among the first.
        query = replace(judged.query, limit=DEPTH + len(judged.ignored))
        page = search(self.v, query)
        ids = [hit.product_id for hit in page.hits]
        while page.next_cursor is not None and len(ids) < _FOUND_MAX:
            page = search(self.v, replace(query, cursor=page.next_cursor, limit=LIMIT_MAX))
            ids += [hit.product_id for hit in page.hits]
        return {HYBRID: _answered(ids, judged, ends=True)}


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
        return {
            view.name: _answered([point.product_id for point in points], judged, ends=False)
            for view, points in zip(views, answers, strict=True)
        }


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
            return {BM25: Answered((), frozenset())}
        scores = self._index.get_scores_from_ids(known)
        # Equal scores go by product id, in which order the products stand.
        order = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores > 0)]
        return {BM25: _answered([self._ids[place] for place in order], judged, ends=True)}

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = self._library.tokenize(
            texts, stopwords="en", stemmer=self._stem, return_ids=False, show_progress=False
        )
        return tokens


def _answered(ids: Sequence[str], judged: JudgedQuery, *, ends: bool) -> Answered:
    """The answer without what is ignored; `ends` says whether more would not have been found."""
    counted = [product_id for product_id in ids if product_id not in judged.ignored]
    return Answered(tuple(counted[:DEPTH]), frozenset(counted) if ends else None)


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
