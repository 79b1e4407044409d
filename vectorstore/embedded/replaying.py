"""Telling a copy of a shard what has been written to the shard since the copy was made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import qdrant_edge as edge

from vectorstore.embedded.guard import call_engine


def replay_points(copy: edge.EdgeShard, keys: Sequence[str], records: Sequence[edge.Record]) -> None:
    """Bring points of the copy to the state in which the shard has them.

    Parameters
    ----------
    keys: ids of the points.
    records: those of them that the shard has, with payload and vectors.
    """
    points = [edge.Point(record.id, record.vector or {}, record.payload) for record in records]
    if points:
        call_engine(lambda: copy.update(edge.UpdateOperation.upsert_points(points)))
    gone = set(keys) - {str(point.id) for point in points}
    if gone:
        call_engine(lambda: copy.update(edge.UpdateOperation.delete_points(list(gone))))


def replay_indexes(copy: edge.EdgeShard, shard: edge.EdgeShard) -> None:
    """Index the payload fields that have been indexed in the shard since."""
    known = call_engine(copy.info).payload_schema
    for path, index in call_engine(shard.info).payload_schema.items():
        if path not in known:
            call_engine(partial(copy.update, edge.UpdateOperation.create_field_index(path, index.data_type)))
