"""How much fields tell shoppers apart, by hand and by shoppers drawn from what is looked for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from profiles.affinities import PRIOR
from profiles.telling import concentration

NOBODY = np.empty(0, dtype=np.intp)


def drawn(alpha: float, shoppers: int, choices: int, lot: np.random.Generator) -> tuple[NDArray[np.intp], ...]:
    """Sizes and counts of shoppers who choose among five values, and the number of each pair's value."""
    usual = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    counts = np.stack([lot.multinomial(choices, lot.dirichlet(alpha * usual)) for _ in range(shoppers)])
    who, what = np.nonzero(counts)
    return np.full(shoppers, choices), counts[who, what], usual[what]


def test_without_shoppers_it_is_what_evidence_takes_it_to_be() -> None:
    assert concentration(NOBODY, NOBODY, np.empty(0)) == PRIOR


@pytest.mark.parametrize("alpha", [3.0, 10.0, 30.0])
def test_it_finds_what_shoppers_were_drawn_with(alpha: float) -> None:
    found = concentration(*drawn(alpha, 600, 20, np.random.default_rng(7)))
    assert alpha / 1.6 <= found <= alpha * 1.6


def test_shoppers_who_choose_alike_are_not_told_apart() -> None:
    assert concentration(*drawn(1e6, 300, 20, np.random.default_rng(7))) == 200


def test_a_few_choices_move_it_a_little() -> None:
    always_one = concentration(np.array([3]), np.array([3]), np.array([0.5]))
    assert 2 < always_one < PRIOR


def test_it_is_the_likeliest_of_a_grid() -> None:
    """Two shoppers; one took red three times of four, the other blue twice."""
    sizes, counts, shares = np.array([4, 2]), np.array([3, 1, 2]), np.array([0.2, 0.5, 0.5])

    def believed(alpha: float) -> float:
        known = sum(math.lgamma(alpha) - math.lgamma(alpha + int(size)) for size in sizes)
        for count, share in zip(counts.tolist(), shares.tolist(), strict=True):
            known += math.lgamma(count + alpha * share) - math.lgamma(alpha * share)
        return known - 0.5 * math.log(alpha / PRIOR) ** 2

    grid = (2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200)
    assert concentration(sizes, counts, shares) == max(grid, key=believed)
