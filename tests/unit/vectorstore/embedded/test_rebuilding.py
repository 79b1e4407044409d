"""A shard is given graphs by a real child, while it is searched and written to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import NotFound, StoreUnavailable
from core.filters import Equals
from tests.unit.vectorstore.embedded.rebuilt_points import COUNT, GENERATION, VECTORS, HeldBuilder, row, rows
from vectorstore.embedded.builder import Builder
from vectorstore.embedded.library import Library
from vectorstore.embedded.rows import QueryRow
from vectorstore.embedded.shard import Shard
from vectorstore.embedded.wire import unpack


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def shard(library: Library) -> Shard:
    made = library.ensure("database", GENERATION)
    made.upsert(rows(0, COUNT))
    return made


@pytest.fixture
def builder() -> Iterator[HeldBuilder]:
    made = HeldBuilder()
    yield made
    made.close()


@pytest.fixture
def rebuilding(shard: Shard, builder: HeldBuilder) -> Iterator[Future[None]]:
    """A rebuild that has come as far as its copy."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(shard.rebuild, builder)
        assert builder.copied.wait(60)
        yield future
        builder.go.set()


def found(shard: Shard, row: QueryRow, n: int | None = None) -> dict[str, Any]:
    body = shard.query([row], None if n is None else Equals("n", n), False)
    return {body["ids"][at]: pytest.approx(float(score), abs=1e-4) for at, score in zip(*body["views"][0], strict=True)}


def answers(shard: Shard) -> list[dict[str, Any]]:
    """What searches by picture, photos and words find, with and without a filter."""
    words = [np.array([3], np.uint32), np.array([1.0], np.float32)]
    by_picture = [QueryRow(name, VECTORS[seed], 5) for seed in (3, 77, COUNT - 1) for name in ("image", "photos")]
    # How rare a word is counts deleted products too for a while, so of words only what they find is compared.
    worded = dict.fromkeys(found(shard, QueryRow("lexical", words, COUNT)), 1.0)
    return [*(found(shard, query) for query in by_picture), found(shard, by_picture[0], 78), worded]


def version_of(shard: Shard, product_id: str) -> int:
    version: int = unpack(shard.retrieve([product_id], [], True)[0][2])["version"]
    return version


def folders(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "g1").iterdir() if path.is_dir()]


def test_answers_are_the_same_with_graphs_and_very_deep_ones_complete(shard: Shard, tmp_path: Path) -> None:
    before, status = answers(shard), shard.status()
    builder = Builder()
    shard.rebuild(builder)
    builder.close()
    assert answers(shard) == before
    assert shard.status() == status
    assert (shard.has_graphs, shard.unoptimized_points) == (True, 0)
    exact = VECTORS[:COUNT] @ VECTORS[3]
    assert found(shard, QueryRow("image", VECTORS[3], 3_000)) == {str(at): exact[at] for at in range(COUNT)}
    (only,) = folders(tmp_path)
    assert list((tmp_path / "g1" / only).glob("segments/*/vector_index-image/graph.bin"))


def test_what_is_written_while_it_is_built_is_all_there_afterwards(
    shard: Shard, library: Library, builder: HeldBuilder, rebuilding: Future[None], tmp_path: Path
) -> None:
    shard.upsert(rows(COUNT, COUNT + 300))
    shard.upsert([row(5, version=2), row(6, version=0)])
    shard.set_payloads({"7": (3, {"n": 7, "version": 3})})
    shard.delete(["8", str(COUNT + 8)])
    shard.upsert(rows(9, 10, version=4))
    shard.delete(["9"])
    shard.index_field("attributes.colour", "keyword")
    before = answers(shard)
    builder.go.set()
    rebuilding.result()
    for _ in range(2):
        assert shard.has_graphs
        assert shard.count(None) == COUNT + 300 - 3
        assert shard.unoptimized_points == 304
        assert [version_of(shard, name) for name in ("4", "5", "6", "7")] == [1, 2, 1, 3]
        assert shard.retrieve(["8", "9", str(COUNT + 8)], [], True) == []
        assert answers(shard) == before
        assert any("colour" in path for path in shard._edge.info().payload_schema)
        ((_, arrays, _),) = shard.retrieve([str(COUNT + 1)], ["image", "photos"], False)
        np.testing.assert_allclose(arrays["photos"], VECTORS[[COUNT + 1, 3 * COUNT + 1]], atol=1e-6)
        library.close()
        # And once more from the disk.
        library = Library(tmp_path)
        shard = library.shard("database", "g1")
        assert not shard.status()["lost_unflushed"]
    library.close()


