"""What a benchmark hands back, and how its two sides take turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Side = TypeVar("Side")


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure has to reach."""

    limit: float
    at_least: bool = False

    def met_by(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, measured in several rounds.

    Attributes
    ----------
    name: what was measured, with what it is compared to.
    rounds: one value per round, in the order they were taken.
    unit: of the values; `x` for a ratio.
    target: None where the figure is only stated.
    """

    name: str
    rounds: tuple[float, ...]
    unit: str
    target: Target | None = None

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.rounds)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else self.target.met_by(self.median)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "name": self.name,
            "median": round(self.median, 4),
            "unit": self.unit,
            "rounds": [round(value, 4) for value in self.rounds],
            "target": None if self.target is None else str(self.target),
            "met": self.met,
        }


def alternated(rounds: int, sides: Mapping[str, Callable[[int], Side]]) -> dict[str, list[Side]]:
    """Run every side once per round, in turning order, so that what drifts on the machine meets both alike.

    Parameters
    ----------
    sides: by name, each called with the number of the round, from 0.
    """
    names = list(sides)
    results: dict[str, list[Side]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            results[name].append(sides[name](number))
    return results


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]


def ratios(name: str, above: Sequence[float], below: Sequence[float], target: Target | None = None) -> Measure:
    """The ratio of two sides, round by round."""
    return Measure(name, tuple(a / b for a, b in zip(above, below, strict=True)), "x", target)
