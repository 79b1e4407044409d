"""When graphs are built, with real children on small shards."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.vectorstore.embedded.rebuilt_points import COUNT, GENERATION, rows
from vectorstore.embedded.graphs import Graphs
from vectorstore.embedded.library import Library
from vectorstore.embedded.shard import Shard


@pytest.fixture
def shard(tmp_path: Path) -> Iterator[Shard]:
    library = Library(tmp_path)
    made = library.ensure("database", GENERATION)
    made.upsert(rows(0, COUNT))
    yield made
    library.close()


@pytest.fixture
def graphs() -> Iterator[Graphs]:
    made = Graphs(COUNT, 50, 0.0)
    yield made
    made.close()


def wait(graphs: Graphs) -> None:
    end_s = time.monotonic() + 120
    while graphs.building:
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_a_shard_that_is_large_enough_gets_graphs_and_a_smaller_one_does_not(shard: Shard, graphs: Graphs) -> None:
    shard.delete(["3"])
    assert not graphs.tend(shard)
    assert not graphs.building
    shard.upsert(rows(3, 4))
    assert graphs.tend(shard)
    wait(graphs)
    assert shard.has_graphs
    assert shard.count(None) == COUNT


def test_a_process_that_lives_for_one_command_builds_nothing(shard: Shard) -> None:
    graphs = Graphs(COUNT, 50)
    assert graphs.tend(shard)
    assert not graphs.building


def test_after_a_build_it_rests_and_once_there_are_graphs_the_engine_never_builds_them_itself(
    shard: Shard, graphs: Graphs
) -> None:
    graphs.tend(shard)
    wait(graphs)
    shard.upsert(rows(COUNT, COUNT + 100))
    shard.delete([str(number) for number in range(200)])
    assert shard.unoptimized_points >= 50
    assert shard.count(None) < COUNT
    assert graphs.tend(shard)
    assert not graphs.building


def test_what_fails_is_said_and_not_tried_again_at_once(
    shard: Shard, graphs: Graphs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("vectorstore.embedded.builder.free_bytes", lambda _: 0)
    with caplog.at_level(logging.WARNING):
        assert graphs.tend(shard)
        wait(graphs)
        assert graphs.tend(shard)
        assert not graphs.building
    (record,) = caplog.records
    assert "0 MiB are free" in record.getMessage()
    assert shard.count(None) == COUNT


def test_leaving_in_the_middle_stops_the_child(shard: Shard, graphs: Graphs, tmp_path: Path) -> None:
    graphs.tend(shard)
    graphs.close()
    assert not graphs.building
    graphs.tend(shard)
    assert not graphs.building
    assert shard.count(None) == COUNT
    assert len(list((tmp_path / "g1").glob("shard*"))) == 1