def test_searches_and_writes_go_on_while_the_copy_takes_its_place(
    shard: Shard, builder: HeldBuilder, rebuilding: Future[None]
) -> None:
    shard.upsert(rows(COUNT, 2 * COUNT))
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            assert "77" in found(shard, QueryRow("image", VECTORS[77], 5))
            asked += 1
        return asked

    def write() -> int:
        version = 1
        while not stop.is_set():
            version += 1
            shard.upsert([row(11, version)])
            time.sleep(0.002)
        return version

    with ThreadPoolExecutor(3) as pool:
        asking, writing = [pool.submit(ask) for _ in range(2)], pool.submit(write)
        builder.go.set()
        rebuilding.result()
        stop.set()
        assert all(future.result() > 0 for future in asking)
        written = writing.result()
        assert version_of(shard, "11") == written
    assert shard.has_graphs
    assert shard.count(None) == 2 * COUNT


def test_what_was_written_since_is_built_again_and_then_there_is_nothing_to_build(shard: Shard, tmp_path: Path) -> None:
    for expected in (True, True, False):
        before = folders(tmp_path)
        builder = Builder()
        shard.rebuild(builder)
        builder.close()
        assert (folders(tmp_path) != before) == expected
        assert shard.unoptimized_points == 0
        if expected and before == ["shard"]:
            shard.upsert(rows(COUNT, 2 * COUNT))
    assert shard.count(None) == 2 * COUNT


def test_a_child_that_is_killed_leaves_the_shard_as_it_was(
    shard: Shard, builder: HeldBuilder, rebuilding: Future[None], tmp_path: Path
) -> None:
    shard.upsert(rows(COUNT, COUNT + 10))
    assert builder._process is not None
    builder._process.kill()
    builder._process.wait()
    # It may have said that it is done before it was killed; then nobody misses it.
    if builder._process.stdout is not None:
        builder._process.stdout.readline()
    builder.go.set()
    with pytest.raises(StoreUnavailable, match="ended with status"):
        rebuilding.result()
    assert not shard.has_graphs
    assert shard.count(None) == COUNT + 10
    assert folders(tmp_path) == ["shard"]


def test_a_shard_that_is_dropped_meanwhile_takes_its_copy_with_it(
    library: Library, builder: HeldBuilder, rebuilding: Future[None], tmp_path: Path
) -> None:
    library.drop("database", "g1")
    assert list(tmp_path.iterdir()) == []
    fresh = library.ensure("database", GENERATION)
    fresh.upsert(rows(0, 5))
    builder.go.set()
    with pytest.raises((StoreUnavailable, NotFound)):
        rebuilding.result()
    assert fresh.count(None) == 5
    assert folders(tmp_path) == ["shard"]


def test_a_shard_that_is_closed_meanwhile_is_opened_as_it_was(
    shard: Shard, library: Library, builder: HeldBuilder, rebuilding: Future[None], tmp_path: Path
) -> None:
    shard.upsert(rows(COUNT, COUNT + 10))
    library.close()
    builder.go.set()
    with pytest.raises(StoreUnavailable):
        rebuilding.result()
    opened = library.shard("database", "g1")
    assert opened.count(None) == COUNT + 10
    assert not opened.has_graphs
    assert folders(tmp_path) == ["shard"]


def test_without_space_nothing_is_copied(shard: Shard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.embedded.builder.free_bytes", lambda _: 1_000)
    with pytest.raises(StoreUnavailable, match=r"takes \d+ MiB of disk, and 0 MiB are free"):
        shard.rebuild(Builder())
    assert shard.count(None) == COUNT
    assert folders(tmp_path) == ["shard"]


def test_a_builder_that_was_stopped_begins_nothing(shard: Shard, tmp_path: Path) -> None:
    builder = Builder()
    builder.stop()
    with pytest.raises(StoreUnavailable, match="stopped"):
        shard.rebuild(builder)
    shard.upsert(rows(COUNT, COUNT + 1))
    assert folders(tmp_path) == ["shard"]
