from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import InvalidInput, InvalidSource
from ranking.boosting import Boosting
from ranking.ranker import Ranker, load_ranker
from ranking.shown import fair_gains, page_worths, shown_of
from ranking.training import RECIPES, Trained, features_of, train
from tests.unit.ranking.pages import click, simulated

QUICK = Boosting(trees=40, depth=3, learning_rate=0.2, patience=15, threads=1)


@pytest.fixture(scope="module")
def trained() -> Trained:
    made = simulated(700)
    return train(shown_of(made.pages, made.events), made.events, lambda *_: None, QUICK)


@pytest.fixture
def ranker(trained: Trained) -> Ranker:
    return Ranker("r1", trained.model, trained.features, {"text": "pocket"}, {"loss": trained.recipe.loss})


def test_all_recipes_are_compared_and_the_best_is_kept(trained: Trained) -> None:
    assert set(trained.compared) == {str(recipe) for recipe in RECIPES}
    assert trained.compared[str(trained.recipe)] == max(trained.compared.values())
    assert set(trained.features) - {"position"} == {"popularity", "standing"}


def test_the_latest_pages_are_ordered_better_than_they_were_shown(trained: Trained) -> None:
    kept = trained.held_out
    assert kept.pages[0].shown_at > trained.training.pages[-1].shown_at
    gains, wanted = fair_gains(kept, trained.theta), kept.wanted()
    ours = page_worths(kept, gains, trained.model.score(features_of(kept, trained.features)))[wanted].mean()
    shown = page_worths(kept, gains, -kept.positions)[wanted].mean()
    assert ours > shown + 0.05


def test_positions_are_looked_at_as_the_simulated_shoppers_do(trained: Trained) -> None:
    assert trained.theta[:8] == pytest.approx(np.arange(1.0, 9.0) ** -0.5, abs=0.15)


def test_nothing_is_learnt_from_the_future() -> None:
    made = simulated(300)
    # Bought a year later: nobody who trains up to the first slice can know it.
    late = [click(page, 7, "purchase", 525_600.0) for page in made.pages[:150]]
    shown = shown_of(made.pages, [*made.events, *late])
    model = train(shown, [*made.events, *late], lambda *_: None, QUICK)
    assert model.training.gains.max() == 1.0


@pytest.mark.parametrize(
    ("count", "clicks", "said"),
    [
        (0, True, "no search that was answered"),
        (50, False, "has 50 pages and no click on any of them"),
        (30, True, "at least 40 are needed"),
    ],
)
def test_a_log_that_says_too_little_is_refused(count: int, clicks: bool, said: str) -> None:
    made = simulated(count)
    events = made.events if clicks else []
    with pytest.raises(InvalidInput, match=said):
        train(shown_of(made.pages, events), events, lambda *_: None, QUICK)


def test_a_ranker_ranks_the_same_after_it_was_saved(ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path / "r1")
    again = load_ranker(tmp_path / "r1")
    signals = {"popularity": np.array([0.1, 3.0], dtype=np.float32), "unheard of": np.ones(2, dtype=np.float32)}
    assert again.score(signals, 2).tolist() == ranker.score(signals, 2).tolist()
    assert ranker.score(signals, 2)[1] > ranker.score(signals, 2)[0]
    assert ranker.contributions(signals, 2).shape == (2, len(ranker.features))
    assert (again.id, again.features, dict(again.encoders)) == ("r1", ranker.features, {"text": "pocket"})
    assert again.about["loss"] == ranker.about["loss"]


def changed(**fields: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda described: described | fields


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(features=["standing", "popularity"]), "has learnt from"),
        (changed(features=["popularity"]), "has learnt from"),
        (changed(format=99), "format 1"),
        (changed(encoders=None), "lacks id, features or encoders"),
        (lambda _: [], "format 1"),
    ],
)
def test_a_folder_that_does_not_hold_together_is_refused(
    ranker: Ranker, tmp_path: Path, change: Callable[[Any], Any], said: str
) -> None:
    ranker.save(tmp_path / "r1")
    path = tmp_path / "r1" / "ranker.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(InvalidSource, match=said):
        load_ranker(tmp_path / "r1")


def test_a_model_of_signals_that_hits_do_not_carry_is_refused(
    ranker: Ranker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranker.save(tmp_path / "r1")
    monkeypatch.setattr("ranking.ranker.SIGNALS", {"standing": None})
    with pytest.raises(InvalidSource, match="popularity"):
        load_ranker(tmp_path / "r1")


@pytest.mark.parametrize("missing", ["model.cbm", "ranker.json"])
def test_a_folder_without_one_of_its_files_is_refused(ranker: Ranker, tmp_path: Path, missing: str) -> None:
    ranker.save(tmp_path / "r1")
    (tmp_path / "r1" / missing).unlink()
    with pytest.raises(InvalidSource, match="rank train"):
        load_ranker(tmp_path / "r1")


def test_a_folder_that_cannot_be_written_is_told(ranker: Ranker, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidSource, match="cannot be written"):
        ranker.save(tmp_path / "file" / "r1")
