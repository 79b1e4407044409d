"""The protocols that cross parts. Each has at least two real implementations and one suite of tests for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.encoders import EncoderDescription
from core.filters import Filter
from core.generations import Generation
from core.indexing import (
    CollectionStatus,
    Failure,
    IndexProgress,
    LeasedProduct,
    Point,
    ScoredPoint,
    ScoredTogether,
    StoredPoint,
    ViewQuery,
)
from core.vectors import FloatArray, SparseVector


class Encoder(Protocol):
    """Pixels and words to vectors. All vectors are float32 rows of unit length; methods are thread-safe."""

    @property
    def description(self) -> EncoderDescription:
        """What is known of it without loading it."""

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """Decode, orient, flatten and resize one photo to what the model looks at: uint8 (height, width, 3).

        Raises
        ------
        InvalidPhoto: bytes that are no usable picture.
        """

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        """Embed prepared photos: (n, dim)."""

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Embed what people type: (n, dim)."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Embed the words of products: (n, dim)."""


class ProductEncoder(Protocol):
    """Whole products to vectors, float32 rows of unit length; methods are thread-safe."""

    @property
    def description(self) -> EncoderDescription:
        """What is known of it without loading it."""

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """As `Encoder.prepare_photo`."""

    def embed_products(self, photos: Sequence[NDArray[np.uint8] | None], texts: Sequence[str]) -> FloatArray:
        """Embed products by their first photo, prepared, where they have one, and their words: (n, dim)."""


class LexicalEncoder(Protocol):
    """Words to term weights, for queries and passages of the lexical vector."""

    @property
    def name(self) -> str:
        """Names how texts become terms; vectors that were made under another name have to be made again."""

    def passage(self, text: str) -> SparseVector:
        """BM25 term weights of a product's words, without IDF (the engine adds it)."""

    def query(self, text: str) -> SparseVector:
        """Term weights of what a person typed."""

    def weighted_query(self, weights: Mapping[str, float]) -> SparseVector:
        """Term weights of several texts, each with a weight above 0 of its own; the largest counts for a term."""


class VectorStore(Protocol):
    """Collections of points, one per generation.

    A write is acknowledged when it would survive the death of the store's own process; `flush` makes it survive the
    machine's. All methods raise `StoreUnavailable` when the store cannot be reached and `StoreCorrupted` when it
    reports damage; point ids are UUIDv5 of shop and product id.
    """

    def ensure(self, generation: Generation) -> CollectionStatus:
        """Open or create the generation's collection; raises `SchemaMismatch` or `ForeignStore`."""

    def drop(self, generation_id: str) -> None:
        """Delete a collection with everything in it; one that does not exist is no error."""

    def upsert(self, generation_id: str, points: Sequence[Point]) -> str:
        """Write points, each unless a newer version of it is there; returns the epoch that acknowledged them.

        Everything is checked before the engine sees it; a refused batch has written nothing (`InvalidVector`).
        """

    def set_payloads(self, generation_id: str, payloads: Mapping[str, tuple[int, Mapping[str, Any]]]) -> str:
        """Replace payloads by product id, each with its version, vectors untouched; returns the epoch.

        A product without a point is left out in silence: the caller asks `retrieve` when it matters.
        """

    def delete(self, generation_id: str, product_ids: Sequence[str]) -> str:
        """Delete points; unknown ones are no error. Returns the epoch."""

    def query(
        self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None, *, payload: bool = True
    ) -> list[list[ScoredPoint]]:
        """Answer several queries under one filter in one call, each best first."""

    def score_together(self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None) -> ScoredTogether:
        """What any of several queries finds within its own limit, scored by all of them.

        Without this a product that just missed one list would count as if it had nothing to do with that query.
        """

    def retrieve(
        self, generation_id: str, product_ids: Sequence[str], *, vectors: Sequence[str] = (), payload: bool = False
    ) -> dict[str, StoredPoint]:
        """Fetch points by product id, with the dense vectors that were named; unknown ids are left out."""

    def count(self, generation_id: str, where: Filter | None = None) -> int:
        """How many points match, exactly."""

    def product_ids(self, generation_id: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """One page of all product ids, in the store's own order, and the cursor of the next page or None."""

    def index_field(self, generation_id: str, field: str, kind: str) -> None:
        """Make filters on a field fast; `kind` is `keyword`, `number`, `bool` or `datetime`. Idempotent."""

    def flush(self, generation_id: str) -> None:
        """Return when everything acknowledged so far would survive the machine's death."""

    def status(self, generation_id: str) -> CollectionStatus:
        """The collection's epoch, size and losses."""

    def close(self) -> None:
        """Let go; the data stays."""


class JobQueue(Protocol):
    """What is to be indexed. Its truth is the database; messages only wake.

    `claim` hands out each product to one owner at a time, until its lease ends. `complete` and `fail` count only for
    the version that was claimed and only while the lease is still the owner's; anything else is queued again.
    """

    def claim(self, generation_id: str, owner: str, limit: int, lease_s: float) -> list[LeasedProduct]:
        """Lease up to `limit` products that are pending, or whose lease has ended."""

    def extend(self, generation_id: str, owner: str, items: Sequence[LeasedProduct], lease_s: float) -> set[str]:
        """Hold the leases longer; returns the product ids that are still this owner's and still this version."""

    def complete(self, generation_id: str, owner: str, items: Sequence[LeasedProduct], epoch: str) -> int:
        """Mark as indexed by compare-and-set on version, lease and the store's epoch; returns how many counted."""

    def fail(self, generation_id: str, owner: str, failures: Sequence[Failure], attempts_max: int) -> int:
        """Note why; give up when permanent or tried `attempts_max` times, else queue again later."""

    def progress(self, generation_id: str) -> IndexProgress:
        """How many products are in which state."""
