from __future__ import annotations

from datetime import UTC, datetime

from catalog.opening import Catalog
from core.events import Event


def event(event_id: str, type_: str = "view") -> Event:
    return Event(event_id, "u", "s", type_, "p", datetime(2026, 1, 1, tzinfo=UTC), "q", 3, 4.5)


def test_an_event_counts_once_however_often_it_is_sent(catalog: Catalog) -> None:
    assert catalog.events.add([event("a"), event("b"), event("a", "like")]) == 2
    assert catalog.events.add([event("b"), event("c")]) == 1
    assert catalog.events.add([]) == 0


def test_many_events_in_one_call_are_all_kept(catalog: Catalog) -> None:
    many = [event(f"e{i}") for i in range(1_300)]
    assert catalog.events.add(many) == 1_300
    assert catalog.events.add(many) == 0
