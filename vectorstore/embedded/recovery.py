"""Opening a shard's files, whatever state they are in.

A damaged WAL makes every load panic; without it the shard comes back as it was at its last flush, and SQL refills the
rest. If even that fails, the shard is made anew. Nothing is deleted: damaged files are moved into a quarantine.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import qdrant_edge as edge

from core.errors import StoreError, StoreUnavailable
from core.generations import Generation
from vectorstore.embedded.filters import engine_path
from vectorstore.embedded.folder import ShardFolder, disk_errors
from vectorstore.embedded.guard import call_engine
from vectorstore.embedded.schema import INDEX_KINDS, INDEXED_FIELDS, engine_config

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedShard:
    """An open shard, and what may have been lost before."""

    shard: edge.EdgeShard
    lost_unflushed: bool
    lost_all: bool


def open_shard(folder: ShardFolder, generation: Generation) -> OpenedShard:
    """Open the shard in `folder`, with as much of it as can be saved.

    Raises
    ------
    StoreUnavailable: another process has it open, or the machine lacks something.
    """
    clean = folder.clean
    if not folder.shard.exists():
        return OpenedShard(create_shard(folder, generation), False, True)
    try:
        return OpenedShard(_load(folder), not clean, folder.fresh)
    except StoreUnavailable:
        raise
    except StoreError as error:
        _log.error(
            "the shard in %s cannot be loaded (%s); its WAL goes to %s",
            folder.path,
            error,
            folder.quarantine("shard/wal"),
        )
    try:
        return OpenedShard(_load(folder), True, folder.fresh)
    except StoreUnavailable:
        raise
    except StoreError as error:
        _log.error("the shard in %s is lost (%s); it goes to %s", folder.path, error, folder.quarantine("shard"))
    return OpenedShard(create_shard(folder, generation), True, True)


def create_shard(folder: ShardFolder, generation: Generation) -> edge.EdgeShard:
    """Make the engine's files in a folder that has none, with indexes on the fields of every product."""
    folder.mark_fresh()
    with disk_errors("make a shard"):
        folder.shard.mkdir(parents=True)
    shard = call_engine(lambda: edge.EdgeShard.create(str(folder.shard), engine_config(generation)))
    _create_indexes(shard)
    call_engine(shard.flush)
    folder.mark_clean()
    return shard


def create_index(shard: edge.EdgeShard, field: str, kind: str) -> None:
    """Index a payload field by its kind, unless it is indexed."""
    path = engine_path(field)
    if path not in call_engine(shard.info).payload_schema:
        call_engine(lambda: shard.update(edge.UpdateOperation.create_field_index(path, INDEX_KINDS[kind])))


def _load(folder: ShardFolder) -> edge.EdgeShard:
    shard = call_engine(lambda: edge.EdgeShard.load(str(folder.shard)))
    # They are missing if the process died while the shard was being made.
    _create_indexes(shard)
    return shard


def _create_indexes(shard: edge.EdgeShard) -> None:
    for field, kind in INDEXED_FIELDS.items():
        create_index(shard, field, kind)
