from __future__ import annotations

from pathlib import Path

import pytest
import qdrant_edge as edge

from core.errors import InvalidVector, StoreCorrupted, StoreError, StoreUnavailable
from vectorstore.embedded.guard import ShardClosed, call_engine


def shard(folder: Path) -> edge.EdgeShard:
    folder.mkdir()
    vectors = {"image": edge.EdgeVectorParams(4, edge.Distance.Cosine)}
    words = {"lexical": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)}
    return edge.EdgeShard.create(str(folder), edge.EdgeConfig(vectors=vectors, sparse_vectors=words))


def upsert(into: edge.EdgeShard, vector: dict[str, object]) -> None:
    point = edge.Point(1, vector, {})  # type: ignore[arg-type] # Wrong ones are the point of these tests.
    call_engine(lambda: into.update(edge.UpdateOperation.upsert_points([point])))


def test_what_the_engine_answers_is_passed_on(tmp_path: Path) -> None:
    opened = shard(tmp_path / "shard")
    assert call_engine(lambda: opened.count(edge.CountRequest())) == 0


@pytest.mark.parametrize("vector", [{"image": [1.0]}, {"colour": [1.0]}])
def test_a_vector_that_does_not_fit_is_named_as_such(tmp_path: Path, vector: dict[str, object]) -> None:
    with pytest.raises(InvalidVector):
        upsert(shard(tmp_path / "shard"), vector)


def test_a_panic_is_damage(tmp_path: Path) -> None:
    with pytest.raises(StoreCorrupted, match="panicked"):
        upsert(shard(tmp_path / "shard"), {"lexical": edge.SparseVector([1, 2, 3], [1.0])})


def test_a_shard_that_somebody_else_has_open_is_unavailable(tmp_path: Path) -> None:
    opened = shard(tmp_path / "shard")
    with pytest.raises(StoreUnavailable, match="WouldBlock"):
        call_engine(lambda: edge.EdgeShard.load(str(tmp_path / "shard")))
    opened.close()


def test_a_closed_shard_says_so(tmp_path: Path) -> None:
    opened = shard(tmp_path / "shard")
    opened.close()
    with pytest.raises(ShardClosed):
        call_engine(lambda: opened.count(edge.CountRequest()))


def test_anything_else_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist") as caught:
        call_engine(lambda: edge.EdgeShard.load(str(tmp_path / "nowhere")))
    assert type(caught.value) is StoreError


def test_our_own_errors_and_interrupts_pass() -> None:
    def fail(error: BaseException) -> None:
        raise error

    with pytest.raises(InvalidVector, match="mine"):
        call_engine(lambda: fail(InvalidVector("mine")))
    with pytest.raises(KeyboardInterrupt):
        call_engine(lambda: fail(KeyboardInterrupt()))
