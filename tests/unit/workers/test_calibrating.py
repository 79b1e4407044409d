"""Calibration as a duty of an idle worker, over a real index of words."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from core.errors import CatalogUnavailable
from core.generations import Generation
from core.relevance import calibration_of
from retrieval.accepting import accept_products
from retrieval.relevance.calibrating import PRODUCTS_MIN
from retrieval.wiring import Vitrine, serving_generation
from workers import calibrating
from workers.calibrating import AFTER_FAILURE_S, LOOK_EVERY_S, QUIET_S, CalibrationDuty
from workers.lease_loop import run


class Clock:
    """Seconds that pass when told to, and a little whenever somebody looks."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1e-6
        return self.now_s


def _described(count: int) -> list[dict[str, Any]]:
    colours, kinds = ("red", "blue", "green"), ("shirt", "shoe", "bag", "scarf")
    return [
        {
            "id": f"p{i:03d}",
            "title": f"{colours[i % 3]} {kinds[i % 4]} {i}",
            "category": kinds[i % 4],
            "colour": colours[i % 3],
        }
        for i in range(count)
    ]


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    accept_products(v, _described(PRODUCTS_MIN))
    run(v, threading.Event(), until=lambda: v.catalog.queue.progress("g1").waiting == 0)
    return v


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _generations(v: Vitrine) -> Callable[[], Iterable[Generation]]:
    return lambda: [serving_generation(v)]


def _kept(v: Vitrine) -> dict[str, Any]:
    return dict(v.catalog.generations.get("g1").calibration)


def test_an_index_is_calibrated_after_a_quiet_time(shop: Vitrine, clock: Clock) -> None:
    duty = CalibrationDuty(shop, threading.Event(), clock)
    duty.perform(_generations(shop))
    assert not _kept(shop)
    clock.now_s += QUIET_S
    duty.perform(_generations(shop))
    fitted = calibration_of(_kept(shop))
    assert fitted is not None
    assert fitted.products == PRODUCTS_MIN


def test_work_puts_it_off(shop: Vitrine, clock: Clock) -> None:
    duty = CalibrationDuty(shop, threading.Event(), clock)
    clock.now_s += QUIET_S - 1
    duty.worked()
    clock.now_s += 2
    duty.perform(_generations(shop))
    assert not _kept(shop)


def test_what_waits_comes_first(shop: Vitrine, clock: Clock) -> None:
    accept_products(shop, _described(PRODUCTS_MIN + 5))
    duty = CalibrationDuty(shop, threading.Event(), clock)
    clock.now_s += QUIET_S
    duty.perform(_generations(shop))
    assert not _kept(shop)


def test_work_that_comes_meanwhile_ends_it(shop: Vitrine, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def interrupted(v: Vitrine, generation: Generation, go_on: Callable[[], bool]) -> bool:
        asked.append(go_on())
        accept_products(v, _described(PRODUCTS_MIN + 5))
        asked.append(go_on())
        clock.now_s += 1
        asked.append(go_on())
        return calibrate_when_due(v, generation, go_on)

    calibrate_when_due = calibrating.calibrate_when_due
    monkeypatch.setattr(calibrating, "calibrate_when_due", interrupted)
    duty = CalibrationDuty(shop, threading.Event(), clock)
    clock.now_s += QUIET_S
    duty.perform(_generations(shop))
    assert asked == [True, True, False]
    assert not _kept(shop)


def test_a_worker_that_has_to_leave_does_not_begin(shop: Vitrine, clock: Clock) -> None:
    stop = threading.Event()
    duty = CalibrationDuty(shop, stop, clock)
    clock.now_s += QUIET_S
    stop.set()
    duty.perform(_generations(shop))
    assert not _kept(shop)


def test_it_is_looked_at_now_and_then_only(shop: Vitrine, clock: Clock) -> None:
    looked = []

    def generations() -> list[Generation]:
        looked.append(clock.now_s)
        return []

    duty = CalibrationDuty(shop, threading.Event(), clock)
    for _ in range(4):
        clock.now_s += LOOK_EVERY_S / 2
        duty.perform(generations)
    assert len(looked) == 2


def test_a_failure_is_said_and_left_alone_for_long(
    shop: Vitrine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    tried = []

    def failing() -> list[Generation]:
        tried.append(clock.now_s)
        raise CatalogUnavailable("the database is away")

    duty = CalibrationDuty(shop, threading.Event(), clock)
    with caplog.at_level(logging.WARNING, "vitrine.workers"):
        for _ in range(int(AFTER_FAILURE_S / LOOK_EVERY_S) + 2):
            clock.now_s += LOOK_EVERY_S
            duty.perform(failing)
    assert len(tried) == 2
    assert "could not be learnt" in caplog.text


def test_a_shop_that_describes_nothing_is_tried_once(v: Vitrine, clock: Clock) -> None:
    accept_products(v, [{"id": f"p{i}", "title": f"thing {i}"} for i in range(PRODUCTS_MIN)])
    run(v, threading.Event(), until=lambda: v.catalog.queue.progress("g1").waiting == 0)
    asked = []
    duty = CalibrationDuty(v, threading.Event(), clock)
    for _ in range(2):
        clock.now_s += LOOK_EVERY_S
        duty.perform(_generations(v))
        asked.append(_kept(v))
    assert asked[0] == asked[1]
    assert asked[0]["indexed"] == PRODUCTS_MIN
