"""How a generation looks in the embedded engine."""

from __future__ import annotations

import qdrant_edge as edge

from core.generations import IMAGE, LEXICAL, PHOTOS, Generation

INDEXED_FIELDS = {
    "brand": "keyword",
    "category": "keyword",
    "currency": "keyword",
    "group_id": "keyword",
    "price": "number",
    "available": "bool",
    "created_at": "datetime",
}
INDEX_KINDS = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "number": edge.PayloadSchemaType.Float,
    "bool": edge.PayloadSchemaType.Bool,
    "datetime": edge.PayloadSchemaType.Datetime,
}
# Flat search over 4-bit codes finds what exact search finds once four times as many candidates are scored again with
# the original vectors. Twice as many do for vectors of one tower; but words that ask photo vectors lie far from all of
# them, and found 0.981 of the ten best of 37,774 (see docs/measurements.md).
SEARCH_PARAMS = edge.SearchParams(quantization=edge.QuantizationSearchParams(rescore=True, oversampling=4.0))
EXACT_PARAMS = edge.SearchParams(exact=True)


def vector_sizes(generation: Generation) -> dict[str, int]:
    """Numbers per vector by vector name; 0 for the lexical one. Two generations of equal sizes fit one shard."""
    sizes = dict(generation.dense_dims)
    if IMAGE in sizes:
        sizes[PHOTOS] = sizes[IMAGE]
    if any(view.lexical for view in generation.views):
        sizes[LEXICAL] = 0
    return sizes


def engine_config(generation: Generation) -> edge.EdgeConfig:
    """The shard's configuration: flat quantised dense vectors, photos for MaxSim, words with the engine's own IDF."""
    sizes = vector_sizes(generation)
    lexical = (
        {LEXICAL: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)} if sizes.pop(LEXICAL, None) == 0 else {}
    )
    vectors = {name: _photos(size) if name == PHOTOS else _dense(size) for name, size in sizes.items()}
    return edge.EdgeConfig(vectors=vectors, sparse_vectors=lexical, wal_enabled=True)


def _flat() -> edge.HnswIndexConfig:
    return edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)


def _dense(size: int) -> edge.EdgeVectorParams:
    codes = edge.TurboQuantQuantizationConfig(bits=edge.TurboQuantBitSize.Bits4, memory=edge.Memory.Pinned)
    return edge.EdgeVectorParams(size, edge.Distance.Cosine, hnsw_config=_flat(), quantization_config=codes)


def _photos(size: int) -> edge.EdgeVectorParams:
    best_photo = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
    return edge.EdgeVectorParams(size, edge.Distance.Cosine, hnsw_config=_flat(), multivector_config=best_photo)
