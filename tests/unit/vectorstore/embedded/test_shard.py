"""One shard in this process, on the real engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qdrant_edge as edge

from core.errors import InvalidVector, NotFound, StoreCorrupted
from core.filters import Equals
from core.generations import Generation, View
from core.vectors import FloatArray, unit_rows
from vectorstore.embedded.folder import ShardFolder
from vectorstore.embedded.library import Library
from vectorstore.embedded.rows import PointRow, QueryRow
from vectorstore.embedded.shard import Shard
from vectorstore.embedded.wire import unpack

DIM = 32
VIEWS = (
    View("image", "image", DIM, "pocket", frozenset({"text", "photo"})),
    View("lexical", "lexical", 0, "", frozenset({"text"})),
)
GENERATION = Generation("g1", "default", VIEWS)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "vectors")
    yield opened
    opened.close()


@pytest.fixture
def shard(library: Library) -> Shard:
    return library.ensure("database", GENERATION)


def unit(seed: int) -> FloatArray:
    row: FloatArray = unit_rows(np.random.default_rng(seed).normal(size=(1, DIM)))[0]
    return row


def row(product_id: str, version: int = 1, **payload: Any) -> PointRow:
    words = [np.array([3, 7], np.uint32), np.array([1.0, 0.5], np.float32)]
    return PointRow(product_id, version, {"image": unit(int(product_id))}, {"lexical": words}, payload)


def poison() -> edge.UpdateOperation:
    return edge.UpdateOperation.upsert_points([edge.Point(1, {"lexical": edge.SparseVector([1, 2, 3], [1.0])}, {})])


def payload_of(shard: Shard, product_id: str) -> Any:
    return unpack(shard.retrieve([product_id], [], True)[0][2])


def test_of_a_product_that_comes_twice_in_a_batch_the_newest_stays(shard: Shard) -> None:
    shard.upsert([row("1", 1, n="old"), row("1", 3, n="new"), row("1", 2, n="late"), row("2")])
    assert payload_of(shard, "1") == {"n": "new"}
    assert shard.count(None) == 2


def test_of_equal_versions_in_a_batch_the_last_stays(shard: Shard) -> None:
    shard.upsert([row("1", 1, n="first"), row("1", 1, n="second")])
    assert payload_of(shard, "1") == {"n": "second"}


def test_a_batch_larger_than_one_update_is_written_whole(shard: Shard) -> None:
    shard.upsert([row(str(number)) for number in range(300)])
    assert shard.count(None) == 300


def test_queries_answer_with_each_product_once_and_positions_into_them(shard: Shard) -> None:
    shard.upsert([row("1", n=1), row("2", n=2)])
    words = [np.array([7], np.uint32), np.array([1.0], np.float32)]
    body = shard.query([QueryRow("image", unit(1), 5), QueryRow("lexical", words, 5)], None, True)
    assert sorted(body["ids"]) == ["1", "2"]
    assert [unpack(packed) for packed in body["payloads"]] == [{"n": int(name)} for name in body["ids"]]
    (image, scores), (lexical, _) = body["views"]
    assert body["ids"][image[0]] == "1"
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert sorted(lexical.tolist()) == [0, 1]


def test_a_payload_that_was_read_before_a_write_is_not_served_after_it(shard: Shard) -> None:
    shard.upsert([row("1", 1, n="old")])
    assert payload_of(shard, "1") == {"n": "old"}
    shard.set_payloads({"1": (2, {"n": "newer"})})
    assert payload_of(shard, "1") == {"n": "newer"}
    shard.upsert([row("1", 3, n="newest")])
    assert payload_of(shard, "1") == {"n": "newest"}
    shard.delete(["1"])
    assert shard.retrieve(["1"], [], True) == []


def test_a_sparse_vector_that_would_poison_the_wal_never_reaches_the_engine(shard: Shard) -> None:
    words = [np.array([1, 2, 3], np.uint32), np.array([1.0], np.float32)]
    with pytest.raises(InvalidVector, match="differ in length"):
        shard.upsert([PointRow("1", 1, {}, {"lexical": words}, {})])
    shard.upsert([row("2")])
    assert shard.count(None) == 1


def test_after_a_panic_the_shard_touches_nothing_any_more(shard: Shard) -> None:
    shard.upsert([row("1")])
    with pytest.raises(StoreCorrupted, match="panicked"):
        shard._run(lambda engine: engine.update(poison()))
    assert shard.damaged
    for call in (lambda: shard.count(None), lambda: shard.upsert([row("2")]), lambda: shard.flush(by_client=True)):
        with pytest.raises(StoreCorrupted, match="being replaced"):
            call()


def test_a_library_is_damaged_when_one_of_its_shards_is(library: Library, shard: Shard) -> None:
    assert not library.damaged
    with pytest.raises(StoreCorrupted):
        shard._run(lambda engine: engine.update(poison()))
    assert library.damaged


def test_a_shard_whose_segments_are_destroyed_is_made_anew_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    first = Library(folder)
    first.ensure("database", GENERATION).upsert([row("1")])
    first.close()
    for path in (folder / "g1" / "shard" / "segments").rglob("*.json"):
        path.write_bytes(b"\xff not json")
    second = Library(folder)
    status = second.shard("database", "g1").status()
    second.close()
    assert (status["points"], status["lost_all"]) == (0, True)
    assert list((folder / "g1").glob("quarantine-*/shard/segments"))


def test_what_was_closed_in_good_order_lost_nothing(tmp_path: Path) -> None:
    first = Library(tmp_path / "vectors")
    made = first.ensure("database", GENERATION)
    made.status()
    made.upsert([row("1")])
    made.flush(by_client=True)
    made.upsert([row("2")])
    first.close()
    second = Library(tmp_path / "vectors")
    status = second.shard("database", "g1").status()
    second.close()
    assert (status["points"], status["lost_unflushed"], status["lost_all"]) == (2, False, False)


def reopened(folder: Path, *calls: Callable[[Shard], object]) -> dict[str, Any]:
    """Open a shard, do something with it, and close it in good order; returns its status before."""
    library = Library(folder)
    shard = library.ensure("database", GENERATION)
    status = shard.status()
    for call in calls:
        call(shard)
    library.close()
    return status


def test_a_new_shard_counts_as_lost_until_a_client_that_was_told_flushes_it(tmp_path: Path) -> None:
    assert reopened(tmp_path)["lost_all"]
    assert reopened(tmp_path, lambda shard: shard.flush(by_client=False))["lost_all"]
    assert reopened(tmp_path, lambda shard: shard.flush(by_client=True))["lost_all"]
    assert not reopened(tmp_path)["lost_all"]


def test_a_flush_by_a_client_that_was_not_told_takes_no_note(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.ensure("database", GENERATION).flush(by_client=True)
    library.close()
    assert reopened(tmp_path)["lost_all"]


def test_losses_stay_the_same_within_an_epoch(shard: Shard) -> None:
    before = shard.status()
    shard.flush(by_client=True)
    assert shard.status() == before


def test_a_loss_is_not_forgotten_when_the_next_process_ends_in_good_order(tmp_path: Path) -> None:
    take_note = lambda shard: shard.flush(by_client=True)  # noqa: E731 - it is passed twice.
    reopened(tmp_path, take_note)
    (tmp_path / "g1" / "clean").unlink()
    assert reopened(tmp_path)["lost_unflushed"]
    assert reopened(tmp_path, take_note)["lost_unflushed"]
    assert not reopened(tmp_path)["lost_unflushed"]


def test_flushing_makes_it_clean_and_writing_makes_it_dirty(library: Library, tmp_path: Path) -> None:
    shard = library.ensure("database", GENERATION)
    folder = ShardFolder(tmp_path / "vectors" / "g1")
    shard.upsert([row("1")])
    assert not folder.clean
    shard.flush(by_client=False)
    assert folder.clean
    shard.delete(["1"])
    assert not folder.clean


def test_optimizing_loses_nothing_and_is_due_only_after_writes(shard: Shard) -> None:
    shard.upsert([row(str(number), n=number) for number in range(500)])
    assert shard.unoptimized_points == 500
    shard.optimize()
    assert shard.unoptimized_points == 0
    assert shard.count(Equals("n", 499)) == 1
    shard.upsert([row("1", 2)])
    assert shard.unoptimized_points == 1


def test_the_default_setting_finds_what_exact_search_finds(shard: Shard) -> None:
    generator = np.random.default_rng(7)
    centres = generator.normal(size=(200, DIM))
    vectors = unit_rows(centres[generator.integers(0, 200, 4_000)] + 0.5 * generator.normal(size=(4_000, DIM)))
    shard.upsert([PointRow(str(at), 1, {"image": vector}, {}, {}) for at, vector in enumerate(vectors)])
    for optimized in (False, True):
        if optimized:
            shard.optimize()
        found = 0
        for vector in vectors[::40]:
            exact = set(np.argsort(-(vectors @ vector))[:10].tolist())
            body = shard.query([QueryRow("image", vector, 10)], None, False)
            found += len(exact & {int(name) for name in body["ids"]})
        assert found / 1_000 >= 0.99


def test_a_shard_that_was_dropped_is_not_found(library: Library, shard: Shard) -> None:
    library.drop("database", "g1")
    with pytest.raises(NotFound, match="g1"):
        library.shard("database", "g1")
    with pytest.raises(NotFound, match="g1"):
        shard.count(None)
