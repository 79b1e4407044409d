from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.generations import Generation, View
from core.hits import Hit
from ranking.boosting import Boosting, RankingRows, boost
from ranking.ranker import Ranker
from retrieval.reranking.folders import rankers_dir
from retrieval.reranking.ordering import reranked, with_contributions
from retrieval.reranking.shelf import AFTER_FAILURE_S, RankerShelf
from retrieval.search.candidates import Candidates

GENERATION = Generation("g", "default", (View("text", "text", 8, "pocket", frozenset()),))


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    """Wants what is popular."""
    popular = np.tile(np.arange(8, dtype=np.float32), 40)[:, None]
    rows = RankingRows(popular, np.repeat(np.arange(40), 8), (popular[:, 0] / 8).astype(np.float64))
    model = boost(rows, rows, ("popularity",), Boosting(trees=30, depth=3, learning_rate=0.3, threads=1))
    return Ranker("r1", model, ("popularity",), {"text": "pocket"})


def found(count: int) -> Candidates:
    """The less popular, the higher; popularity goes round from 0 to 7."""
    popular = (np.arange(count) % 8).astype(np.float32)
    scores = np.linspace(1.0, 0.5, count).astype(np.float32)
    return Candidates(tuple(f"p{i:03}" for i in range(count)), {"popularity": popular}, scores)


def test_the_ranker_decides_and_scores_fall_within_the_range_they_had(ranker: Ranker) -> None:
    after = reranked(found(8), ranker)
    assert list(after.ids) == [f"p{i:03}" for i in reversed(range(8))]
    assert after.signals["popularity"].tolist() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert (np.diff(after.scores) <= 0).all()
    assert (after.scores[0], after.scores[-1]) == (1.0, 0.5)


def test_what_lies_deeper_keeps_its_place(ranker: Ranker) -> None:
    before = found(230)
    after = reranked(before, ranker)
    assert after.ids[200:] == before.ids[200:]
    assert sorted(after.ids) == sorted(before.ids)
    assert (after.signals["popularity"][:25] == 7).all()
    assert (np.diff(after.scores) <= 0).all()


def test_the_rules_of_the_shop_have_the_last_word(ranker: Ranker) -> None:
    def buried(candidates: Candidates) -> Candidates:
        lower = np.where(candidates.signals["popularity"] == 7, np.float32(1), np.float32(0))
        return replace(candidates, scores=candidates.scores - lower).ranked(len(candidates))

    after = reranked(found(8), ranker, buried)
    assert list(after.ids)[:2] == ["p006", "p005"]
    assert after.ids[-1] == "p007"
    assert (np.diff(after.scores) <= 0).all()


def test_one_hit_and_a_ranker_without_an_opinion_change_nothing(ranker: Ranker) -> None:
    assert reranked(found(1), ranker).scores.tolist() == found(1).scores.tolist()
    unknown = replace(found(5), signals={})
    assert reranked(unknown, ranker).ids == unknown.ids
    assert reranked(unknown, ranker).scores.tolist() == unknown.scores.tolist()


def test_hits_tell_what_each_signal_adds(ranker: Ranker) -> None:
    hits = with_contributions([Hit("a", 1.0, {"popularity": 7.0}, {}), Hit("b", 1.0, {}, {})], ranker)
    assert hits[0].contributions["popularity"] > hits[1].contributions["popularity"]
    assert with_contributions([], ranker) == ()


def test_a_ranker_is_tried_again_some_time_after_it_failed(
    ranker: Ranker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now_s = 0.0
    shelf = RankerShelf(tmp_path, lambda: now_s)
    assert shelf.usable("", GENERATION) is None
    assert shelf.usable("r1", GENERATION) is None
    assert "hits are not ranked by 'r1'" in caplog.text
    ranker.save(rankers_dir(tmp_path) / "r1")
    assert shelf.usable("r1", GENERATION) is None
    now_s = AFTER_FAILURE_S
    loaded = shelf.usable("r1", GENERATION)
    assert loaded is not None
    assert shelf.usable("r1", GENERATION) is loaded
    assert shelf.usable("../r1", GENERATION) is None


def test_nobody_waits_while_somebody_else_loads_a_ranker(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(rankers_dir(tmp_path) / "r1")
    shelf = RankerShelf(tmp_path)
    with shelf._lock:
        assert shelf.usable("r1", GENERATION) is None
    assert shelf.usable("r1", GENERATION) is not None


def test_a_ranker_of_another_kind_of_index_is_not_used(
    ranker: Ranker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ranker.save(rankers_dir(tmp_path) / "r1")
    shelf = RankerShelf(tmp_path)
    assert shelf.usable("r1", GENERATION) is not None
    other = replace(GENERATION, views=(View("text", "text", 8, "another", frozenset()),))
    assert shelf.usable("r1", other) is None
    assert "has learnt from an index of text: pocket" in caplog.text
