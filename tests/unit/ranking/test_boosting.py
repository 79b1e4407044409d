from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidInput, InvalidSource
from ranking.boosting import LOSSES, Boosting, RankingRows, boost, load_boosted

SMALL = Boosting(trees=60, depth=3, learning_rate=0.2, patience=20, threads=1)
NAMES = ("telling", "noise")


def rows(groups: int, seed: int) -> RankingRows:
    """Groups of eight rows of which the one with the largest first feature is wanted; one number in five is missing."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(groups, 8, 2)).astype(np.float32)
    gains = (features[:, :, 0] == features[:, :, 0].max(axis=1, keepdims=True)).astype(np.float64)
    features[:, :, 1][rng.random((groups, 8)) < 0.2] = np.nan
    return RankingRows(features.reshape(-1, 2), np.repeat(np.arange(groups), 8), gains.ravel())


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_wanted_comes_first_in_groups_never_seen(loss: str) -> None:
    model = boost(rows(200, 1), rows(60, 2), NAMES, Boosting(loss, 60, 3, 0.2, 20, threads=1))
    unseen = rows(100, 3)
    best = model.score(unseen.features).reshape(100, 8).argmax(axis=1)
    right = (best == unseen.gains.reshape(100, 8).argmax(axis=1)).mean()
    assert right > 0.85
    assert model.features == NAMES
    assert 0 < model.trees <= 60


def test_contributions_add_up_to_the_score_but_for_a_constant_and_name_what_tells() -> None:
    model = boost(rows(200, 1), rows(60, 2), NAMES, SMALL)
    unseen = rows(30, 3)
    rest = model.score(unseen.features) - model.contributions(unseen.features).sum(axis=1)
    assert rest == pytest.approx(np.full(len(rest), rest[0]), abs=1e-4)
    importances = model.importances(unseen)
    assert list(importances) == ["telling", "noise"]
    assert sum(importances.values()) == pytest.approx(1.0)
    assert importances["telling"] > 0.8


def test_a_model_scores_the_same_after_it_was_saved(tmp_path: Path) -> None:
    model = boost(rows(100, 1), rows(40, 2), NAMES, SMALL)
    model.save(tmp_path / "model.cbm")
    again = load_boosted(tmp_path / "model.cbm")
    unseen = rows(20, 3).features
    assert again.score(unseen).tolist() == model.score(unseen).tolist()
    assert again.features == NAMES


def test_the_same_rows_and_seed_give_the_same_model() -> None:
    unseen = rows(20, 3).features
    scores = [boost(rows(100, 1), rows(40, 2), NAMES, SMALL).score(unseen).tolist() for _ in range(2)]
    assert scores[0] == scores[1]


def test_groups_in_which_all_are_alike_cannot_be_learnt_from() -> None:
    good = rows(50, 1)
    nothing = RankingRows(good.features, good.groups, np.zeros_like(good.gains))
    with pytest.raises(InvalidInput, match="training: has no group"):
        boost(nothing, good, NAMES, SMALL)
    with pytest.raises(InvalidInput, match="validation: has no group"):
        boost(good, nothing, NAMES, SMALL)


@pytest.mark.parametrize("content", [None, b"", b"this is no model" * 100])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.cbm"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidSource, match="rank train"):
        load_boosted(path)
