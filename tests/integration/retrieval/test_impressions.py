"""The log of impressions over a real catalogue: it keeps what it can, and never stands in anybody's way."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.opening import Catalog, open_catalog
from core.hits import Hit, SearchAnswer
from core.impressions import Impression
from core.queries import SearchQuery
from retrieval.impressions import ImpressionLog, note_search

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def shown(number: int, shown_at: datetime | None = None) -> Impression:
    return Impression(f"q{number:05}", "ann", "s", shown_at or datetime.now(UTC), ("a",))


def kept(catalog: Catalog) -> list[str]:
    return sorted(one.query_id for one in catalog.impressions.since(LONG_AGO))


def test_what_is_noted_is_stored_when_it_is_flushed_or_closed(catalog: Catalog) -> None:
    log = ImpressionLog(catalog, 30.0)
    for number in range(1_200):
        log.note(lambda number=number: shown(number))  # type: ignore[misc]
    log.flush()
    assert len(kept(catalog)) == 1_200
    log.note(lambda: shown(5_000))
    log.close()
    assert len(kept(catalog)) == 1_201
    log.note(lambda: shown(6_000))
    log.close()
    assert (len(kept(catalog)), log.dropped) == (1_201, 0)


def test_a_flush_waits_for_what_was_noted_before_it_and_for_nothing_after(catalog: Catalog) -> None:
    log = ImpressionLog(catalog, 30.0)
    made: list[int] = []

    def shown_and_followed_by_another() -> Impression:
        made.append(len(made))
        if len(made) < 100:
            log.note(shown_and_followed_by_another)
        return shown(made[-1])

    log.note(shown_and_followed_by_another)
    log.flush()
    assert "q00000" in kept(catalog)
    assert len(made) < 100
    log.close()


def test_nothing_is_noted_where_nothing_shall_be_kept(catalog: Catalog) -> None:
    log = ImpressionLog(catalog, 0.0)
    log.note(lambda: shown(1))
    log.flush()
    log.close()
    assert kept(catalog) == []


def test_what_does_not_fit_is_left_out_and_nobody_waits(catalog: Catalog) -> None:
    log = ImpressionLog(catalog, 30.0, queue_max=3)
    held, reached = threading.Event(), threading.Event()

    def slow() -> Impression:
        reached.set()
        held.wait(60)
        return shown(0)

    log.note(slow)
    assert reached.wait(60)
    for number in range(1, 6):
        log.note(lambda number=number: shown(number))  # type: ignore[misc]
    held.set()
    log.close()
    assert (kept(catalog), log.dropped) == (["q00000", "q00001", "q00002", "q00003"], 2)


def test_one_that_cannot_be_made_or_stored_does_not_end_the_log(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    log = ImpressionLog(catalog, 30.0)

    def broken() -> Impression:
        raise ZeroDivisionError

    log.note(broken)
    log.flush()
    log.note(lambda: shown(1))
    log.close()
    assert (kept(catalog), log.dropped) == (["q00001"], 1)
    assert "could not be made" in caplog.text


def test_a_database_that_is_gone_costs_the_impressions_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}", tmp_path)
    catalog.close()
    for path in tmp_path.glob("catalog.db*"):
        path.unlink()
    log = ImpressionLog(catalog, 30.0)
    with caplog.at_level(logging.WARNING):
        log.note(lambda: shown(1))
        log.close()
    assert log.dropped == 1
    assert "could not be stored" in caplog.text
    catalog.close()


def test_what_is_older_than_the_retention_time_is_deleted_every_hour(catalog: Catalog) -> None:
    now_s = 0.0
    log = ImpressionLog(catalog, 30.0, now_s=lambda: now_s)
    ago = datetime.now(UTC) - timedelta(days=31)

    def kept_after(number: int, shown_at: datetime | None) -> list[str]:
        log.note(lambda: shown(number, shown_at))
        log.flush()
        return kept(catalog)

    assert kept_after(1, ago) == []
    assert kept_after(2, ago) == ["q00002"]
    now_s = 3_601.0
    assert kept_after(3, None) == ["q00003"]
    log.close()


def test_a_search_that_finds_nothing_leaves_no_impression(catalog: Catalog) -> None:
    log = ImpressionLog(catalog, 30.0)
    query = SearchQuery(text="Red Shoe", user_id="ann", session_id="s")
    note_search(log, query, SearchAnswer((), "q0"))
    hits = (Hit("b", 1.0, {"text": 0.5}, {}), Hit("a", 0.5, {"text": 0.25}, {}))
    note_search(log, query, SearchAnswer(hits, "q1", first_position=20, generation="g", ranker="r"))
    log.close()
    (one,) = catalog.impressions.since(LONG_AGO)
    assert (one.query_id, one.user_id, one.session_id, one.items) == ("q1", "ann", "s", ("b", "a"))
    assert (one.first_position, one.generation, one.ranker, one.text) == (20, "g", "r", "red shoe")
    assert one.signals["text"].tolist() == [0.5, 0.25]
