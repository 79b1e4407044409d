"""Many threads and processes on one engine."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

from core.filters import Range
from tests.integration.embedded.conftest import EngineRoom
from tests.integration.embedded.points import generation, point, points, query
from vectorstore.embedded.store import EmbeddedStore


def test_queries_are_right_while_others_write(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 100))
    stop = threading.Event()

    def write() -> int:
        rounds = 0
        while not stop.is_set():
            store.upsert("g1", points(1_000, 1_200, version=rounds + 1))
            rounds += 1
        return rounds

    def ask(seed: int) -> list[str]:
        where = Range("price", lt=100.0)
        return [store.query("g1", [query(seed, 1)], where)[0][0].product_id for _ in range(20)]

    with ThreadPoolExecutor(5) as pool:
        writing = pool.submit(write)
        answers = list(pool.map(ask, range(8)))
        stop.set()
        rounds = writing.result()
    assert answers == [[str(seed)] * 20 for seed in range(8)]
    assert rounds > 0
    assert store.retrieve("g1", ["1000"], payload=True)["1000"].payload["version"] == rounds


def test_of_versions_written_at_the_same_time_the_newest_stays(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda version: store.upsert("g1", [point(1, version)]), [5, 3, 9, 1, 7, 2, 8, 4]))
    assert store.retrieve("g1", ["1"], payload=True)["1"].payload["version"] == 9


def test_all_threads_go_on_when_the_engine_dies(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 50))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: store.count("g1"), range(16))) == [50] * 16
        room.kill()
        assert list(pool.map(lambda _: store.count("g1"), range(16))) == [50] * 16


def test_generations_are_separate(room: EngineRoom) -> None:
    store = room.store()
    for number, generation_id in enumerate(("g1", "g2")):
        store.ensure(generation(generation_id))
        store.upsert(generation_id, points(0, 10 + number))
    store.drop("g1")
    assert store.count("g2") == 11


def test_a_forked_child_does_not_talk_into_its_parents_connections(room: EngineRoom) -> None:
    store = room.store()
    store.ensure(generation())
    store.upsert("g1", points(0, 10))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _report_count(store, writer)
    os.close(writer)
    assert store.count("g1") == 10
    with os.fdopen(reader) as report:
        assert report.read() == "10"
    assert os.waitpid(child, 0)[1] == 0
    assert store.count("g1") == 10


def _report_count(store: EmbeddedStore, writer: int) -> None:
    status = 1
    try:
        os.write(writer, str(store.count("g1")).encode())
        status = 0
    finally:
        os._exit(status)
