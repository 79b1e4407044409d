"""What each method recommends where the right answer can be told."""

from __future__ import annotations

import numpy as np
import pytest

from core.vectors import FloatArray, unit_rows
from evaluation.profiles.baselines import EASE, MOST_RECENT, POPULARITY, baselines
from evaluation.profiles.choosing import Variant, choose
from evaluation.profiles.contents import (
    BLEND,
    MEAN,
    METHODS,
    NEGATIVES,
    SESSION,
    TASTE,
    InterestScorer,
    ProfileScorer,
    Settings,
    TasteScorer,
    contents,
)
from evaluation.profiles.measuring import NDCG, Scorer, measured, recommend
from evaluation.profiles.ratings import Ratings
from evaluation.profiles.signals import Contents
from evaluation.profiles.splitting import Histories, Mask, histories_of, last_share, warm_task
from profiles.means import mean_profile
from profiles.sessions import blend, session_profile
from tests.unit.evaluation.profiles.made_ratings import drawn, ratings

EVENTS = ratings(
    [
        ("ann", "a", 5, 1),
        ("ann", "b", 1, 2),
        ("ann", "c", 5, 9),
        ("bob", "c", 5, 39.999),
        ("bob", "d", 5, 40.001),
        ("cid", "c", 5, 60),
        ("cid", "d", 5, 70),
    ]
)
EVERY = np.ones(len(EVENTS.shoppers), dtype=bool)
VECTORS: FloatArray = unit_rows(np.random.default_rng(5).normal(size=(4, 6)))
CONTENTS = Contents(VECTORS, np.zeros((4, 0), dtype=np.float32))


def _known(*shoppers: int) -> Histories:
    return histories_of(EVENTS, EVERY, np.array(shoppers))


def test_popularity_counts_likes() -> None:
    scorer = baselines(EVENTS)[POPULARITY][0].fit(EVENTS, EVERY)

    assert scorer.scores(_known(0, 1))[1].tolist() == [1, 0, 3, 2]


def test_what_is_liked_of_late_never_comes_from_after_the_shopper() -> None:
    days_30 = baselines(EVENTS)[MOST_RECENT][0].fit(EVENTS, EVERY)

    scores = days_30.scores(_known(0, 1, 2))

    # Ann's last event is on day 9, Bob's on day 40, Cid's on day 70: c of day 9 is 31 days before Bob's,
    # and Bob's d two minutes less than 30 days before Cid's, his c two minutes more.
    assert scores.tolist() == [[1, 0, 1, 0], [0, 0, 1, 1], [0, 0, 1, 2]]


@pytest.mark.parametrize("method", sorted(baselines(EVENTS)))
def test_every_baseline_finds_the_kind_that_a_shopper_likes(method: str) -> None:
    made = drawn(3, shoppers=60)
    training, held = last_share(made, np.ones(len(made.shoppers), dtype=bool), 0.2)
    task = warm_task(made, training, held)
    by_chance = 0.25

    chosen = choose(method, baselines(made)[method], task, 7)

    if method not in (POPULARITY, MOST_RECENT):
        assert chosen.validation > 1.4 * by_chance
    assert chosen.validation == max(chosen.tried.values())
    assert len(chosen.tried) == len(baselines(made)[method])


@pytest.mark.parametrize("method", sorted(baselines(EVENTS)))
def test_strangers_get_finite_scores(method: str) -> None:
    """Also one of whom nothing is known, and one whose only event is no like."""
    fit = EVENTS.shoppers != 0
    nobody = Histories(EVENTS, np.array([1]), np.array([1]), 2)

    for known in (_known(0), nobody):
        for variant in baselines(EVENTS)[method]:
            scores = variant.fit(EVENTS, fit).scores(known)
            assert scores.shape == (known.count, 4)
            assert np.isfinite(scores).all()


def test_without_room_for_its_matrix_there_is_no_ease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranking.collaborative.ease.INVERTED_MAX", 2)

    assert EASE not in baselines(EVENTS)


