"""The values that work on an index passes around: leases, points, scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.products import Product
from core.vectors import FloatArray, ProductVectors, SparseVector

PENDING, LEASED, INDEXED, FAILED = "pending", "leased", "indexed", "failed"


@dataclass(frozen=True, slots=True)
class LeasedProduct:
    """One product to bring up to date in one generation, held under a lease.

    Attributes
    ----------
    version: of the product as it was read; work on another version does not count.
    product: None when the product has been deleted, so that its point has to go.
    needs_encoding: False when only the payload has changed since it was last encoded.
    attempts: how often it has been tried before.
    """

    product_id: str
    version: int
    product: Product | None
    encode_hash: str
    needs_encoding: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one leased product could not be indexed."""

    product_id: str
    version: int
    error: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One product in a collection. `version` guards it: an older one never replaces a newer."""

    product_id: str
    version: int
    vectors: ProductVectors
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """One query against one named vector.

    Attributes
    ----------
    vector: float32 (dim,) of unit length, or term weights for the lexical vector.
    limit: how many to return.
    """

    using: str
    vector: FloatArray | SparseVector
    limit: int


@dataclass(frozen=True, slots=True)
class ScoredPoint:
    """One answer to one query: cosine for dense vectors, BM25 for the lexical one; higher is better."""

    product_id: str
    score: float
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoredTogether:
    """What several queries found, every product with the scores of all of them.

    Attributes
    ----------
    product_ids: each once, in no order.
    scores: float32 (queries, products); NaN where a product has nothing in the vector that was asked, or no word of a
        lexical query.
    """

    product_ids: tuple[str, ...]
    scores: FloatArray


@dataclass(frozen=True, slots=True)
class StoredPoint:
    """What a collection holds for one product, as far as it was asked for."""

    product_id: str
    vectors: Mapping[str, NDArray[np.float32]]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """How a collection is.

    Attributes
    ----------
    epoch: changes when acknowledged writes may have been lost: the embedded engine was started anew, or a server's
        collection was made anew. Empty for stores that lose nothing.
    points: how many products it holds.
    lost_unflushed: writes after the last flush may be gone (a quarantined WAL, an unclean end).
    lost_all: whoever last saw another epoch has lost everything: the collection was made anew since.
    """

    epoch: str
    points: int
    lost_unflushed: bool = False
    lost_all: bool = False


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How many products of a generation (or of one job) are in which state."""

    pending: int
    leased: int
    indexed: int
    failed: int

    @property
    def waiting(self) -> int:
        """Neither indexed nor given up yet."""
        return self.pending + self.leased
