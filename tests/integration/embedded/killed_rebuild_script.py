"""Rebuilds a shard, writes to it meanwhile, and is killed at a certain moment; says first who builds.

killed_rebuild_script.py SHARDS_FOLDER MOMENT
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.embedded.points import DATABASE, generation, point, points
from vectorstore.embedded.builder import Builder
from vectorstore.embedded.folder import ShardFolder
from vectorstore.embedded.library import Library
from vectorstore.embedded.rows import PointRow
from vectorstore.embedded.shard import Shard

# What is called at that moment, and whether the process dies before or after it.
MOMENTS: dict[str, tuple[type, str, bool]] = {
    "while copying": (Builder, "_hear", True),
    "while building": (Builder, "finish", True),
    "after building": (Builder, "finish", False),
    "before the exchange": (ShardFolder, "serve", True),
    "after the exchange": (ShardFolder, "serve", False),
    "before the old one is deleted": (ShardFolder, "discard_copies", True),
}


def rows(start: int, stop: int, version: int = 1) -> list[PointRow]:
    return [
        PointRow(
            made.product_id,
            made.version,
            made.vectors.dense,
            {name: [vector.indices, vector.values] for name, vector in made.vectors.sparse.items()},
            made.payload,
        )
        for made in points(start, stop, version)
    ]


def write_meanwhile(shard: Shard) -> None:
    shard.upsert(rows(200, 260))
    shard.upsert(rows(0, 10, version=2))
    shard.delete(["20", "21", "205"])
    shard.set_payloads({"30": (3, {**point(30).payload, "version": 3})})


def main() -> None:
    folder, moment = Path(sys.argv[1]), MOMENTS[sys.argv[2]]
    shard = Library(folder).ensure(DATABASE, generation())
    shard.upsert(rows(0, 200))
    builder = Builder()
    finish = Builder.finish

    def finish_after_writes(builder: Builder) -> bool:
        write_meanwhile(shard)
        return finish(builder)

    def die() -> None:
        assert builder._process is not None
        if sys.argv[2] != "while copying":
            # A child that stands still stays for ever, unless somebody ends it. One that only begins looks by itself.
            os.kill(builder._process.pid, signal.SIGSTOP)
        sys.stdout.write(f"{builder._process.pid}\n")
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    Builder.finish = finish_after_writes  # type: ignore[method-assign]
    owner, name, before = moment
    setattr(owner, name, _fatal(getattr(owner, name), die, before=before))
    shard.rebuild(builder)


def _fatal(call: Callable[..., Any], die: Callable[[], None], *, before: bool) -> Callable[..., Any]:
    def fatal(*arguments: Any) -> Any:
        if not before:
            call(*arguments)
        die()

    return fatal


if __name__ == "__main__":
    main()
