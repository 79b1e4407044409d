"""Points, queries and answers between the domain's values and the client's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qdrant_client import models

from core.errors import StoreCorrupted
from core.generations import PHOTOS
from core.indexing import Point, ScoredPoint, ScoredTogether, StoredPoint, ViewQuery
from core.vectors import SparseVector
from vectorstore.ids import point_id
from vectorstore.served.schema import VERSION_FIELD

# Quantised numbers choose four times as many candidates, exact ones order them, as in the embedded engine.
OVERSAMPLING = 4.0
_SEARCH_PARAMS = models.SearchParams(
    quantization=models.QuantizationSearchParams(rescore=True, oversampling=OVERSAMPLING)
)


def newest(points: Iterable[Point]) -> list[Point]:
    """One point per product: of several in one batch the newest, and of equally new ones the last."""
    chosen: dict[str, Point] = {}
    for point in points:
        other = chosen.get(point.product_id)
        if other is None or other.version <= point.version:
            chosen[point.product_id] = point
    return list(chosen.values())


def stored_payload(product_id: str, version: int, payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload with what the store needs beside it: the product's id and version."""
    return {**payload, "id": product_id, VERSION_FIELD: version}


def not_newer_than(version: int) -> models.Condition:
    """Holds of points of this version or an older one."""
    return models.FieldCondition(key=VERSION_FIELD, range=models.Range(lte=version))


def to_struct(point: Point, shop: str) -> models.PointStruct:
    """A checked point as the client takes it."""
    vector: dict[str, Any] = {name: row.tolist() for name, row in point.vectors.dense.items()}
    vector |= {name: rows.tolist() for name, rows in point.vectors.multi.items()}
    vector |= {name: _sparse(weights) for name, weights in point.vectors.sparse.items()}
    return models.PointStruct(
        id=point_id(shop, point.product_id),
        vector=vector,
        payload=stored_payload(point.product_id, point.version, point.payload),
    )


def to_request(query: ViewQuery, where: models.Filter | None, payload: bool) -> models.QueryRequest:
    """A checked query as the client takes it."""
    with_payload: bool | list[str] = payload or ["id"]
    params = None
    if isinstance(query.vector, SparseVector):
        nearest: models.SparseVector | list[float] | list[list[float]] = _sparse(query.vector)
    elif query.using == PHOTOS:
        nearest = [query.vector.tolist()]
    else:
        nearest, params = query.vector.tolist(), _SEARCH_PARAMS
    return models.QueryRequest(
        query=models.NearestQuery(nearest=nearest),
        using=query.using,
        filter=where,
        limit=query.limit,
        params=params,
        with_payload=with_payload,
    )


def to_hits(points: Sequence[models.ScoredPoint], payload: bool) -> list[ScoredPoint]:
    """An answer, best first; ties are broken by product id, because engines return them in any order."""
    hits = [
        ScoredPoint(product_id_of(point.payload), float(point.score), shown_payload(point.payload) if payload else {})
        for point in points
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.product_id))


def scored_together(product_ids: Sequence[str], answers: Sequence[Sequence[ScoredPoint]]) -> ScoredTogether:
    """Answers of several queries about the same products in columns; products without any score are left out."""
    position = {product_id: at for at, product_id in enumerate(product_ids)}
    scores = np.full((len(answers), len(product_ids)), np.nan, dtype=np.float32)
    for row, answer in zip(scores, answers, strict=True):
        for hit in answer:
            row[position[hit.product_id]] = hit.score
    there = np.flatnonzero(~np.isnan(scores).all(axis=0))
    return ScoredTogether(tuple(product_ids[at] for at in there.tolist()), scores[:, there])


def to_stored(record: models.Record, payload: bool) -> StoredPoint:
    """A fetched point with the dense vectors that came with it."""
    found = record.vector if isinstance(record.vector, Mapping) else {}
    vectors: dict[str, NDArray[np.float32]] = {
        name: np.asarray(vector, dtype=np.float32) for name, vector in found.items()
    }
    return StoredPoint(product_id_of(record.payload), vectors, shown_payload(record.payload) if payload else {})


def product_id_of(payload: Mapping[str, Any] | None) -> str:
    """The product a stored point is of.

    Raises
    ------
    StoreCorrupted: the point has no product id, so something else wrote it.
    """
    product_id = (payload or {}).get("id")
    if not isinstance(product_id, str):
        raise StoreCorrupted("a point on the Qdrant server has no product id. Something but Vitrine writes there")
    return product_id


def shown_payload(payload: Mapping[str, Any] | None) -> dict[str, Any]:
    """A payload without what is the store's own."""
    return {name: value for name, value in (payload or {}).items() if name != VERSION_FIELD}


def _sparse(weights: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=weights.indices.tolist(), values=weights.values.tolist())
