"""Pauses grow, end, and are logged once."""

from __future__ import annotations

import logging

import pytest

from core.errors import StoreUnavailable
from workers.outages import PAUSE_FIRST_S, PAUSE_MAX_S, Outages


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_pause_doubles_up_to_its_limit() -> None:
    outages = Outages(_Clock())
    pauses = [outages.note("store", StoreUnavailable("away")) for _ in range(12)]
    assert pauses[:3] == [PAUSE_FIRST_S, 2 * PAUSE_FIRST_S, 4 * PAUSE_FIRST_S]
    assert pauses[-1] == PAUSE_MAX_S


def test_a_part_is_paused_until_its_pause_has_passed_and_no_other_part_is() -> None:
    clock = _Clock()
    outages = Outages(clock)
    outages.note("g1", StoreUnavailable("away"))
    assert outages.paused("g1")
    assert not outages.paused("g2")
    clock.now_s += PAUSE_FIRST_S
    assert not outages.paused("g1")


def test_after_it_is_over_the_next_pause_is_short_again() -> None:
    outages = Outages(_Clock())
    for _ in range(5):
        outages.note("g1", StoreUnavailable("away"))
    outages.over("g1")
    assert not outages.paused("g1")
    assert outages.note("g1", StoreUnavailable("away")) == PAUSE_FIRST_S


def test_a_reason_is_logged_once_and_a_new_one_again(caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages(_Clock())
    with caplog.at_level(logging.WARNING):
        for reason in ("away", "away", "on fire", "on fire"):
            outages.note("g1", StoreUnavailable(reason))
        outages.over("g1")
        outages.over("g1")
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "indexing waits",
        "indexing waits",
        "indexing goes on after 0.0 s",
    ]
