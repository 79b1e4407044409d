from __future__ import annotations

import numpy as np
import pytest

from core.vectors import unit_rows
from profiles.interests import Cluster, interests, silhouette


def around(*centres: int, count: int, seed: int = 3) -> np.ndarray:
    """`count` unit vectors of 8 numbers near each of some axes."""
    rng = np.random.default_rng(seed)
    rows = [np.eye(8)[centre] + 0.05 * rng.normal(size=8) for centre in centres for _ in range(count)]
    return unit_rows(np.array(rows, dtype=np.float32))


def members(clusters: tuple[Cluster, ...]) -> set[frozenset[int]]:
    return {frozenset(cluster.members) for cluster in clusters}


def test_shoes_and_lamps_are_two_interests() -> None:
    found = interests(around(0, 1, count=5), np.ones(10))
    assert members(found) == {frozenset(range(5)), frozenset(range(5, 10))}
    assert [cluster.weight for cluster in found] == [0.5, 0.5]


def test_one_taste_is_one_interest() -> None:
    rng = np.random.default_rng(1)
    found = interests(unit_rows(np.eye(32)[0] + 0.1 * rng.normal(size=(12, 32)).astype(np.float32)), np.ones(12))
    assert len(found) == 1


def test_an_interest_is_told_by_the_product_in_its_middle() -> None:
    angles = np.radians([0.0, 10.0, 20.0, 90.0, 100.0, 110.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = interests(vectors, [1, 1, 1, 2, 2, 2])
    assert [cluster.medoid for cluster in found] == [4, 1]
    assert [cluster.weight for cluster in found] == pytest.approx([6 / 9, 3 / 9])


def test_a_heavy_product_draws_the_middle_to_itself() -> None:
    angles = np.radians([0.0, 10.0, 20.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    (found,) = interests(vectors, [50, 1, 1], interests_max=1)
    assert (found.medoid, found.members[0]) == (0, 0)


def test_two_products_are_an_interest_each() -> None:
    assert [cluster.medoid for cluster in interests(around(0, 1, count=1), [1.0, 3.0])] == [1, 0]


def test_what_weighs_nothing_tells_no_interest() -> None:
    assert interests(around(0, count=3), [0.0, 0.0, 0.0]) == ()
    assert interests(np.empty((0, 8), dtype=np.float32), []) == ()


def test_equal_products_are_one_interest() -> None:
    found = interests(np.repeat(around(0, count=1), 5, axis=0), np.ones(5))
    assert members(found) == {frozenset(range(5))}


def test_interests_do_not_depend_on_the_order_of_products() -> None:
    vectors, weights = around(0, 2, 5, count=6), np.arange(1.0, 19.0)
    order = np.random.default_rng(2).permutation(18)
    moved = interests(vectors[order], weights[order])
    assert [int(order[cluster.medoid]) for cluster in moved] == [
        cluster.medoid for cluster in interests(vectors, weights)
    ]


def test_a_silhouette_is_as_computed_by_hand() -> None:
    # Points 0, 1 and 5 on a line, the first two together: (5 - 1)/5, (4 - 1)/4, and alone 0.
    places = np.array([0.0, 1.0, 5.0])
    distances = np.abs(places[:, None] - places)
    assert silhouette(distances, np.array([0, 0, 1])) == pytest.approx((4 / 5 + 3 / 4 + 0) / 3)
