"""Building the graphs of a shard in a process of its own, on a copy, because the engine stands still while it builds.

`python -m vectorstore.embedded.building FOLDER COPY DATABASE_ID PARENT`: FOLDER is the shard's, COPY the name of the
copy in it, PARENT the process for which this is done. It says `copied` when it needs the shard no more, and in the end
`built`, or `nothing` if there was nothing to build. By then everything has been fsynced.
"""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import signal
import sys
from pathlib import Path

import qdrant_edge as edge

from core.errors import StoreUnavailable, VitrineError
from vectorstore.embedded.folder import ShardFolder, disk_errors, fsync_tree
from vectorstore.embedded.guard import call_engine
from vectorstore.embedded.schema import graph_config
from vectorstore.embedded.sparse_copy import copy_folder

COPIED, BUILT, NOTHING = "copied", "built", "nothing"
_log = logging.getLogger("vectorstore.embedded.building")
# Searches come first; whoever waits for a graph has a shard that serves.
_NICENESS = 10
_SIGNAL_AT_PARENTS_DEATH = 1


def main(arguments: list[str]) -> int:
    """Copy and build; returns the exit status."""
    parser = argparse.ArgumentParser(prog="vectorstore.embedded.building")
    parser.add_argument("folder", type=Path)
    parser.add_argument("copy")
    parser.add_argument("database_id")
    parser.add_argument("parent", type=int)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(message)s")
    try:
        _die_with(chosen.parent)
        _build(ShardFolder(chosen.folder), chosen.folder / chosen.copy, chosen.database_id)
    except VitrineError as error:
        _log.error("%s", error)
        return 1
    return 0


def _build(folder: ShardFolder, copy: Path, database_id: str) -> None:
    config = graph_config(folder.generation(database_id))
    with disk_errors("copy a shard to build its graphs"):
        # With the WAL, though it holds nothing new: from there the engine goes on counting its updates, and one with a
        # smaller number than the point's last one is ignored.
        copy_folder(folder.shard, copy, without="")
    _say(COPIED)
    os.nice(_NICENESS)
    shard = call_engine(lambda: edge.EdgeShard.load(str(copy), config))
    built = call_engine(shard.optimize)
    call_engine(shard.flush)
    call_engine(shard.close)
    with disk_errors("bring a shard's graphs to disk"):
        # What the engine had no reason to write anew was written by copying, which it does not know.
        fsync_tree(copy)
    _say(BUILT if built else NOTHING)


def _die_with(parent: int) -> None:
    """End when the parent is killed, even in the middle of building, when no Python runs.

    Only Linux can do that. Elsewhere the build comes to its end, or fails because the next engine deletes its files.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)
    if os.getppid() != parent:
        raise StoreUnavailable("the engine that wanted graphs is gone")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