def test_profiles_are_those_that_serve_shops() -> None:
    liked, disliked = VECTORS[[0, 2]], VECTORS[[1]]
    aged = 2 ** (-np.array([8.0, 0.0]) / 30)
    long = mean_profile(liked, aged)
    assert long is not None
    session = session_profile(liked)
    expected = {
        MEAN: (Settings(30.0), long),
        NEGATIVES: (Settings(30.0, 0.3), mean_profile(liked, aged, disliked, [2 ** (-7 / 30)], 0.3)),
        SESSION: (Settings(session_likes=5), session),
        BLEND: (Settings(session_likes=5), blend(session, mean_profile(liked, [1.0, 1.0]))),
    }

    for kind, (settings, vector) in expected.items():
        assert vector is not None
        scorer = ProfileScorer(VECTORS, MEAN if kind == NEGATIVES else kind, settings)
        np.testing.assert_allclose(scorer.scores(_known(0))[0], VECTORS @ vector, atol=1e-5)


def test_a_visit_begins_after_a_pause() -> None:
    """Bob liked both within two minutes; Ann's visit is her last like alone."""
    visits = ProfileScorer(VECTORS, SESSION, Settings()).scores(_known(0, 1))

    both = session_profile(VECTORS[[2, 3]])
    assert both is not None
    np.testing.assert_allclose(visits, np.stack([VECTORS @ VECTORS[2], VECTORS @ both]), atol=1e-5)


def test_two_interests_are_both_served() -> None:
    axes: FloatArray = np.eye(4, dtype=np.float32)

    scores = InterestScorer(axes, 0.0).scores(_known(0))

    # Ann likes a and c, which have nothing in common; the mean of both would be near neither.
    np.testing.assert_allclose(scores, [[1, 0, 1, 0]], atol=1e-6)


def test_what_he_likes_the_category_of_is_to_his_taste() -> None:
    alike = Contents(np.zeros((4, 2), dtype=np.float32), unit_rows(np.array([[1, 0], [0, 1], [1, 0], [1, 1]])))

    scores = TasteScorer.over(alike, Settings(dislikes=0.3)).scores(_known(0))[0]

    # Ann likes a and c of the first category, and dislikes b of the second; of d each half speaks.
    assert scores[0] == scores[2] > scores[3] > scores[1]


@pytest.mark.parametrize("method", sorted(set(METHODS) - {TASTE}))
def test_of_whom_only_dislikes_are_known_nothing_is_guessed(method: str) -> None:
    only_disliked = Histories(EVENTS, np.array([1]), np.array([0]), 2)

    for variant in contents(CONTENTS)[method]:
        assert variant.fit(EVENTS, EVERY).scores(only_disliked).tolist() == [[0] * 4] * 2


def test_a_setting_that_is_better_on_validation_is_chosen() -> None:
    made = drawn(4)
    training, held = last_share(made, np.ones(len(made.shoppers), dtype=bool), 0.2)
    task = warm_task(made, training, held)

    class Knowing:
        """Knows by its sign what is wanted."""

        def __init__(self, sign: float) -> None:
            self.sign = sign

        def scores(self, histories: Histories) -> FloatArray:
            assert histories.count == task.histories.count
            return np.asarray(self.sign * task.wanted.toarray(), dtype=np.float32)

    def fit(sign: float) -> Variant:
        def fitted(_ratings: Ratings, _fit: Mask) -> Scorer:
            return Knowing(sign)

        return Variant(f"{sign:g}", fitted)

    chosen = choose("knowing", [fit(-1.0), fit(1.0)], task, 7)

    assert chosen.variant.settings == "1"
    assert chosen.validation == 1
    worst = measured(recommend(Knowing(-1.0), task, 7), task.wanted)[NDCG]
    assert chosen.tried["-1"] == pytest.approx(float(worst.mean()))
