"""Points and queries as they come over the wire, and as the engine takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import qdrant_edge as edge

from core.vectors import SparseVector
from vectorstore.ids import point_id

VERSION_KEY, ID_KEY = "_version", "_id"
# An upsert of this many points keeps a waiting query for some 10 ms: every call of the engine holds the GIL.
POINTS_PER_UPDATE = 128


class PointRow(NamedTuple):
    """A point as it came over the wire; sparse vectors as pairs of indices and values."""

    product_id: str
    version: int
    dense: Mapping[str, Any]
    sparse: Mapping[str, Sequence[Any]]
    payload: Mapping[str, Any]


class QueryRow(NamedTuple):
    """A query as it came over the wire: the vector is an array, or a pair of indices and values."""

    using: str
    vector: Any
    limit: int


def engine_point(row: PointRow, shop: str) -> edge.Point:
    """The point of one of the shop's products.

    Raises
    ------
    InvalidVector: a sparse vector that the engine could not digest.
    """
    vectors: dict[str, Any] = dict(row.dense)
    for name, (indices, values) in row.sparse.items():
        vectors[name] = _sparse(indices, values)
    payload = {**row.payload, VERSION_KEY: row.version, ID_KEY: row.product_id}
    return edge.Point(point_id(shop, row.product_id), vectors, payload)


def engine_request(row: QueryRow, where: edge.Filter | None, params: edge.SearchParams) -> edge.QueryRequest:
    """The query, under a filter; raises like `engine_point`."""
    vector = _sparse(*row.vector) if isinstance(row.vector, list) else row.vector
    nearest = edge.Query.Nearest(vector, using=row.using)
    return edge.QueryRequest(limit=row.limit, query=nearest, filter=where, params=params)


def _sparse(indices: Any, values: Any) -> edge.SparseVector:
    checked = SparseVector(indices, values)
    return edge.SparseVector(checked.indices.tolist(), checked.values.tolist())
