"""What the models of relevance look at, from the signals of one search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.generations import IMAGE, LEXICAL, TEXT
from core.vectors import FloatArray
from words.parsing import parse
from words.vocabulary import Vocabulary

# What BM25 makes of a term that stands once in a passage of usual length, over its IDF.
_TERM_ONCE = 1.3
_RANK = 10
# What looks like a model number and stands in more products than these is none: 500ml, 2012.
_CODE_PRODUCTS_MAX = 20
# Features of `of_words`, and as far as they go of `of_looks`, of which a product has more the nearer it is. No model
# may hold that against it; then no product is more relevant than one that is as near in every view.
NEARNESS = (0, 2, 4)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a query's words.

    Attributes
    ----------
    attainable: BM25 of a product that has them all; 0 when there are none.
    known_share: of the words, those that any product has; 1 when there are none.
    names_code: whether a model or article number of the catalogue is among them, so that nothing else can be meant.
    """

    attainable: float = 0.0
    known_share: float = 1.0
    names_code: bool = False


def asked(vocabulary: Vocabulary, text: str, products: int) -> Asked:
    """Look a query's words up; a word that no product has counts as the rarest there could be."""
    terms = set(vocabulary.analyzer.terms(text).words)
    if not terms:
        return Asked()
    counts = [min(products, vocabulary.terms.get(term, 0)) for term in terms]
    known = sum(count > 0 for count in counts)
    attainable = _TERM_ONCE * sum(_idf(count, products) for count in counts)
    return Asked(attainable, known / len(terms), _names_code(vocabulary, text))


def _names_code(vocabulary: Vocabulary, text: str) -> bool:
    terms = (term for code in parse(text).codes for term in vocabulary.analyzer.terms(code).words)
    return any(0 < vocabulary.terms.get(term, 0) <= _CODE_PRODUCTS_MAX for term in terms)


def of_words(signals: Mapping[str, FloatArray]) -> FloatArray:
    """For every product: what `of_looks` says, and how much of the query's words it has beside the best: (n, 5)."""
    return np.column_stack([of_looks(signals), share_of_words(signals)])


def of_looks(signals: Mapping[str, FloatArray]) -> FloatArray:
    """For every product, by words and by look: how far it is from the best, and how near the best one is: (n, 4)."""
    features = []
    for view in (TEXT, IMAGE):
        scores = dense(signals, view)
        best = scores.max(initial=-1.0)
        features += [scores - best, np.full_like(scores, best)]
    return np.column_stack(features)


def share_of_words(signals: Mapping[str, FloatArray]) -> FloatArray:
    """BM25 of every product as a share of the best: 0 to 1, and 0 where no product has any of the words."""
    scores = np.nan_to_num(signals.get(LEXICAL, np.zeros(_count(signals), dtype=np.float32)))
    shares: FloatArray = scores / max(float(scores.max(initial=0.0)), 1e-6)
    return shares


def comparable(signals: Mapping[str, FloatArray], view: str) -> FloatArray:
    """A view's scores on a scale that does not depend on what else was found."""
    return share_of_words(signals) if view == LEXICAL else dense(signals, view)


def of_query_known(signals: Mapping[str, FloatArray], query: Asked) -> FloatArray:
    """For the query as a whole: the best products by words and look, and how many of its words they have: (1, 6)."""
    covered = float(coverage(signals, query).max(initial=0.0))
    return np.append(of_query_unknown(signals), [[covered, query.known_share]], axis=1).astype(np.float32)


def of_query_unknown(signals: Mapping[str, FloatArray]) -> FloatArray:
    """For the query as a whole: its best and its tenth best product by words and by look: (1, 4)."""
    found = [_best(dense(signals, TEXT)), _best(dense(signals, IMAGE))]
    return np.array([[number for pair in found for number in pair]], dtype=np.float32)


def coverage(signals: Mapping[str, FloatArray], query: Asked) -> FloatArray:
    """How much of the query's words, weighted by rarity, each product has: 0 to 1."""
    lexical = signals.get(LEXICAL)
    if lexical is None or query.attainable <= 0:
        return np.zeros(_count(signals), dtype=np.float32)
    covered: FloatArray = np.minimum(1.0, np.nan_to_num(lexical) / np.float32(query.attainable))
    return covered


def _best(scores: FloatArray) -> tuple[float, float]:
    if not len(scores):
        return 0.0, 0.0
    ranked = np.sort(scores)[::-1]
    return float(ranked[0]), float(ranked[min(_RANK, len(ranked)) - 1])


def dense(signals: Mapping[str, FloatArray], view: str) -> FloatArray:
    """A view's cosines; a product without a vector counts as the farthest, a view that was not asked as 0."""
    scores = signals.get(view)
    if scores is None or not np.isfinite(scores).any():
        return np.zeros(_count(signals), dtype=np.float32)
    return np.nan_to_num(scores, nan=float(np.nanmin(scores)))


def _count(signals: Mapping[str, FloatArray]) -> int:
    return len(next(iter(signals.values()))) if signals else 0


def _idf(count: int, products: int) -> float:
    """As the engine weighs words: Robertson and Zaragoza 2009, equation 3.5, plus one, so that it is never negative."""
    return math.log((products - count + 0.5) / (count + 0.5) + 1.0)
