"""Lists and figures, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from evaluation.profiles.measuring import DEPTH, best, figures, measured, ratio


def test_the_best_come_first_and_what_must_not_be_shown_not_at_all() -> None:
    found = best(np.array([[0.1, 0.9, -np.inf, 0.5]], dtype=np.float32), 3, 7)

    assert found.tolist() == [[1, 3, 0]]
    assert best(np.array([[0.1, -np.inf]], dtype=np.float32), 3, 7).tolist() == [[0, -1, -1]]


def test_equal_scores_do_not_come_in_the_order_of_the_file() -> None:
    found = best(np.zeros((1, 50), dtype=np.float32), 50, 7)[0]

    assert sorted(found) == list(range(50))
    assert found.tolist() != list(range(50))


def test_every_measure_of_a_list_by_hand() -> None:
    lists = np.full((1, DEPTH), -1)
    lists[0, :12] = np.arange(12)
    wanted = csr_matrix(([1.0, 1.0, 1.0], ([0, 0, 0], [1, 11, 40])), shape=(1, 50))

    rows = measured(lists, wanted)

    assert rows["precision@10"][0] == pytest.approx(1 / 10)
    assert rows["recall@10"][0] == pytest.approx(1 / 3)
    assert rows["recall@20"][0] == pytest.approx(2 / 3)
    assert rows["precision@20"][0] == pytest.approx(2 / 20)
    assert rows["hit_rate@10"][0] == 1
    ideal = sum(1 / math.log2(rank + 1) for rank in (1, 2, 3))
    assert rows["ndcg@10"][0] == pytest.approx(1 / math.log2(3) / ideal)
    assert rows["ndcg@20"][0] == pytest.approx((1 / math.log2(3) + 1 / math.log2(13)) / ideal)


def test_a_mean_lies_within_its_interval() -> None:
    figure = figures({"ndcg@10": np.linspace(0, 1, 200)}, 7)["ndcg@10"]

    assert figure.value == pytest.approx(0.5)
    # The standard error is 0.29 / sqrt(200) = 0.02.
    assert 0.44 < figure.low < 0.48 < 0.52 < figure.high < 0.56


def test_a_ratio_is_paired() -> None:
    below = np.random.default_rng(1).random(300)

    twice = ratio(2 * below, below, 7)

    assert (twice.value, twice.low, twice.high) == (pytest.approx(2), pytest.approx(2), pytest.approx(2))
    assert math.isinf(ratio(below, np.zeros(300), 7).value)
    assert math.isnan(ratio(np.zeros(3), np.zeros(3), 7).value)
