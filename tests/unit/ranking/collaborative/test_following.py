"""What is wanted soon after what."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.collaborative.following import fit_following


def test_only_what_is_liked_after_counts_and_the_near_counts_more() -> None:
    shoppers = np.array([0, 0, 0, 1])
    products = np.array([0, 1, 2, 1])
    liked = np.array([True, False, True, True])

    found = fit_following(shoppers, products, liked, 3).toarray()

    # Product 2 comes two after 0 and one after 1; 0 was met once, 1 twice. Nothing crosses from shopper to shopper.
    assert found[0, 2] == pytest.approx(2 ** (-1 / 8) / 6)
    assert found[1, 2] == pytest.approx(1 / 7)
    assert np.count_nonzero(found) == 2


def test_one_event_is_followed_by_nothing() -> None:
    assert fit_following(np.array([0]), np.array([1]), np.array([True]), 2).nnz == 0
