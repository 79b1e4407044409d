from __future__ import annotations

import threading

import pytest

from retrieval.refreshing import Refreshed


class Clock:
    """Seconds that go by when told to."""

    s = 0.0

    def __call__(self) -> float:
        return self.s


def test_a_value_is_read_again_when_it_is_old_or_somebody_says_so() -> None:
    clock = Clock()
    kept: Refreshed[int] = Refreshed(1.0, clock)
    reads = iter(range(100))

    def current() -> int:
        return kept.current(lambda _: next(reads))

    assert (current(), current()) == (0, 0)
    clock.s = 0.9
    assert current() == 0
    clock.s = 1.1
    assert (current(), current()) == (1, 1)
    kept.look_again()
    assert (current(), current()) == (2, 2)


def test_what_has_not_changed_may_stay_the_very_same() -> None:
    kept: Refreshed[list[int]] = Refreshed(0.0, Clock())
    first = kept.current(lambda _: [1])
    assert kept.current(lambda before: before or []) is first


def test_reading_takes_no_more_than_its_share_of_the_time() -> None:
    clock = Clock()
    kept: Refreshed[float] = Refreshed(1.0, clock, share_of_time_max=0.1)

    def read(_: float | None) -> float:
        clock.s += 2.0
        return clock.s

    assert kept.current(read) == 2.0
    clock.s = 21.9
    assert kept.current(read) == 2.0
    clock.s = 22.1
    assert kept.current(read) == pytest.approx(24.1)


def test_the_next_one_tries_again_after_a_failure() -> None:
    kept: Refreshed[int] = Refreshed(1.0, Clock())
    with pytest.raises(ZeroDivisionError):
        kept.current(lambda _: 1 // 0)
    assert kept.current(lambda _: 7) == 7


def test_nobody_waits_for_a_value_that_is_being_read_again() -> None:
    clock = Clock()
    kept: Refreshed[str] = Refreshed(1.0, clock)
    kept.current(lambda _: "old")
    clock.s = 2.0
    reading, go_on = threading.Event(), threading.Event()

    def slowly(_: str | None) -> str:
        reading.set()
        go_on.wait(30)
        return "new"

    thread = threading.Thread(target=kept.current, args=(slowly,))
    thread.start()
    assert reading.wait(30)
    assert kept.current(slowly) == "old"
    go_on.set()
    thread.join()
    assert kept.current(slowly) == "new"
