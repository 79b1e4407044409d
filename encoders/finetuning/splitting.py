"""Which products are learned from, which say when to stop, and which are held out for the verdict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from encoders.finetuning.products import Codes

RARE_BELOW = 10
_RARE = -2


@dataclass(frozen=True, slots=True)
class Split:
    """Rows of the corpus.

    Attributes
    ----------
    train: learned from. validation: say when to stop. held_out: looked at only before and after.
    rare: how many labels had so few products that they were split as if they were one.
    """

    train: Codes
    validation: Codes
    held_out: Codes
    rare: int


def stratified_split(labels: Codes, groups: Codes, share: float, seed: int) -> Split:
    """Split so that every label has its share on each side; the same seed splits alike.

    Labels of fewer than ten groups are merged and split as one. Variants of one group stay together, because a product
    that differs from one that was learned by its size only would be no test.

    Parameters
    ----------
    labels, groups: a code for each product; a group has the label of its first product.
    share: of the products for validation, and as much again held out; between 0 and 0.5.
    """
    _, firsts, members = np.unique(groups, return_index=True, return_inverse=True)
    strata = labels[firsts].copy()
    values, counts = np.unique(strata, return_counts=True)
    rare = values[counts < RARE_BELOW]
    strata[np.isin(strata, rare)] = _RARE
    side = np.zeros(len(firsts), dtype=np.int64)
    chance = np.random.default_rng(seed)
    drawn = np.lexsort((chance.permutation(len(firsts)), strata))
    # One after another in the order of the labels; each time another whole product is due, the next one goes.
    side[drawn[_due(len(drawn), share, 0.0)]] = 1
    side[drawn[_due(len(drawn), share, 0.5)]] = 2
    sides = side[members]
    train, validation, held_out = (np.flatnonzero(sides == number) for number in range(3))
    return Split(train, validation, held_out, len(rare))


def _due(count: int, share: float, begun: float) -> NDArray[np.bool_]:
    """Which of so many in a row complete another whole when each adds `share`; evenly spread."""
    # Rounded, because ten times 0.1 must be a whole.
    whole = np.floor(np.round(begun + share * np.arange(count + 1), 9))
    return np.asarray(np.diff(whole) > 0)
