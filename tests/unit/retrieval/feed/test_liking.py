"""Likeness, pulls and scores, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vectors import FloatArray
from retrieval.feed.liking import likenesses, pull, score_of


def floats(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float32)


def signals(count: int, **given: FloatArray) -> dict[str, FloatArray]:
    nothing = np.zeros(count, dtype=np.float32)
    names = ("popularity", "freshness", "together", "shoppers", "fatigue")
    return dict.fromkeys(names, nothing) | {"interest": np.full(count, np.nan, dtype=np.float32)} | given


def test_likeness_weighs_words_twice_as_much_as_looks() -> None:
    looks = {
        "text": np.array([[1, 0], [0, 0]], dtype=np.float32),
        "image": np.array([[0, 1], [0, 1]], dtype=np.float32),
    }
    wanted = {"text": floats(1, 0), "image": floats(1, 0)}
    assert likenesses(looks, [wanted])[:, 0] == pytest.approx([2 / 3, 0.0])
    only_words = likenesses(looks, [{"text": floats(1, 0)}])[:, 0]
    assert only_words[0] == pytest.approx(1.0)
    assert np.isnan(only_words[1])


def test_the_nearest_product_is_pulled_most_and_a_weightier_direction_reaches_further() -> None:
    cosines = np.array([[0.9, 0.1], [0.8, 0.2], [np.nan, 0.3]], dtype=np.float32)
    pulls = pull(cosines, [1.0, 0.0])
    assert pulls[:, 0] == pytest.approx([1.0, 12 / 13, 0.0])
    assert pulls[:, 1] == pytest.approx([3 / 5, 3 / 4, 1.0])


def test_a_close_cluster_does_not_fill_the_page_alone() -> None:
    close = np.linspace(0.99, 0.98, 50, dtype=np.float32)
    wide = np.linspace(0.8, 0.3, 50, dtype=np.float32)
    cosines = np.full((100, 2), 0.0, dtype=np.float32)
    cosines[:50, 0], cosines[50:, 1] = close, wide
    first = np.argsort(-pull(cosines, [0.5, 0.5]).max(axis=1))[:10]
    assert 3 <= (first < 50).sum() <= 7


def test_taste_counts_the_more_the_more_is_known() -> None:
    taste = floats(1.0, 0.0)
    gains = [float(np.diff(score_of(taste, signals(2), events))[0]) for events in (0, 1, 10)]
    assert gains[0] == 0
    assert gains[2] < gains[1] < 0


def test_facts_count_the_more_the_more_is_known() -> None:
    nothing = np.full(2, np.nan, dtype=np.float32)
    facts = {
        "brand_affinity": floats(-0.5, 0.5),
        "category_affinity": nothing,
        "attribute_affinity": nothing,
        "price_affinity": nothing,
    }
    gains = [float(np.diff(score_of(floats(0, 0), signals(2, **facts), events))[0]) for events in (0, 1, 10)]
    assert gains[0] == 0
    assert 0 < gains[1] < gains[2] < 1


def test_what_is_shown_in_vain_falls() -> None:
    score = score_of(floats(0, 0, 0), signals(3, fatigue=floats(0, 2, 100)), 0)
    assert score[0] > score[1] > score[2] > -1


def test_what_is_nearer_to_the_disliked_than_to_the_liked_falls() -> None:
    score = score_of(floats(0, 0), signals(2, dislike=floats(0.9, 0.8), interest=floats(0.8, 0.9)), 5)
    assert score[0] < score[1] == 0


def test_dislikes_alone_push_the_nearest_down() -> None:
    score = score_of(floats(0, 0, 0), signals(3, dislike=floats(0.9, 0.5, 0.1)), 5)
    assert score[0] < score[1] == score[2]


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(-1, 1, width=32)), min_size=1, max_size=8))
def test_scores_are_finite_whatever_is_missing(values: list[float]) -> None:
    known = floats(*values)
    taste = pull(known[:, None], [1.0]).max(axis=1)
    assert np.isfinite(score_of(taste, signals(len(known), dislike=known, interest=known[::-1]), 3)).all()
