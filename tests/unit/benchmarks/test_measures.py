"""Figures are what they say they are, and the sides of a ratio take turns."""

from __future__ import annotations

import pytest

from benchmarks.measures import Measure, Target, alternated, percentile, ratios


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10.0), (0.95, 19.0), (0.96, 20.0), (1.0, 20.0), (0.01, 1.0)])
def test_a_percentile_is_the_value_that_this_share_does_not_exceed(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(20, 0, -1)], share) == expected


def test_the_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.95) == 7.0


def test_a_ratio_is_taken_round_by_round() -> None:
    measure = ratios("a / b", [2.0, 9.0, 8.0], [1.0, 3.0, 2.0], Target(3.0))
    assert measure.rounds == (2.0, 3.0, 4.0)
    assert measure.median == 3.0
    assert measure.met is True


@pytest.mark.parametrize(("target", "met"), [(Target(1.9), False), (Target(1.9, at_least=True), True), (None, None)])
def test_a_target_is_met_from_its_own_side(target: Target | None, met: bool | None) -> None:
    assert Measure("figure", (1.0, 2.0, 3.0), "x", target).met is met


def test_a_measure_keeps_its_rounds_for_machines() -> None:
    assert Measure("figure", (1.0, 2.5), "ms", Target(2)).as_json() == {
        "name": "figure",
        "median": 1.75,
        "unit": "ms",
        "rounds": [1.0, 2.5],
        "target": "≤ 2",
        "met": True,
    }


def test_the_sides_take_turns_at_going_first() -> None:
    calls: list[tuple[str, int]] = []

    def side(name: str, number: int) -> int:
        calls.append((name, number))
        return number * 10

    results = alternated(3, {"a": lambda n: side("a", n), "b": lambda n: side("b", n)})
    assert calls == [("a", 0), ("b", 0), ("b", 1), ("a", 1), ("a", 2), ("b", 2)]
    assert results == {"a": [0, 10, 20], "b": [0, 10, 20]}
