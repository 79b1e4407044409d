"""Words to BM25 term weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from core.vectors import SparseVector
from words.analysis import Analyzer

# Robertson and Zaragoza 2009, equation 3.15, with their usual values.
TERM_SATURATION = 1.2
LENGTH_NORMALISATION = 0.75
# A product's title, brand, category and attributes have some 10 to 50 words. The length is a constant, so that a
# product's weights never depend on the other products and nothing has to be encoded anew when the catalogue changes.
AVERAGE_PASSAGE_WORDS = 32.0
_REMEMBERED_TERMS = 1 << 16


class Bm25:
    """`LexicalEncoder` by BM25 over the terms of an analyzer. IDF is added by the engine at query time. Thread-safe.

    A term's index is the murmur3 hash of the term, as Qdrant servers and `qdrant-client` compute it.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        self._index = lru_cache(_REMEMBERED_TERMS)(term_index)

    @property
    def name(self) -> str:
        """Names how texts become terms; vectors of another name do not meet."""
        return self.analyzer.name

    def passage(self, text: str) -> SparseVector:
        """Term frequencies of a product's words, saturated and normalised by length; no words give an empty vector.

        Other spellings count as terms of their own, but not towards the length.
        """
        terms = self.analyzer.terms(text)
        norm = 1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * len(terms.words) / AVERAGE_PASSAGE_WORDS
        # No variant is among the words, and each is there once.
        counts: dict[str, int] = {**Counter(terms.words), **dict.fromkeys(terms.variants, 1)}
        return self._vector(
            {term: count * (TERM_SATURATION + 1) / (count + TERM_SATURATION * norm) for term, count in counts.items()}
        )

    def query(self, text: str) -> SparseVector:
        """Weight 1 for each distinct term that is no stop word; no such words give an empty vector."""
        return self.weighted_query({text: 1.0})

    def weighted_query(self, weights: Mapping[str, float]) -> SparseVector:
        """The terms of several texts, each with the weight of its text; the largest counts for a term.

        Parameters
        ----------
        weights: by text, finite and above 0.
        """
        found: dict[str, float] = {}
        for text, weight in weights.items():
            terms = self.analyzer.terms(text)
            for term in (*terms.words, *terms.variants):
                found[term] = max(weight, found.get(term, 0.0))
        return self._vector(found)

    def _vector(self, weights: Mapping[str, float]) -> SparseVector:
        by_index: dict[int, float] = {}
        for term, weight in weights.items():
            index = self._index(term)
            by_index[index] = max(weight, by_index.get(index, 0.0))
        return SparseVector.of(by_index)


def term_index(term: str) -> int:
    """The index of a term in sparse vectors: the absolute value of its signed 32-bit murmur3 hash, at most 2³¹."""
    import mmh3

    return abs(mmh3.hash(term))
