"""The embedded vector store, as clients see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput, StoreUnavailable
from core.filters import Filter, field_kind
from core.generations import Generation
from core.indexing import CollectionStatus, Point, ScoredPoint, ScoredTogether, StoredPoint, ViewQuery
from core.vectors import SparseVector
from vectorstore.checks import check_page, check_payloads, check_points, check_queries, check_vector_names
from vectorstore.embedded.address import EngineFiles
from vectorstore.embedded.connections import Connections
from vectorstore.embedded.wire import filter_to_wire, generation_from_wire, generation_to_wire, unpack

QUERY_TIMEOUT_S = 60.0
WRITE_TIMEOUT_S = 600.0
_POINTS_PER_REQUEST = 256
_IDS_PER_REQUEST = 1_000
_EPOCH_TRIES = 3
_INDEX_KINDS = ("keyword", "number", "bool", "datetime")

_Item = TypeVar("_Item")


class EmbeddedStore:
    """`core.protocols.VectorStore` on the embedded engine, which runs in a process of its own. Thread-safe.

    Parameters
    ----------
    data_dir: folder of the engine's files; made when missing.
    database_id: of the SQL database the vectors derive from; shards of another one are refused.
    shop: whose products these are.
    idle_exit_s: the engine's process ends this long after its last client left.
    """

    def __init__(self, data_dir: Path, database_id: str, shop: str, *, idle_exit_s: float) -> None:
        self._shop = shop
        self._connections = Connections(EngineFiles(Path(data_dir).absolute()), database_id, idle_exit_s)
        self._generations: dict[str, Generation] = {}

    def ensure(self, generation: Generation) -> CollectionStatus:
        """Open or create the generation's shard.

        Raises
        ------
        ForeignStore, SchemaMismatch: the folder holds something else.
        """
        if generation.shop != self._shop:
            raise InvalidInput("is of another shop", field="generation", value=generation.shop)
        status = self._write("ensure", {"generation": generation_to_wire(generation)})
        self._generations[generation.id] = generation
        return CollectionStatus(**status)

    def drop(self, generation_id: str) -> None:
        """Delete a shard; one that does not exist is no error."""
        self._generations.pop(generation_id, None)
        self._write("drop", {"generation_id": generation_id})

    def upsert(self, generation_id: str, points: Sequence[Point]) -> str:
        """Write points, each unless a newer version of it is there; returns the epoch that acknowledged all of them."""
        check_points(points, self._generation(generation_id))

        def send(chunk: Sequence[Point]) -> str:
            rows = [_point_row(point) for point in chunk]
            return str(self._write("upsert", {"generation_id": generation_id, "points": rows}))

        return self._in_one_epoch(send, points, _POINTS_PER_REQUEST)

    def set_payloads(self, generation_id: str, payloads: Mapping[str, tuple[int, Mapping[str, Any]]]) -> str:
        """Replace payloads, each unless a newer version of the product is there; returns the epoch."""
        check_payloads(payloads)

        def send(chunk: Sequence[tuple[str, tuple[int, Mapping[str, Any]]]]) -> str:
            return str(self._write("set_payloads", {"generation_id": generation_id, "payloads": dict(chunk)}))

        return self._in_one_epoch(send, list(payloads.items()), _POINTS_PER_REQUEST)

    def delete(self, generation_id: str, product_ids: Sequence[str]) -> str:
        """Delete points; unknown ones are no error. Returns the epoch."""

        def send(chunk: Sequence[str]) -> str:
            return str(self._write("delete", {"generation_id": generation_id, "product_ids": list(chunk)}))

        return self._in_one_epoch(send, product_ids, _IDS_PER_REQUEST)

    def query(
        self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None, *, payload: bool = True
    ) -> list[list[ScoredPoint]]:
        """Answer several queries under one filter in one call; equal scores are ordered by product id."""
        check_queries(queries, self._generation(generation_id))
        rows = [[query.using, _wire_vector(query.vector), query.limit] for query in queries]
        body = self._read(
            "query",
            {"generation_id": generation_id, "queries": rows, "where": filter_to_wire(where), "payload": payload},
        )
        product_ids: list[str] = body["ids"]
        payloads = [unpack(packed) for packed in body["payloads"]] if payload else [{}] * len(product_ids)
        answers = []
        for positions, scores in body["views"]:
            found = [
                ScoredPoint(product_ids[at], score, payloads[at])
                for at, score in zip(positions.tolist(), scores.tolist(), strict=True)
            ]
            answers.append(sorted(found, key=lambda point: (-point.score, point.product_id)))
        return answers

    def score_together(self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None) -> ScoredTogether:
        """What any of several queries finds, scored by all of them; one exchange with the engine's process."""
        check_queries(queries, self._generation(generation_id))
        rows = [[query.using, _wire_vector(query.vector), query.limit] for query in queries]
        product_ids, scores = self._read(
            "score_together", {"generation_id": generation_id, "queries": rows, "where": filter_to_wire(where)}
        )
        return ScoredTogether(tuple(product_ids), scores)

    def retrieve(
        self, generation_id: str, product_ids: Sequence[str], *, vectors: Sequence[str] = (), payload: bool = False
    ) -> dict[str, StoredPoint]:
        """Fetch points by product id, with the dense vectors that were named; unknown ids are left out."""
        check_vector_names(vectors, self._generation(generation_id))
        found: dict[str, StoredPoint] = {}
        for chunk in _chunks(list(dict.fromkeys(product_ids)), _IDS_PER_REQUEST):
            arguments = {"product_ids": list(chunk), "vectors": list(vectors), "payload": payload}
            for product_id, arrays, packed in self._read("retrieve", {"generation_id": generation_id, **arguments}):
                found[product_id] = StoredPoint(product_id, arrays, {} if packed is None else unpack(packed))
        return {product_id: found[product_id] for product_id in product_ids if product_id in found}

    def count(self, generation_id: str, where: Filter | None = None) -> int:
        """How many points match, exactly."""
        return int(self._read("count", {"generation_id": generation_id, "where": filter_to_wire(where)}))

    def product_ids(self, generation_id: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """One page of all product ids, in the order of their point ids, and the next page's cursor or None."""
        check_page(limit)
        page, following = self._read("product_ids", {"generation_id": generation_id, "after": after, "limit": limit})
        return page, following

    def index_field(self, generation_id: str, field: str, kind: str) -> None:
        """Make filters on a field fast. Idempotent."""
        field_kind(field, "index")
        if kind not in _INDEX_KINDS:
            raise InvalidInput(f"must be one of {', '.join(_INDEX_KINDS)}", field="kind", value=kind)
        if field != "id":
            self._write("index_field", {"generation_id": generation_id, "field": field, "kind": kind})

    def flush(self, generation_id: str) -> None:
        """Return when everything acknowledged so far has been fsynced."""
        self._write("flush", {"generation_id": generation_id})

    def status(self, generation_id: str) -> CollectionStatus:
        """The shard's epoch, size and losses."""
        return CollectionStatus(**self._read("status", {"generation_id": generation_id}))

    def close(self) -> None:
        """Hang up; the engine's process leaves by itself when nobody else needs it."""
        self._connections.close()

    def _read(self, operation: str, arguments: dict[str, Any]) -> Any:
        return self._connections.call(operation, arguments, QUERY_TIMEOUT_S)

    def _write(self, operation: str, arguments: dict[str, Any]) -> Any:
        return self._connections.call(operation, arguments, WRITE_TIMEOUT_S)

    def _generation(self, generation_id: str) -> Generation:
        generation = self._generations.get(generation_id)
        if generation is None:
            generation = generation_from_wire(self._read("describe", {"generation_id": generation_id}))
            self._generations[generation_id] = generation
        return generation

    def _in_one_epoch(self, send: Callable[[Sequence[_Item]], str], items: Sequence[_Item], size: int) -> str:
        """Write in chunks until one epoch has acknowledged them all.

        When the engine is replaced half way, the first chunks were acknowledged by an epoch that may have lost them.
        """
        for _ in range(_EPOCH_TRIES):
            epochs = {send(chunk) for chunk in _chunks(items, size)}
            if len(epochs) == 1:
                return epochs.pop()
        raise StoreUnavailable("the embedded engine was replaced again and again during one write. See engine.log")


def _chunks(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """Parts of at most `size` items, and at least one part, be it empty."""
    for start in range(0, max(1, len(items)), size):
        yield items[start : start + size]


def _point_row(point: Point) -> list[Any]:
    dense: dict[str, NDArray[np.float32]] = {**point.vectors.dense, **point.vectors.multi}
    sparse = {name: _wire_vector(vector) for name, vector in point.vectors.sparse.items()}
    return [point.product_id, point.version, dense, sparse, dict(point.payload)]


def _wire_vector(vector: NDArray[np.float32] | SparseVector) -> Any:
    return [vector.indices, vector.values] if isinstance(vector, SparseVector) else vector
