"""How a generation's collection is laid out on a server, and whether one that exists is that generation's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qdrant_client import models

from core.errors import ForeignStore, SchemaMismatch
from core.generations import LEXICAL, PHOTOS, Generation
from vectorstore.checks import dense_dims, has_lexical

VERSION_FIELD = "_version"

# The first server with turbo quantisation. Older ones also ignore the condition of a conditional upsert in silence.
SERVER_VERSION_MIN = (1, 18)

PAYLOAD_INDEXES: Mapping[str, models.PayloadSchemaType] = {
    VERSION_FIELD: models.PayloadSchemaType.INTEGER,
    "brand": models.PayloadSchemaType.KEYWORD,
    "category": models.PayloadSchemaType.KEYWORD,
    "currency": models.PayloadSchemaType.KEYWORD,
    "group_id": models.PayloadSchemaType.KEYWORD,
    "price": models.PayloadSchemaType.FLOAT,
    "available": models.PayloadSchemaType.BOOL,
    "created_at": models.PayloadSchemaType.DATETIME,
}

INDEX_KINDS: Mapping[str, models.PayloadSchemaType] = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "number": models.PayloadSchemaType.FLOAT,
    "bool": models.PayloadSchemaType.BOOL,
    "datetime": models.PayloadSchemaType.DATETIME,
}


@dataclass(frozen=True, slots=True)
class Ownership:
    """What a collection's metadata says about whose it is.

    Attributes
    ----------
    epoch: drawn at random when the collection was created, so that one made anew is told from one that was kept.
    """

    database_id: str
    generation_id: str
    epoch: str

    def as_metadata(self) -> dict[str, str]:
        """The metadata with which the collection is created."""
        return {
            "vitrine_database": self.database_id,
            "vitrine_generation": self.generation_id,
            "vitrine_epoch": self.epoch,
        }


def collection_name(generation_id: str) -> str:
    """The name of a generation's collection."""
    return f"vitrine_{generation_id}"


def vectors_config(generation: Generation) -> dict[str, models.VectorParams]:
    """Cosine everywhere; HNSW as the server does it over turbo-quantised numbers, no index for `photos`.

    Below its own threshold of some 10,000 kilobytes per segment a server scans without an index, as the embedded
    engine does; beyond it builds HNSW in the background, at its own defaults.
    """
    return {
        name: _photos_params(dim) if name == PHOTOS else _dense_params(dim)
        for name, dim in dense_dims(generation).items()
    }


def sparse_config(generation: Generation) -> dict[str, models.SparseVectorParams]:
    """The lexical vector, if the generation has one; the server multiplies by IDF at query time."""
    return {LEXICAL: models.SparseVectorParams(modifier=models.Modifier.IDF)} if has_lexical(generation) else {}


def check_ownership(info: models.CollectionInfo, database_id: str, generation_id: str) -> Ownership:
    """Whose collection this is.

    Raises
    ------
    ForeignStore: another database's, another generation's, or none of Vitrine's.
    """
    metadata: Mapping[str, Any] = info.config.metadata or {}
    owner = Ownership(
        str(metadata.get("vitrine_database", "")),
        str(metadata.get("vitrine_generation", "")),
        str(metadata.get("vitrine_epoch", "")),
    )
    if (owner.database_id, owner.generation_id) != (database_id, generation_id) or not owner.epoch:
        raise ForeignStore(
            f"the collection {collection_name(generation_id)} on the Qdrant server belongs to database "
            f"{owner.database_id or 'unknown'!r}, not to {database_id!r}. Use another server for each database, or "
            "delete the collection there if nothing needs it"
        )
    return owner


def check_schema(info: models.CollectionInfo, generation: Generation) -> None:
    """Compare names and sizes of the vectors.

    Raises
    ------
    SchemaMismatch: they are not those of the generation.
    """
    found = info.config.params.vectors
    sizes = {name: params.size for name, params in found.items()} if isinstance(found, Mapping) else {}
    sparse = set(info.config.params.sparse_vectors or {})
    if sizes != dense_dims(generation) or sparse != set(sparse_config(generation)):
        raise SchemaMismatch(
            f"the collection {collection_name(generation.id)} holds {_described(sizes, sparse)}, but its generation "
            f"needs {_described(dense_dims(generation), set(sparse_config(generation)))}. Build a new generation: "
            "the vectors of one encoder cannot be searched with another's"
        )


def _dense_params(dim: int) -> models.VectorParams:
    turbo = models.TurboQuantQuantizationConfig(always_ram=True, bits=models.TurboQuantBitSize.BITS4)
    return models.VectorParams(
        size=dim,
        distance=models.Distance.COSINE,
        quantization_config=models.TurboQuantization(turbo=turbo),
    )


def _photos_params(dim: int) -> models.VectorParams:
    return models.VectorParams(
        size=dim,
        distance=models.Distance.COSINE,
        on_disk=True,
        hnsw_config=models.HnswConfigDiff(m=0),
        multivector_config=models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM),
    )


def _described(sizes: Mapping[str, int], sparse: set[str]) -> str:
    return ", ".join([*(f"{name} ({size})" for name, size in sorted(sizes.items())), *sorted(sparse)]) or "no vectors"
