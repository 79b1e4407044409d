from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from ranking.positions import EXAMINED_MIN, POSITIONS, examined, inverse_propensities

SUPPOSED = np.arange(1.0, POSITIONS + 1.0) ** -0.5


Clicks = tuple[NDArray[np.intp], NDArray[np.bool_], NDArray[np.intp]]


def clicks_of(pages: int, power: float, noise: float) -> Clicks:
    """Pages of twelve products under 40 queries, the more wanted ones higher, looked at as (position + 1)^-power."""
    rng = np.random.default_rng(3)
    wanted = rng.beta(1, 3, (40, 25))
    looked = np.arange(1.0, 13.0) ** -power
    positions, clicked, pairs = [], [], []
    for _ in range(pages):
        query = int(rng.integers(40))
        order = np.argsort(-(wanted[query] + rng.normal(0, noise, 25)))[:12]
        positions.append(np.arange(12))
        clicked.append(rng.random(12) < looked * wanted[query][order])
        pairs.append(query * 25 + order)
    return np.concatenate(positions), np.concatenate(clicked), np.concatenate(pairs)


@pytest.mark.parametrize("power", [0.3, 1.0])
def test_looking_and_liking_are_told_apart_where_products_change_places(power: float) -> None:
    positions, clicked, pairs = clicks_of(6_000, power, noise=0.2)
    found = examined(positions, clicked, pairs)
    assert found[:12] == pytest.approx(np.arange(1.0, 13.0) ** -power, abs=0.06)
    rates = np.bincount(positions, clicked) / np.bincount(positions)
    assert rates[4] / rates[0] < found[4] - 0.08


def test_two_counts_give_the_ratio_of_their_rates() -> None:
    # 100 views and 40 clicks on top, 100 and 10 below: a quarter, but for five clicks' worth of what was supposed.
    positions = np.repeat([0, 1], 100)
    clicked = np.concatenate([np.arange(100) < 40, np.arange(100) < 10])
    found = examined(positions, clicked, np.zeros(200, dtype=np.intp))
    assert 0.25 < found[1] < 0.36
    many = examined(np.repeat(positions, 100), np.repeat(clicked, 100), np.zeros(20_000, dtype=np.intp))
    assert many[1] == pytest.approx(0.25, abs=0.003)


def test_what_never_changed_places_says_nothing() -> None:
    positions, clicked, pairs = clicks_of(500, 1.0, noise=0.0)
    assert examined(positions, clicked, pairs) == pytest.approx(SUPPOSED)
    nothing = np.empty(0, dtype=np.intp)
    assert examined(nothing, nothing.astype(np.bool_), nothing) == pytest.approx(SUPPOSED)


def test_looks_never_rise_with_the_position() -> None:
    rng = np.random.default_rng(1)
    found = examined(rng.integers(0, 80, 2_000), rng.random(2_000) < 0.1, rng.integers(0, 30, 2_000))
    assert (np.diff(found) <= 1e-12).all()
    assert found[0] == 1.0


def test_acts_count_by_how_unlikely_they_were_up_to_a_limit() -> None:
    theta = SUPPOSED
    weights = inverse_propensities(theta, np.array([0, 3, 3, 10_000]), np.array([1.0, 1.0, 0.5, 0.01]))
    assert weights == pytest.approx([1.0, 2.0, 4.0, 1 / EXAMINED_MIN])
