"""Opening a shard's files, whatever state they are in.

A write that the engine cannot digest makes it panic after it stands in the WAL, and then every load panics too. Worse:
a load that panics writes half of what it replayed into the segments. So a shard that was not left in good order is
copied before it is loaded; if the load fails, the copy takes its place without the WAL, as it was at its last flush,
and SQL refills the rest. If even that fails, the shard is made anew. Nothing is deleted: damaged files go into a
quarantine.
"""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import qdrant_edge as edge

from core.errors import StoreError, StoreUnavailable
from core.generations import Generation
from vectorstore.embedded.filters import engine_path
from vectorstore.embedded.folder import ShardFolder, disk_errors
from vectorstore.embedded.guard import call_engine
from vectorstore.embedded.schema import INDEX_KINDS, INDEXED_FIELDS, engine_config
from vectorstore.embedded.sparse_copy import copy_folder

_log = logging.getLogger(__name__)

# A segment may have seen more updates than it was flushed with; counting so many costs less than a tenth of a second.
_UNFLUSHED_UPDATES = 10_000


def open_shard(folder: ShardFolder, generation: Generation) -> edge.EdgeShard:
    """Open the shard in `folder`, with as much of it as can be saved; what may be lost is marked in the folder.

    Raises
    ------
    StoreUnavailable: another process has it open, or the machine lacks something.
    """
    if not folder.shard.exists() and not folder.spare.exists():
        return _create(folder, generation)
    if not folder.clean:
        folder.mark_lossy()
        _keep_spare(folder)
    try:
        shard = _load(folder)
    except StoreUnavailable:
        raise
    except StoreError as error:
        shard = _saved(folder, generation, error)
    _discard_spare(folder)
    folder.discard_copies()
    return shard


def create_index(shard: edge.EdgeShard, field: str, kind: str) -> None:
    """Index a payload field by its kind, unless it is indexed."""
    path = engine_path(field)
    if path not in call_engine(shard.info).payload_schema:
        call_engine(lambda: shard.update(edge.UpdateOperation.create_field_index(path, INDEX_KINDS[kind])))


def _saved(folder: ShardFolder, generation: Generation, cause: StoreError) -> edge.EdgeShard:
    folder.mark_lossy()
    had_spare = folder.spare.exists()
    target = folder.quarantine(folder.shard if had_spare else folder.shard / "wal")
    _log.error("the shard in %s cannot be loaded (%s); what is damaged went to %s", folder.path, cause, target)
    if had_spare:
        with disk_errors("put a shard's copy in its place"):
            folder.spare.rename(folder.shard)
    try:
        return _load(folder)
    except StoreUnavailable:
        raise
    except StoreError as error:
        _log.error("the shard in %s is lost (%s); it went to %s", folder.path, error, folder.quarantine(folder.shard))
    return _create(folder, generation)


def _keep_spare(folder: ShardFolder) -> None:
    """Copy everything but the WAL. A copy that is there already is of a load that did not end; it is the sound one."""
    with disk_errors("copy a shard that was not left in good order"):
        if folder.spare.exists():
            if (folder.shard / "segments").exists():
                shutil.rmtree(folder.shard / "segments")
            copy_folder(folder.spare, folder.shard, without="wal")
            return
        draft = folder.spare.with_suffix(".draft")
        if draft.exists():
            shutil.rmtree(draft)
        copy_folder(folder.shard, draft, without="wal")
        draft.rename(folder.spare)


def _discard_spare(folder: ShardFolder) -> None:
    with disk_errors("delete a shard's copy"):
        if folder.spare.exists():
            shutil.rmtree(folder.spare)


def _create(folder: ShardFolder, generation: Generation) -> edge.EdgeShard:
    """Make the engine's files in a folder that has none, with indexes on the fields of every product."""
    folder.mark_fresh()
    with disk_errors("make a shard"):
        folder.shard.mkdir(parents=True)
    shard = call_engine(lambda: edge.EdgeShard.create(str(folder.shard), engine_config(generation)))
    _create_indexes(shard)
    return shard


def _load(folder: ShardFolder) -> edge.EdgeShard:
    counts = (folder.shard / "wal").exists()
    shard = call_engine(lambda: edge.EdgeShard.load(str(folder.shard)))
    if not counts:
        _count_on(shard, folder)
    # They are missing if the process died while the shard was being made.
    _create_indexes(shard)
    return shard


def _count_on(shard: edge.EdgeShard, folder: ShardFolder) -> None:
    """Have the engine count its updates from where it was.

    It numbers them by the WAL and ignores an update of a point whose last one had a larger number. Without the WAL it
    would begin at 0, and for a long time nothing that is there could be changed or deleted.
    """
    count = max(map(_last_update, (folder.shard / "segments").glob("*/segment.json")), default=0)
    nothing = edge.UpdateOperation.delete_points([])
    for _ in range(count + _UNFLUSHED_UPDATES):
        call_engine(lambda: shard.update(nothing))


def _last_update(segment: Path) -> int:
    """The number of the last update that a segment says it has been flushed with; 0 if it says nothing."""
    try:
        return int(json.loads(segment.read_text(encoding="utf-8"))["version"] or 0)
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _create_indexes(shard: edge.EdgeShard) -> None:
    for field, kind in INDEXED_FIELDS.items():
        create_index(shard, field, kind)
