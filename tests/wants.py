"""Who wants what, made so that it can be foretold."""

from __future__ import annotations

import numpy as np


def wants_of_two_tastes(shoppers: int, seed: int = 3) -> list[tuple[str, str]]:
    """Shoppers of two tastes with thirty products each, who also want one of thirty that everybody wants."""
    rng = np.random.default_rng(seed)
    wants = []
    for number in range(shoppers):
        own = 30 * (number % 2) + rng.permutation(30)[:7]
        wants += [(f"u{number}", f"x{rng.integers(30)}"), *((f"u{number}", f"p{product}") for product in own)]
    return wants
