"""How a generation looks in the embedded engine."""

from __future__ import annotations

from collections.abc import Callable

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
#
# Where there are graphs, so many candidates are looked at as a search asks a view for by default, four times, and a few
# more: fewer cost recall where ten are asked for (see docs/measurements.md).
SEARCH_PARAMS = edge.SearchParams(
    hnsw_ef=512, quantization=edge.QuantizationSearchParams(rescore=True, oversampling=4.0)
)
EXACT_PARAMS = edge.SearchParams(exact=True)
# What a filter leaves of a shard with graphs is compared with one by one, if it is no more than this: that takes two
# milliseconds and misses nothing. The graph of a filter that leaves little is torn, unless it has links of its own,
# and these make building longer.
SCANNED_POINTS_MAX = 40_000


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
    return _config(generation, _flat, None)


def graph_config(generation: Generation) -> edge.EdgeConfig:
    """The same with graphs over the dense vectors, whatever their number; loading with it changes a shard for good.

    Photos stay without: they are only asked about among products that were found by other vectors.
    """
    return _config(generation, _graph, edge.EdgeOptimizersConfig(indexing_threshold=1))


def _config(
    generation: Generation,
    index: Callable[[int], edge.HnswIndexConfig],
    optimizers: edge.EdgeOptimizersConfig | None,
) -> edge.EdgeConfig:
    sizes = vector_sizes(generation)
    lexical = (
        {LEXICAL: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)} if sizes.pop(LEXICAL, None) == 0 else {}
    )
    vectors = {name: _photos(size) if name == PHOTOS else _dense(size, index(size)) for name, size in sizes.items()}
    return edge.EdgeConfig(vectors=vectors, sparse_vectors=lexical, wal_enabled=True, optimizers=optimizers)


def _flat(_: int) -> edge.HnswIndexConfig:
    return edge.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)


def _graph(size: int) -> edge.HnswIndexConfig:
    # In units of 1,024 bytes of vectors of 32-bit numbers.
    threshold = -(-SCANNED_POINTS_MAX * size * 4 // 1_024)
    return edge.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=threshold)


def _dense(size: int, index: edge.HnswIndexConfig) -> edge.EdgeVectorParams:
    codes = edge.TurboQuantQuantizationConfig(bits=edge.TurboQuantBitSize.Bits4, memory=edge.Memory.Pinned)
    return edge.EdgeVectorParams(size, edge.Distance.Cosine, hnsw_config=index, quantization_config=codes)


def _photos(size: int) -> edge.EdgeVectorParams:
    best_photo = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim)
    return edge.EdgeVectorParams(size, edge.Distance.Cosine, hnsw_config=_flat(size), multivector_config=best_photo)
