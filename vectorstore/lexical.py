"""Words to BM25 term weights, computed in this process by the code of the engine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.vectors import SparseVector

if TYPE_CHECKING:
    import qdrant_edge

# Robertson and Zaragoza 2009, equation 3.15, with their usual values.
TERM_SATURATION = 1.2
LENGTH_NORMALISATION = 0.75
# A product's title, brand, category and attributes have some 10 to 50 words. The length is a constant, so that a
# product's weights never depend on the other products and nothing has to be encoded anew when the catalogue changes.
AVERAGE_PASSAGE_WORDS = 32.0


class Bm25Lexical:
    """`LexicalEncoder` by the engine's own BM25: English stop words and Snowball stemmer, accents folded.

    A term's index is the murmur3 hash of its stem, as Qdrant servers and `qdrant-client` compute it, so both engines
    read the same vectors. IDF is added by the engine at query time. Thread-safe: the model is immutable.
    """

    def __init__(self) -> None:
        import qdrant_edge

        self._model = qdrant_edge.Bm25(
            qdrant_edge.Bm25Config(
                k=TERM_SATURATION,
                b=LENGTH_NORMALISATION,
                avg_len=AVERAGE_PASSAGE_WORDS,
                language="english",
                lowercase=True,
                ascii_folding=True,
            )
        )

    def passage(self, text: str) -> SparseVector:
        """Term frequencies of a product's words, saturated and normalised by length; no words give an empty vector."""
        return _sparse(self._model.embed_document(text))

    def query(self, text: str) -> SparseVector:
        """Weight 1 for each distinct term that is no stop word; no such words give an empty vector."""
        return _sparse(self._model.embed_query(text))


def _sparse(vector: qdrant_edge.SparseVector) -> SparseVector:
    indices = np.asarray(vector.indices, dtype=np.uint32)
    order = np.argsort(indices)
    return SparseVector(indices[order], np.asarray(vector.values, dtype=np.float32)[order])
