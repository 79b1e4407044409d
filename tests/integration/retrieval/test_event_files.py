"""Events from files, in every format, with what is wrong told by line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import InvalidInput, InvalidSource
from retrieval.accepting import accept_products
from retrieval.event_files import EventsImport, EventsProgress, event_columns, import_events
from retrieval.wiring import Vitrine

NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(days=3)


@pytest.fixture(autouse=True)
def _products(v: Vitrine) -> None:
    accept_products(v, [{"id": f"p{number}", "title": f"thing {number}"} for number in range(3)])


def taken(v: Vitrine, request: EventsImport) -> EventsProgress:
    reports: list[EventsProgress] = []
    done = import_events(v, request, reports.append)
    assert (reports[0].read, reports[-1]) == (0, done)
    assert done.position_bytes == done.size_bytes > 0
    return done


def written(folder: Path, text: str, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_taken_as_other_systems_write_it_and_once(v: Vitrine, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "event_time,event_type,product_id,price,user_id,user_session\n"
        f"{EARLIER:%Y-%m-%d %H:%M:%S} UTC,view,p0,9.9,7,s1\n"
        f"{EARLIER.timestamp():.0f},Add to Cart,p1,9.9,7,s1\n"
        f"{NOW.timestamp() * 1000:.0f},transaction,p2,9.9,7,s1\n",
    )
    done = taken(v, EventsImport(path))
    assert (done.accepted, done.known, done.rejected) == (3, 0, 0)
    assert done.columns["session_id"] == "user_session"
    events = v.catalog.events.latest("7", 9)
    assert [(event.type, event.product_id, event.created_at) for event in events[:1]] == [("purchase", "p2", NOW)]
    assert {(event.type, event.product_id) for event in events[1:]} == {("view", "p0"), ("cart", "p1")}
    assert {event.created_at for event in events[1:]} == {EARLIER}
    again = taken(v, EventsImport(path))
    assert (again.accepted, again.known) == (0, 3)


def test_a_bad_line_is_told_and_spoils_no_other(v: Vitrine, tmp_path: Path) -> None:
    when = EARLIER.isoformat()
    lines = [
        {"who": "u", "type": "like", "what": "p0", "at": when, "position": "4", "value": "2.5"},
        {"who": "u", "type": "smile", "what": "p0", "at": when},
        {"who": "u", "type": "like", "what": "no such product", "at": when},
        {"who": "u" * 10_000, "type": "like", "what": "p0", "at": when},
        {"who": "u", "type": "like", "what": "p0", "at": "the day before"},
        {"who": "u", "type": "like", "what": "p0", "at": "1970-01-01"},
        {"who": "u", "type": "like", "what": "p0"},
        {"who": "u", "type": "view", "what": "p1", "at": when},
    ]
    path = written(tmp_path, "\n".join([*map(json.dumps, lines), "{"]), "events.jsonl")
    named = {"user_id": "who", "product_id": "what", "created_at": "at"}
    done = taken(v, EventsImport(path, named))
    assert (done.read, done.accepted, done.rejected) == (9, 2, 7)
    fields = {rejection.index: rejection.field for rejection in done.rejections}
    assert fields == {
        2: "type",
        3: "product_id",
        4: "user_id",
        5: "created_at",
        6: "created_at",
        7: "created_at",
        9: "line",
    }
    kept = {event.type: event for event in v.catalog.events.latest("u", 9)}
    assert set(kept) == {"like", "view"}
    assert (kept["like"].position, kept["like"].value) == (4, 2.5)


def test_a_parquet_file_of_one_type_needs_no_column_for_it(v: Vitrine, tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    rows = {"userId": [1, 2], "itemId": ["p0", "p1"], "timestamp": [EARLIER, NOW], "event": ["a", "b"]}
    pq.write_table(pa.table(rows), path)
    done = taken(v, EventsImport(path, type="like"))
    assert (done.accepted, [event.type for event in v.catalog.events.latest("2", 9)]) == (2, ["like"])


def test_whole_numbers_that_pandas_has_made_floats_are_taken(v: Vitrine, tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    accept_products(v, [{"id": 12, "title": "thing twelve"}])
    rows = {
        "user_id": [7.0, 2.0**60, 7.5],
        "session_id": [3.0, None, None],
        "product_id": [12.0, 12.0, 12.0],
        "created_at": [EARLIER] * 3,
        "position": [4.0, None, None],
        "value": [2.0, None, None],
    }
    pq.write_table(pa.table(rows), path)
    done = taken(v, EventsImport(path, type="like"))
    assert [(one.index, one.field) for one in done.rejections] == [(2, "user_id"), (3, "user_id")]
    (event,) = v.catalog.events.latest("7", 9)
    assert (event.session_id, event.product_id, event.position, event.value) == ("3", "12", 4, 2.0)


def test_names_of_types_may_be_told(v: Vitrine, tmp_path: Path) -> None:
    path = written(tmp_path, f"user,item,action,time\nu,p0,ÜBERWEISUNG,{EARLIER.isoformat()}\n")
    assert taken(v, EventsImport(path, types={"überweisung": "purchase"})).accepted == 1
    with pytest.raises(InvalidInput, match="unknown type"):
        taken(v, EventsImport(path, types={"überweisung": "payment"}))


@pytest.mark.parametrize(
    ("columns", "named", "told"),
    [
        (("user", "time", "type"), {}, "has no column for product_id"),
        (("user", "item", "time"), {}, "--type like"),
        (("user", "item", "time", "type"), {"shopper": "user"}, "is no field of an event"),
        (("user", "item", "time", "type"), {"user_id": "users"}, "Did you mean user"),
    ],
)
def test_a_file_without_what_is_needed_is_refused(columns: tuple[str, ...], named: dict[str, str], told: str) -> None:
    with pytest.raises(InvalidSource, match=told):
        event_columns(columns, named, "events.csv")


def test_a_column_may_be_left_out() -> None:
    columns = ("user", "item", "time", "type", "rating")
    assert "value" in event_columns(columns, {}, "events.csv")
    assert "value" not in event_columns(columns, {"value": ""}, "events.csv")
