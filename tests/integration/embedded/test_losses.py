"""What survives when the engine is killed, panics, or finds its files damaged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import StoreCorrupted
from core.indexing import ViewQuery
from core.vectors import SparseVector
from tests.integration.embedded.conftest import ROOT, EngineRoom, wait_until
from tests.integration.embedded.points import generation, point, points, query

Start = Callable[..., subprocess.Popen[str]]


def test_kill_9_in_a_stream_of_upserts_loses_nothing_acknowledged(room: EngineRoom, python: Start) -> None:
    writer = python("client_script.py", room.data_dir, 30)
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write("go\nstream\n")
    writer.stdin.flush()
    writer.stdout.readline()
    acknowledged = 0
    for _ in range(3):
        for _ in range(20):
            acknowledged = int(writer.stdout.readline())
        # The writer goes on with the next engine and notices nothing.
        os.kill(room.address().pid, signal.SIGKILL)
    acknowledged = int(writer.stdout.readline())
    writer.kill()
    rest, _ = writer.communicate()
    acknowledged = max([acknowledged, *(int(line) for line in rest.split())])
    store = room.store()
    found = store.retrieve("g1", [str(number) for number in range(acknowledged)], vectors=["image"], payload=True)
    assert len(found) == acknowledged
    for number in range(0, acknowledged, 37):
        stored = found[str(number)]
        assert stored.payload == point(number).payload
        assert np.allclose(stored.vectors["image"], point(number).vectors.dense["image"], atol=1e-6)
    assert store.status("g1").points in (acknowledged, acknowledged + 10)


def test_kill_9_of_the_writing_client_leaves_a_sound_store(room: EngineRoom, python: Start) -> None:
    writer = python("client_script.py", room.data_dir, 30)
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write("go\nstream\n")
    writer.stdin.flush()
    for _ in range(10):
        writer.stdout.readline()
    writer.kill()
    writer.wait()
    store = room.store()
    count = store.count("g1")
    assert count >= 90
    assert len(store.query("g1", [query(0, 5)], None)[0]) == 5


def test_deleted_points_stay_deleted_after_kill_9(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 20))
    store.delete("g1", ["3", "4"])
    room.kill()
    assert set(store.retrieve("g1", ["2", "3", "4", "5"])) == {"2", "5"}


def test_an_older_version_does_not_come_back_after_kill_9(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    for version in (1, 3, 2):
        store.upsert("g1", [point(5, version)])
    room.kill()
    assert store.retrieve("g1", ["5"], payload=True)["5"].payload["version"] == 3


def test_a_poisoned_wal_costs_only_what_was_not_flushed(room: EngineRoom, python: Start) -> None:
    store = room.store()
    before = store.ensure(generation())
    store.upsert("g1", points(0, 200))
    store.flush("g1")
    room.kill()
    poisoner = python("poison_script.py", room.data_dir / "vectors" / "g1" / "shard")
    said, _ = poisoner.communicate()
    assert said.strip() == "PanicException"
    # The poisoner wrote behind the engine's back, as an engine that died in the middle of a write would have.
    (room.data_dir / "vectors" / "g1" / "clean").unlink()

    status = store.status("g1")
    assert (status.points, status.lost_unflushed, status.lost_all) == (200, True, False)
    assert status.epoch != before.epoch
    assert list((room.data_dir / "vectors" / "g1").glob("quarantine-*/shard/wal/*"))
    # Without the copy that was made before loading, the first write into the words would panic now.
    store.upsert("g1", points(200, 400))
    assert store.count("g1") == 400
    assert len(store.query("g1", [query(0, 400)], None)[0]) == 400
    # Nor would what was there before be changed or deleted: the engine would count its updates from the beginning.
    store.upsert("g1", points(10, 20, version=2))
    store.delete("g1", ["7"])
    store.flush("g1")
    room.kill(signal.SIGTERM)
    status = store.status("g1")
    assert (status.points, status.lost_unflushed, status.lost_all) == (399, False, False)
    assert store.retrieve("g1", ["7"]) == {}
    assert store.retrieve("g1", ["15"], payload=True)["15"].payload["version"] == 2


def test_a_write_that_makes_the_engine_panic_costs_nothing_that_was_flushed(room: EngineRoom) -> None:
    room.data_dir.mkdir()
    engine = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "unchecked_engine_script.py"), str(room.data_dir), "30"],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RUST_BACKTRACE": "0"},
    )
    try:
        wait_until(lambda: room.files.read() is not None)
        store = room.store()
        before = store.ensure(generation())
        store.upsert("g1", points(0, 100))
        store.flush("g1")
        store.upsert("g1", points(100, 120))
        words = [np.array([1, 2, 3], np.uint32), np.array([1.0], np.float32)]
        with pytest.raises(StoreCorrupted, match="panicked"):
            store._write("upsert", {"generation_id": "g1", "points": [["poison", 1, {}, {"lexical": words}, {}]]})
        assert engine.wait() == 70
        status = store.status("g1")
        assert status.epoch != before.epoch
        assert (status.points, status.lost_unflushed, status.lost_all) == (100, True, False)
        store.upsert("g1", points(100, 120))
        assert store.count("g1") == 120
    finally:
        engine.kill()
        engine.wait()


def test_a_load_that_was_killed_is_done_again_from_the_copy(room: EngineRoom, python: Start) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 50))
    store.flush("g1")
    store.upsert("g1", points(50, 60))
    room.kill()
    folder = room.data_dir / "vectors" / "g1"
    # As it is when the process was killed while it loaded: the copy is there, and the segments are in any state.
    (folder / "shard" / "segments").rename(folder / "segments-taken")
    (folder / "spare").mkdir()
    (folder / "segments-taken").rename(folder / "spare" / "segments")
    (folder / "shard" / "segments").mkdir()
    (folder / "shard" / "segments" / "half-written").mkdir()
    assert store.count("g1") == 60
    assert not (folder / "spare").exists()
    assert not list(folder.glob("quarantine-*"))


def test_destroyed_segments_mean_that_everything_is_lost_and_it_says_so(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 50))
    store.flush("g1")
    room.kill()
    for path in (room.data_dir / "vectors" / "g1" / "shard" / "segments").rglob("*.json"):
        path.write_bytes(b"\xff")
    status = store.status("g1")
    assert (status.points, status.lost_all) == (0, True)
    store.upsert("g1", points(0, 50))
    assert store.count("g1") == 50


def test_a_folder_that_vanished_while_nobody_looked_is_reported_as_lost(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 5))
    store.flush("g1")
    room.kill(signal.SIGTERM)
    assert not store.status("g1").lost_all
    room.kill(signal.SIGTERM)
    (room.data_dir / "vectors" / "g1").rename(room.data_dir / "taken")
    status = store.ensure(generation())
    assert (status.points, status.lost_all) == (0, True)


def test_a_folder_without_owner_is_moved_aside(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.flush("g1")
    room.kill(signal.SIGTERM)
    (room.data_dir / "vectors" / "g1" / "owner.json").unlink()
    assert store.ensure(generation()).lost_all
    assert list((room.data_dir / "vectors").glob(".unfinished-g1-*/shard"))


def test_dropping_deletes_the_files_and_a_new_one_can_take_the_name(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 5))
    store.drop("g1")
    assert list((room.data_dir / "vectors").iterdir()) == []
    assert store.ensure(generation(dim=32)).points == 0
    owner = json.loads((room.data_dir / "vectors" / "g1" / "owner.json").read_text())
    assert owner["generation"]["views"][0]["dim"] == 32


def test_words_of_a_product_are_found_again_after_kill_9(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 20))
    words = ViewQuery("lexical", SparseVector.of({3: 1.0}), 10)
    before = store.query("g1", [words], None)
    room.kill()
    assert store.query("g1", [words], None) == before
    assert {hit.product_id for hit in before[0]} == {"3", "13"}
