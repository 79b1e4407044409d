from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.means import decayed, direction, mean_profile, weighted_mean
from profiles.sessions import blend, session_profile

X, Y = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)


def rows(*vectors: np.ndarray) -> np.ndarray:
    return np.stack(vectors)


def test_an_event_weighs_half_as_much_after_a_half_life() -> None:
    assert decayed([4.0, 4.0, 8.0], [0.0, 10.0, 30.0], 10.0).tolist() == [4.0, 2.0, 1.0]


def test_the_mean_is_the_weighted_sum_over_the_sum_of_weights() -> None:
    mean = weighted_mean(rows(X, Y), [3.0, 1.0])
    assert mean is not None
    assert mean.tolist() == [0.75, 0.25]


@pytest.mark.parametrize("weights", [[], [0.0, 0.0]])
def test_without_weight_there_is_no_mean(weights: list[float]) -> None:
    assert weighted_mean(np.ones((len(weights), 2), dtype=np.float32), weights) is None


def test_weights_that_decayed_for_years_still_tell_a_mean() -> None:
    mean = weighted_mean(rows(X, Y), [3e-300, 1e-300])
    assert mean is not None
    assert mean.tolist() == pytest.approx([0.75, 0.25])


def test_the_profile_is_turned_away_from_what_is_disliked() -> None:
    # 1·(1, 0) - 0.5·(0, 1) = (1, -0.5), of length √1.25.
    profile = mean_profile(rows(X), [2.0], rows(Y), [7.0], 0.5)
    assert profile is not None
    assert profile.tolist() == pytest.approx([1 / 1.25**0.5, -0.5 / 1.25**0.5])


def test_dislikes_alone_say_nothing_of_where_to_go() -> None:
    assert mean_profile(np.empty((0, 2), dtype=np.float32), [], rows(X), [1.0], 0.5) is None


def test_where_likes_and_dislikes_cancel_each_other_out_the_likes_stand() -> None:
    profile = mean_profile(rows(X), [1.0], rows(X), [1.0], 1.0)
    assert profile is not None
    assert profile.tolist() == [1.0, 0.0]


def test_likes_that_cancel_each_other_out_point_nowhere() -> None:
    assert mean_profile(rows(X, -X), [1.0, 1.0]) is None
    assert direction(np.zeros(3, dtype=np.float32)) is None


def test_the_session_follows_the_published_recursion() -> None:
    # s = X; v = Y: cos 0, so α₁ = α₂ = ½ and s = (½, ½). v = Y again: cos = 1/√2, α₁ = (1/√2 + 1)/2.
    keep = (1 / 2**0.5 + 1) / 2
    expected = keep * np.array([0.5, 0.5]) + (1 - keep) * Y
    profile = session_profile(rows(X, Y, Y))
    assert profile is not None
    assert profile.tolist() == pytest.approx((expected / np.linalg.norm(expected)).tolist(), abs=1e-6)


def test_a_change_of_mind_turns_the_session_at_once() -> None:
    profile = session_profile(rows(X, X, X, -X))
    assert profile is not None
    assert profile.tolist() == [-1.0, 0.0]


def test_a_visit_without_events_has_no_profile() -> None:
    assert session_profile(np.empty((0, 2), dtype=np.float32)) is None


def test_session_and_long_term_are_blended_by_their_likeness() -> None:
    # cos = 0.6, so γ = 0.8: 0.8·(0.6, 0.8) + 0.2·(1, 0) = (0.68, 0.64).
    blended = blend(np.array([0.6, 0.8], dtype=np.float32), X)
    assert blended is not None
    assert blended.tolist() == pytest.approx((np.array([0.68, 0.64]) / np.hypot(0.68, 0.64)).tolist())


def test_of_two_opposites_the_long_term_stands_and_of_one_alone_that_one() -> None:
    opposite = blend(-X, X)
    assert opposite is not None
    assert opposite.tolist() == X.tolist()
    assert blend(None, X) is X
    assert blend(Y, None) is Y
    assert blend(None, None) is None


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3), max_size=12), st.floats(0, 2))
def test_no_profile_is_ever_anything_but_of_unit_length(vectors: list[list[float]], dislikes: float) -> None:
    units = [np.asarray(vector, dtype=np.float32) / np.linalg.norm(vector) for vector in vectors if any(vector)]
    some = np.stack(units) if units else np.empty((0, 3), dtype=np.float32)
    if not np.isfinite(some).all():
        return
    half = len(some) // 2
    long = mean_profile(some[:half], np.ones(half), some[half:], np.ones(len(some) - half), dislikes)
    session = session_profile(some)
    for profile in (long, session, blend(session, long)):
        if profile is not None:
            assert profile.dtype == np.float32
            assert np.linalg.norm(profile) == pytest.approx(1.0, abs=1e-4)
