"""What others want beside, counted by hand."""

from __future__ import annotations

from math import sqrt

import pytest

from retrieval.feed.together import WantedTogether

# Bag and belt go together for three shoppers, bag and cap for two, bag and hat for one.
WANTS = [
    ("a", "bag"), ("a", "belt"), ("a", "cap"),
    ("b", "bag"), ("b", "belt"), ("b", "cap"),
    ("c", "bag"), ("c", "belt"), ("c", "hat"),
    ("d", "sock"), ("d", "shoe"),
]  # fmt: skip


def test_what_two_others_want_with_it_stands_beside_it() -> None:
    beside = WantedTogether.of(WANTS).beside({"bag": 1.0}, "me")
    assert beside.keys() == {"belt", "cap"}
    assert {liked for _, liked in beside.values()} == {"bag"}
    assert beside["belt"][0] == pytest.approx(3 / sqrt(8 * 8))
    assert beside["cap"][0] == pytest.approx(2 / sqrt(8 * 7))


def test_a_shoppers_own_wants_say_nothing_to_himself() -> None:
    assert WantedTogether.of(WANTS).beside({"bag": 1.0}, "a").keys() == {"belt"}


def test_like_minded_shoppers_share_two_wants_at_least() -> None:
    together = WantedTogether.of(WANTS)
    found = together.of_like_minded({"bag": 1.0, "belt": 2.0}, "me")
    assert found == {"cap": pytest.approx(2 * 2 / sqrt(2 * 3))}
    assert together.of_like_minded({"bag": 1.0}, "me") == {}


def test_the_order_and_repetition_of_wants_do_not_matter() -> None:
    once, twice = WantedTogether.of(WANTS), WantedTogether.of([*reversed(WANTS), *WANTS])
    assert once.beside({"belt": 1.0}, "me") == twice.beside({"belt": 1.0}, "me")


@pytest.mark.parametrize("pairs", [[], WANTS])
def test_unknown_likes_bring_nothing(pairs: list[tuple[str, str]]) -> None:
    together = WantedTogether.of(pairs)
    assert together.beside({"lamp": 1.0}, "me") == {}
    assert together.of_like_minded({"lamp": 1.0, "rug": 1.0}, "me") == {}
    assert together.of_like_minded({}, "me") == {}
