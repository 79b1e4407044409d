from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.experiments import Arm, Experiment, arms_json

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def experiment(name: str, *shares: float) -> Experiment:
    return Experiment(name, tuple(Arm(f"arm{i}", share) for i, share in enumerate(shares)), NOW)


@given(st.text(min_size=1, max_size=40))
def test_a_shopper_always_meets_the_same_arm(user_id: str) -> None:
    assert experiment("e", 0.5, 0.5).arm_of(user_id) == experiment("e", 0.5, 0.5).arm_of(user_id)


def test_arms_get_their_shares_and_the_others_are_outside() -> None:
    tried = experiment("e", 0.5, 0.3)
    met = [tried.arm_of(f"shopper {i}") for i in range(10_000)]
    names = [None if arm is None else arm.name for arm in met]
    assert names.count("arm0") / len(names) == pytest.approx(0.5, abs=0.02)
    assert names.count("arm1") / len(names) == pytest.approx(0.3, abs=0.02)
    assert names.count(None) / len(names) == pytest.approx(0.2, abs=0.02)
    assert tried.arm_of("") is None


def test_another_experiment_scatters_the_same_shoppers() -> None:
    first, second = experiment("first", 0.5, 0.5), experiment("second", 0.5, 0.5)
    together = sum(first.arm_of(f"s{i}") == second.arm_of(f"s{i}") for i in range(5_000))
    assert together / 5_000 == pytest.approx(0.5, abs=0.03)


def test_whoever_has_met_an_arm_meets_it_with_a_larger_last_share_too() -> None:
    small, large = experiment("e", 0.2, 0.2), experiment("e", 0.2, 0.8)
    for i in range(500):
        before, after = small.arm_of(f"s{i}"), large.arm_of(f"s{i}")
        assert before is None or (after is not None and after.name == before.name)


def test_all_shares_may_be_given_away_in_spite_of_rounding() -> None:
    tried = experiment("e", 0.1, 0.2, 0.7)
    assert {arm.name for i in range(200) if (arm := tried.arm_of(f"s{i}"))} == {"arm0", "arm1", "arm2"}


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.6, 0.5), "shares: sum to more than one"),
        ((0.5,), "arms: must be 2"),
        ((0.05,) * 11, "arms: must be 2 to 10"),
    ],
)
def test_shares_that_cannot_be_are_refused(shares: tuple[float, ...], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        experiment("e", *shares)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "arm"),
        ({"name": "two words"}, "arm"),
        ({"share": 0}, "a.share"),
        ({"share": 1.5}, "a.share"),
        ({"share": float("nan")}, "a.share"),
        ({"personalize": 2}, "a.personalize"),
        ({"diversity": -0.1}, "a.diversity"),
    ],
)
def test_an_arm_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    whole: dict[str, Any] = {"name": "a", "share": 0.5} | changes
    with pytest.raises(InvalidInput) as caught:
        Arm(**whole)
    assert caught.value.field == field


def test_names_are_told_apart() -> None:
    with pytest.raises(InvalidInput, match="is there twice"):
        Experiment("e", (Arm("a", 0.1), Arm("a", 0.1)), NOW)
    with pytest.raises(InvalidInput, match="id"):
        experiment("no name/", 0.5, 0.5)


def test_an_arm_tells_what_it_changes() -> None:
    assert arms_json([Arm("a", 0.5), Arm("b", 0.5, "none", diversity=0.3)]) == [
        {"name": "a", "share": 0.5, "ranker": ""},
        {"name": "b", "share": 0.5, "ranker": "none", "diversity": 0.3},
    ]
