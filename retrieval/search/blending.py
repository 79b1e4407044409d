"""The arithmetic of several vectors that ask together: what is wanted, weighted, and away from what is not.

Why these and no others, see docs/decisions/0008-examples.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.vectors import FloatArray, unit_rows

# How strongly what is not wanted repels.
REPELLED = 0.3


@dataclass(frozen=True, slots=True)
class Part:
    """One vector of a blend: float32 (dim,) of unit length, and its weight above 0."""

    vector: FloatArray
    weight: float


def blended(parts: Sequence[Part]) -> FloatArray | None:
    """The direction of Σ wᵢ·vᵢ: float32 (dim,) of unit length; None without parts.

    Vectors that cancel each other out have no direction; then the last of the heaviest stands for them.
    """
    if not parts:
        return None
    heaviest = max(part.weight for part in parts)
    # Over the heaviest, so that huge and tiny weights neither overflow nor vanish together.
    weights = np.array([part.weight / heaviest for part in parts], dtype=np.float32)
    vectors = np.stack([part.vector for part in parts])
    direction: FloatArray = unit_rows((weights @ vectors)[None, :])[0]
    return direction if direction.any() else vectors[len(parts) - 1 - int(np.argmax(weights[::-1]))]


def repelled(wanted: FloatArray, unwanted: Sequence[Part], strength: float = REPELLED) -> FloatArray:
    """What is wanted, turned away from what is not: the direction of q - β·n̄, n̄ the weighted mean of what is unwanted.

    Rocchio 1971, "Relevance feedback in information retrieval", with α = 1. For β = 1/2 it is the direction of
    2·mean(positive) - mean(negative), Qdrant's recommendation strategy `average_vector`.

    Parameters
    ----------
    wanted: q, float32 (dim,) of unit length.
    strength: β, at least 0.
    """
    if not unwanted:
        return wanted
    heaviest = max(part.weight for part in unwanted)
    weights = np.array([part.weight / heaviest for part in unwanted], dtype=np.float32)
    mean = (weights @ np.stack([part.vector for part in unwanted])) / weights.sum()
    direction: FloatArray = unit_rows((wanted - np.float32(strength) * mean)[None, :])[0]
    return direction if direction.any() else wanted
