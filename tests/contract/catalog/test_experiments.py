from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalog.opening import Catalog
from core.errors import Conflict, NotFound
from core.events import Event
from core.experiments import Arm, Experiment

START = datetime(2026, 1, 1, tzinfo=UTC)
ARMS = (Arm("a", 0.5), Arm("b", 0.25, "r1", personalize=0.5, diversity=0.25))


def test_one_runs_at_a_time_until_it_is_stopped(catalog: Catalog) -> None:
    first = Experiment("first", ARMS, START)
    catalog.experiments.start(first)
    assert catalog.experiments.running() == first == catalog.experiments.get("first")
    with pytest.raises(Conflict, match="experiments stop first"):
        catalog.experiments.start(Experiment("second", ARMS, START))
    catalog.experiments.stop("first", START + timedelta(days=1))
    catalog.experiments.stop("first", START + timedelta(days=2))
    assert catalog.experiments.running() is None
    assert catalog.experiments.get("first").stopped_at == START + timedelta(days=1)
    with pytest.raises(Conflict, match="another name"):
        catalog.experiments.start(first)
    catalog.experiments.start(Experiment("second", ARMS, START + timedelta(days=3)))
    assert [one.id for one in catalog.experiments.all()] == ["second", "first"]


def test_one_that_is_not_there_is_told(catalog: Catalog) -> None:
    for call in (catalog.experiments.get, lambda name: catalog.experiments.stop(name, START)):
        with pytest.raises(NotFound, match="experiment"):
            call("unknown")


def test_who_has_bought_in_a_time_is_known(catalog: Catalog) -> None:
    def bought(user: str, days: int, kind: str = "purchase") -> Event:
        return Event(f"{user}{days}{kind}", user, "", kind, "p", START + timedelta(days=days))

    catalog.events.add([bought("ann", 1), bought("ann", 2), bought("bob", 5), bought("eve", 1, "click")])
    assert catalog.experiments.buyers(START, START + timedelta(days=3)) == {"ann"}
