"""Opens a shard's files directly and keeps them open.

holder_script.py SHARD_FOLDER
"""

from __future__ import annotations

import sys

import qdrant_edge as edge

if __name__ == "__main__":
    shard = edge.EdgeShard.load(sys.argv[1])
    sys.stdout.write("open\n")
    sys.stdout.flush()
    sys.stdin.read()
