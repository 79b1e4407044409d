"""How SQLite reads the queue and shoppers' events: nothing that is asked again and again may read every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from catalog.database import Database
from catalog.events import Events
from catalog.migrating import apply_migrations
from catalog.queue import SqlJobQueue
from catalog.wants import Wants
from core.events import Event

Plan = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'catalog.db'}")
    apply_migrations(opened)
    yield opened
    opened.close()


@pytest.fixture
def plan(database: Database) -> Plan:
    """How each statement on the queue or on events is carried out that a call sends."""

    def explained(call: Callable[[], object]) -> list[str]:
        sent: list[tuple[str, Any]] = []

        def note(*arguments: Any) -> None:
            sent.append((arguments[2], arguments[3]))

        sa.event.listen(database._engine, "before_cursor_execute", note)
        call()
        sa.event.remove(database._engine, "before_cursor_execute", note)
        with database.reading() as connection:
            return [
                " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
                for statement, values in sent
                if "index_state" in statement or "FROM events" in statement
            ]

    return explained


def test_only_the_total_is_counted_over_all_rows(database: Database, plan: Plan) -> None:
    (counted,) = plan(lambda: SqlJobQueue(database, "default").progress("g1"))
    for state in ("pending", "leased", "failed", "deleted"):
        assert f"COVERING INDEX index_state_{state} (" in counted
    assert counted.count("COVERING INDEX") == 5


def test_looking_for_work_reads_only_what_waits_or_is_held(database: Database, plan: Plan) -> None:
    queue = SqlJobQueue(database, "default")
    (looked,) = plan(lambda: queue.claim("g1", "a", 10, 60))
    assert "INDEX index_state_leased (" in looked
    assert "INDEX index_state_pending (" in looked


def test_of_a_million_events_of_a_shopper_only_the_latest_acts_are_read(database: Database, plan: Plan) -> None:
    (looked,) = plan(lambda: Events(database, "default").latest("u", 500))
    assert "INDEX events_acts_by_shopper (" in looked
    assert "TEMP B-TREE" not in looked


def test_earlier_refusals_are_found_without_reading_other_acts(database: Database, plan: Plan) -> None:
    before = Event("e", "u", "", "view", "p", datetime(2026, 1, 1, tzinfo=UTC))
    (looked,) = plan(lambda: Events(database, "default").refusals("u", before, 500))
    assert "INDEX events_refusals_by_shopper (shop=? AND user_id=? AND (created_at,id)<(?,?))" in looked
    assert "INDEX events_opinions_by_product (shop=? AND user_id=? AND product_id=? AND type=?" in looked
    assert "TEMP B-TREE" not in looked


def test_the_latest_wants_of_a_shop_are_read_in_their_order(database: Database, plan: Plan) -> None:
    (looked,) = plan(lambda: Wants(database, "default").latest(100_000))
    assert "INDEX events_wants (shop=?)" in looked
    assert "INDEX events_opinions_by_product (shop=? AND user_id=? AND product_id=? AND type=?" in looked
    assert "TEMP B-TREE" not in looked


def test_whether_a_like_stands_is_found_without_reading_other_acts(database: Database, plan: Plan) -> None:
    like = Event("e", "u", "", "like", "p", datetime(2026, 1, 1, tzinfo=UTC))
    looks = plan(lambda: Events(database, "default").add([like]))
    searched = "INDEX events_opinions_by_product (shop=? AND user_id=? AND product_id=? AND type=?)"
    assert [searched in looked for looked in looks] == [True, True]
