"""Graphs of large shards in the real engine, and what is there when it is killed while it builds them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.embedded.conftest import EngineRoom, alive, wait_until
from tests.integration.embedded.killed_rebuild_script import MOMENTS, rows
from tests.integration.embedded.points import DATABASE, generation, points, query
from vectorstore.embedded.library import Library
from vectorstore.embedded.rows import QueryRow
from vectorstore.embedded.wire import unpack

Start = Callable[..., subprocess.Popen[str]]
BEFORE_WRITES = ("while copying", "while building")
UNFLUSHED = ("after building", "before the exchange", "after the exchange")


@pytest.mark.parametrize("moment", MOMENTS)
def test_kill_9_at_any_moment_loses_nothing(moment: str, tmp_path: Path, python: Start) -> None:
    said, _ = python("killed_rebuild_script.py", tmp_path, moment).communicate()
    if sys.platform == "linux":
        wait_until(lambda: not alive(int(said)))
    library = Library(tmp_path)
    try:
        shard = library.shard(DATABASE, "g1")
        written = moment not in BEFORE_WRITES
        assert shard.count(None) == (200 + 60 - 3 if written else 200)
        # Nothing can be lost while everything is flushed: before the writes, and at the end.
        assert shard.status()["lost_unflushed"] == (moment in UNFLUSHED)
        stored = {name: unpack(packed)["version"] for name, _, packed in shard.retrieve(["5", "30", "40"], [], True)}
        assert stored == ({"5": 2, "30": 3, "40": 1} if written else {"5": 1, "30": 1, "40": 1})
        assert bool(shard.retrieve(["20", "205"], [], True)) != written
        assert len(list((tmp_path / "g1").glob("shard*"))) == 1
        # It takes changes and deletions of what was there.
        shard.upsert(rows(40, 41, version=5))
        shard.delete(["41"])
        assert [unpack(packed)["version"] for _, _, packed in shard.retrieve(["40", "41"], [], True)] == [5]
        assert shard.query([QueryRow("image", query(77).vector, 1)], None, False)["ids"] == ["77"]
    finally:
        library.close()


@pytest.fixture
def engine(room: EngineRoom, python: Start) -> Iterator[subprocess.Popen[str]]:
    room.data_dir.mkdir()
    process = python("engine_with_graphs_script.py", room.data_dir, 30)
    wait_until(lambda: room.files.read() is not None)
    yield process
    process.terminate()
    process.wait()


@pytest.mark.usefixtures("engine")
def test_a_shop_that_is_never_quiet_gets_graphs(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 299))
    epoch = store.status("g1").epoch
    shards = room.data_dir / "vectors" / "g1"
    assert [path.name for path in shards.glob("shard*")] == ["shard"]
    version = 1

    def served_with_graphs() -> bool:
        nonlocal version
        version += 1
        store.upsert("g1", points(0, 1, version) + points(300, 300 + min(version, 100)))
        assert [hit.product_id for hit in store.query("g1", [query(77, 1)], None)[0]] == ["77"]
        names = [path.name for path in shards.glob("shard*")]
        return len(names) == 1 and names != ["shard"]

    wait_until(served_with_graphs)
    assert store.retrieve("g1", ["0"], payload=True)["0"].payload["version"] == version
    status = store.status("g1")
    assert (status.epoch, status.points) == (epoch, 299 + min(version, 100))
    room.kill(signal.SIGTERM)
    status = store.status("g1")
    assert (status.points, status.lost_unflushed) == (299 + min(version, 100), False)
    assert [hit.product_id for hit in store.query("g1", [query(77, 1)], None)[0]] == ["77"]
