"""Poisons the WAL of a shard, as a client without checks would: opens its files, and dies without closing them.

poison_script.py SHARD_FOLDER
"""

from __future__ import annotations

import os
import sys

import qdrant_edge as edge

UNFLUSHED_ID = 4_711


def main() -> None:
    shard = edge.EdgeShard.load(sys.argv[1])
    sound = edge.Point(UNFLUSHED_ID, {}, {"_id": "unflushed", "_version": 1})
    shard.update(edge.UpdateOperation.upsert_points([sound]))
    poison = edge.Point(4_712, {"lexical": edge.SparseVector([1, 2, 3], [1.0])}, {"_id": "poison", "_version": 1})
    try:
        shard.update(edge.UpdateOperation.upsert_points([poison]))
    except BaseException as error:  # noqa: BLE001 - a panic is no Exception, and its class cannot be imported.
        sys.stdout.write(type(error).__name__)
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
