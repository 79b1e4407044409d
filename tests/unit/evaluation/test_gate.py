"""What a new index has to pass before it serves."""

from __future__ import annotations

import pytest

from evaluation.generations import Comparison, refusal


def compared(*intervals: tuple[float, float]) -> list[Comparison]:
    return [Comparison(f"measure {at}", 100, 0.5, 0.5, low, high) for at, (low, high) in enumerate(intervals)]


WORSE, SAME, BETTER = (-0.2, -0.1), (-0.1, 0.1), (0.1, 0.2)


@pytest.mark.parametrize(
    ("intervals", "serves", "is_promoted"),
    [
        ([SAME, SAME], True, False),
        ([BETTER, SAME], True, True),
        ([BETTER, WORSE], False, False),
        ([WORSE], False, False),
        ([], True, False),
    ],
)
def test_an_index_must_not_be_worse_and_a_promoted_one_must_be_better(
    intervals: list[tuple[float, float]], serves: bool, is_promoted: bool
) -> None:
    assert (refusal(compared(*intervals), must_be_better=False) is None) == serves
    assert (refusal(compared(*intervals), must_be_better=True) is None) == is_promoted


def test_a_refusal_names_every_measure_that_is_worse() -> None:
    assert refusal(compared(WORSE, BETTER, WORSE), must_be_better=True) == "is worse: measure 0, measure 2"
    assert refusal(compared(SAME), must_be_better=True) == "is not better than the serving one beyond chance"
    assert refusal([], must_be_better=True) == "could not be compared"
