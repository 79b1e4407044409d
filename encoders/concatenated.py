"""Features joined end to end: the plain systems that a learned product vector has to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import InvalidVector
from core.vectors import FloatArray, unit_rows

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import TfidfVectorizer

_TERMS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class ConcatenatedFeatures:
    """Photo vector, text vector, TF-IDF of the words and one-hot category of a product, joined.

    Every block has unit length before they are joined, and the whole again afterwards, so the cosine of two products
    that have all blocks is the mean of their cosines block by block. A block that a product lacks (no photo, an unknown
    category) is all zeros and leaves the others to speak; a product that lacks every block is a row of zeros. Only
    products reach such a vector: what a shopper types or drops has no category.

    Made by `fit_concatenated`. A block that is not wanted is left out by giving `embed_products` None or fitting
    without it.

    Attributes
    ----------
    terms: the fitted TF-IDF; None when it was fitted without texts.
    categories: those seen while fitting, sorted; each is one number of the last block.
    """

    terms: TfidfVectorizer | None
    categories: tuple[str, ...]

    def embed_products(
        self,
        photo_vectors: FloatArray | None,
        text_vectors: FloatArray | None,
        texts: Sequence[str],
        categories: Sequence[str | None],
    ) -> FloatArray:
        """Embed products: float32 (n, dim), rows of unit length.

        Parameters
        ----------
        photo_vectors, text_vectors: one row per product, of any length, all zeros for a product without; None to
            leave the block out.
        texts: the words of each product. categories: the category of each, None where it has none. Both are needed
            only for a block that was fitted; otherwise they are not looked at but for their number.

        Raises
        ------
        InvalidVector: inputs that are not about the same number of products.
        """
        _check_counts(photo_vectors, text_vectors, texts, categories)
        dense = [vectors for vectors in (photo_vectors, text_vectors) if vectors is not None]
        blocks = [unit_rows(vectors) for vectors in dense]
        if self.terms is not None:
            blocks.append(self.terms.transform(texts).toarray())
        if self.categories:
            blocks.append(self._one_hot(categories))
        joined = np.concatenate(blocks, axis=1) if blocks else np.zeros((len(texts), 0), dtype=np.float32)
        return unit_rows(joined)

    def _one_hot(self, categories: Sequence[str | None]) -> FloatArray:
        column = {category: i for i, category in enumerate(self.categories)}
        block = np.zeros((len(categories), len(column)), dtype=np.float32)
        for row, category in enumerate(categories):
            if category in column:
                block[row, column[category]] = 1.0
        return block


def fit_concatenated(
    texts: Sequence[str], categories: Sequence[str | None], terms_max: int = _TERMS_MAX
) -> ConcatenatedFeatures:
    """Learn the words and the categories of a catalogue.

    Parameters
    ----------
    texts: the words of each product; empty to do without TF-IDF. Words of two letters and more count in lower case,
        alone and in pairs, with sublinear frequency, 1 + ln(tf), and smoothed inverse document frequency,
        ln((1 + n) / (1 + df)) + 1 (scikit-learn's `TfidfVectorizer`).
    categories: the category of each product; empty to do without one-hot categories.
    terms_max: the most frequent words and pairs are kept.
    """
    known = tuple(sorted({category for category in categories if category}))
    return ConcatenatedFeatures(_fitted_terms(texts, terms_max), known)


def _fitted_terms(texts: Sequence[str], terms_max: int) -> TfidfVectorizer | None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=terms_max, dtype=np.float32)
    # scikit-learn refuses a catalogue without a single word; here it is one without this block.
    analyse = vectorizer.build_analyzer()
    if not any(analyse(text) for text in texts):
        return None
    vectorizer.fit(texts)
    return vectorizer


def _check_counts(
    photo_vectors: FloatArray | None,
    text_vectors: FloatArray | None,
    texts: Sequence[str],
    categories: Sequence[str | None],
) -> None:
    counts = {"texts": len(texts), "categories": len(categories)}
    for name, vectors in (("photo_vectors", photo_vectors), ("text_vectors", text_vectors)):
        if vectors is not None:
            counts[name] = len(vectors)
    if len(set(counts.values())) > 1:
        said = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise InvalidVector(f"concatenated features: every input is about the same products, but there are {said}")
