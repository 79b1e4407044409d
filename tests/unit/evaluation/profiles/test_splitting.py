"""What is held out, and that nothing of it is known to anybody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.profiles.published import FIFTH, HALF, NO_SPLIT, published_task
from evaluation.profiles.splitting import Task, folds, last_share, stranger_task, warm_task
from tests.unit.evaluation.profiles.made_ratings import drawn, ratings

SMALL = ratings(
    [("ann", "a", 5, 1), ("ann", "b", 1, 2), ("ann", "c", 3, 3), ("ann", "d", 5, 4), ("bob", "a", 5, 1)]
    + [("cid", name, 5, day) for day, name in enumerate("abcde")]
)


def test_the_last_fifth_of_each_is_held_out_rounded_up() -> None:
    training, held = last_share(SMALL, np.ones(10, dtype=bool), 0.2)

    # One of ann's four, none of bob's only one, one of cid's five.
    assert held.nonzero()[0].tolist() == [3, 9]
    assert not (training & held).any()


def test_a_share_of_what_is_left_leaves_the_rest_alone() -> None:
    training, held = last_share(SMALL, np.ones(10, dtype=bool), 0.2)

    before, validation = last_share(SMALL, training, 0.2)

    assert validation.nonzero()[0].tolist() == [2, 8]
    assert not (before & (validation | held)).any()


def test_those_who_like_nothing_of_it_are_not_served() -> None:
    training, held = last_share(SMALL, np.ones(10, dtype=bool), 0.5)
    task = warm_task(SMALL, training, held)

    assert task.histories.count == 2
    assert task.wanted.toarray().tolist() == [[0, 0, 0, 1, 0], [0, 0, 1, 1, 1]]
    assert task.excluded.toarray().tolist() == [[1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]


def test_of_strangers_only_the_latest_events_are_known_and_all_are_excluded() -> None:
    training, held = last_share(SMALL, np.ones(10, dtype=bool), 0.2)

    task = stranger_task(SMALL, training, held, np.array([2]), 2)

    assert SMALL.products[task.histories.rows].tolist() == [2, 3]
    assert task.excluded.toarray().tolist() == [[1, 1, 1, 1, 0]]
    assert not task.fit[5:].any()


def test_earlier_events_fade_by_their_place() -> None:
    training, held = last_share(SMALL, np.ones(10, dtype=bool), 0.2)
    task = warm_task(SMALL, training, held)

    weights = task.histories.matrix(SMALL.liked, 1.0).toarray()

    # Of ann only the first is liked, so it is her latest like.
    assert weights.tolist() == [[1, 0, 0, 0, 0], [0.125, 0.25, 0.5, 1, 0]]


@given(seed=st.integers(0, 50), cut=st.sampled_from([1, 3, 10]), share=st.floats(0.05, 0.9))
def test_nothing_held_out_is_ever_known(seed: int, cut: int, share: float) -> None:
    made = drawn(seed, shoppers=9, products=12)
    training, held = last_share(made, np.ones(len(made.shoppers), dtype=bool), share)
    strangers = folds(made, 3, 100, seed)[0]
    tasks = [warm_task(made, training, held), stranger_task(made, training, held, strangers, cut)]

    for task in tasks:
        assert not (task.fit & held).any()
        assert not held[task.histories.rows].any()
        assert task.wanted.multiply(task.excluded).nnz == 0
        _latest_known_is_before_what_is_wanted(task)
    assert not np.isin(made.shoppers[tasks[1].fit], strangers).any()


def _latest_known_is_before_what_is_wanted(task: Task) -> None:
    made = task.histories.ratings
    for place in range(task.histories.count):
        rows = task.histories.of(place)
        if not len(rows):
            continue
        own = made.shoppers == made.shoppers[rows[0]]
        wanted = np.isin(made.products, task.wanted[place].nonzero()[1])
        assert made.times_s[rows].max() < made.times_s[own & wanted].min()


@pytest.mark.parametrize("protocol", [HALF, FIFTH])
def test_published_splits_recommend_nothing_known(protocol: str) -> None:
    task = published_task(drawn(1), protocol, 1_000, 7)

    assert task.wanted.multiply(task.excluded).nnz == 0
    assert task.histories.matrix(task.histories.ratings.liked).multiply(task.wanted).nnz == 0


def test_without_a_split_what_is_wanted_is_what_is_known() -> None:
    task = published_task(drawn(1), NO_SPLIT, 1_000, 7)

    known = task.histories.matrix(task.histories.ratings.liked)
    assert (known != task.wanted).nnz == 0
    assert task.excluded.nnz == 0


def test_folds_hold_every_shopper_once() -> None:
    made = drawn(2)
    parts = folds(made, 3, 100, 7)

    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(made.shopper_ids)))
    assert [len(part) for part in folds(made, 3, 5, 7)] == [5, 5, 5]
