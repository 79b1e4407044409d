"""Candidates, their features, and what the trees make of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InvalidInput
from core.vectors import unit_rows
from evaluation.profiles.baselines import POPULARITY, AlsSettings, baselines
from evaluation.profiles.full import FullScorer, candidates, feature_names, fit_full
from evaluation.profiles.measuring import NDCG, measured, recommend
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.signals import Contents, Ingredients, fit_signals
from evaluation.profiles.slices import rare_products, strangers
from evaluation.profiles.splitting import Split, Task, last_share, warm_task
from tests.unit.evaluation.profiles.made_ratings import drawn

PRODUCTS = 36


@pytest.fixture(scope="module")
def made() -> Ratings:
    return drawn(11, shoppers=80, products=PRODUCTS)


@pytest.fixture(scope="module")
def ingredients() -> Ingredients:
    """Words tell the kind of a product, roughly; categories tell it exactly."""
    kinds = np.eye(3)[np.arange(PRODUCTS) % 3]
    noise = np.random.default_rng(1).normal(scale=0.3, size=(PRODUCTS, 3))
    return Ingredients(Contents(unit_rows(kinds + noise), unit_rows(kinds)), AlsSettings(8, 10.0, 1.0))


@pytest.fixture(scope="module")
def task(made: Ratings) -> Task:
    return warm_task(made, *last_share(made, np.ones(len(made.shoppers), dtype=bool), 0.2))


@pytest.fixture(scope="module")
def full(made: Ratings, ingredients: Ingredients, task: Task) -> FullScorer:
    return fit_full(ingredients, made, task.fit)


def test_it_finds_what_the_popular_does_not(made: Ratings, task: Task, full: FullScorer) -> None:
    ours = measured(recommend(full, task, 7), task.wanted)[NDCG].mean()
    popular = baselines(made)[POPULARITY][0].fit(made, task.fit)

    assert ours > 1.5 * measured(recommend(popular, task, 7), task.wanted)[NDCG].mean()


def test_what_is_held_out_changes_nothing_that_is_recommended(
    made: Ratings, ingredients: Ingredients, task: Task, full: FullScorer
) -> None:
    otherwise = replace(made, liked=np.where(task.fit, made.liked, ~made.liked), disliked=made.disliked & task.fit)
    known = replace(task.histories, ratings=otherwise)

    again = fit_full(ingredients, otherwise, task.fit)

    np.testing.assert_allclose(again.scores(known), full.scores(task.histories), rtol=1e-5)


def test_every_feature_has_a_name_and_nothing_known_is_a_candidate(
    made: Ratings, ingredients: Ingredients, task: Task
) -> None:
    models = fit_signals(made, task.fit, ingredients)
    signals = models.of(task.histories)

    found = candidates(signals, task.histories)

    assert found.features.shape == (len(found.owners), len(feature_names(signals)))
    assert len(set(feature_names(signals))) == len(feature_names(signals))
    assert not task.excluded[found.owners, found.products].any()
    assert np.all(np.diff(found.owners) >= 0)


def test_without_words_there_are_the_signals_of_events(made: Ratings, task: Task) -> None:
    scorer = fit_full(Ingredients(None, AlsSettings(8, 10.0, 1.0)), made, task.fit)

    assert np.isfinite(scorer.scores(task.histories)).all()


def test_a_product_that_nobody_met_is_found_by_what_it_is_about(made: Ratings, ingredients: Ingredients) -> None:
    every = np.ones(len(made.shoppers), dtype=bool)
    training, held = last_share(made, every, 0.2)
    hidden = made.products < 6
    task = warm_task(made, training & ~hidden, held | (training & hidden))
    models = fit_signals(made, task.fit, ingredients)
    assert models.bridge is not None
    scores = models.of(task.histories)["bridge"][:, :6]

    wanted = task.wanted.toarray()[:, :6] > 0

    assert scores[wanted].mean() > scores[~wanted].mean() + scores.std()


def test_strangers_are_served_by_what_others_did(made: Ratings, ingredients: Ingredients) -> None:
    training, held = last_share(made, np.ones(len(made.shoppers), dtype=bool), 0.2)
    fits = {"popularity": baselines(made)[POPULARITY][0].fit, "full": lambda r, fit: fit_full(ingredients, r, fit)}

    notes: list[str] = []
    found = strangers(Split(made, training, held), fits, 7, lambda *_: None, notes)

    assert sorted(found) == [1, 3, 5, 10]
    assert notes == []
    served = len(np.unique(made.shoppers[held & made.liked]))
    assert {len(rows[NDCG]) for by_name in found.values() for rows in by_name.values()} == {served}
    assert found[10]["full"][NDCG].mean() > found[10]["popularity"][NDCG].mean()


def test_rare_products_are_measured_against_chance(made: Ratings) -> None:
    training, held = last_share(made, np.ones(len(made.shoppers), dtype=bool), 0.2)
    hidden = made.products < 2
    task = warm_task(made, training & ~hidden, held | (training & hidden))
    popular = baselines(made)[POPULARITY][0].fit(made, task.fit)
    lists = {"popularity": recommend(popular, task, 7)}

    rare = rare_products(task, {"popularity": popular}, lists, 7)["none"]

    # There are two such products, so that the first fifty hold both, by chance as well.
    assert rare.products == 2
    assert rare.recall["popularity"].value == 1
    assert rare.over_chance["popularity"].value == 1


def test_where_nobody_likes_anything_nothing_is_learnt(made: Ratings, ingredients: Ingredients) -> None:
    unimpressed = replace(made, liked=made.liked & (np.arange(len(made.liked)) < 3))

    with pytest.raises(InvalidInput, match="nobody likes anything"):
        fit_full(ingredients, unimpressed, np.ones(len(made.shoppers), dtype=bool))
