"""Ratings from files as they come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import InvalidInput, InvalidSource
from evaluation.profiles.ratings import RatingsFile, parse_condition, read_ratings

STARS = RatingsFile(Path(), like=parse_condition(">=4", "--like"), dislike=parse_condition("<= 2", "--dislike"))


def _file(path: Path, content: str, **mapping: str) -> RatingsFile:
    path.write_text(content)
    return RatingsFile(path, mapping, None, STARS.like, STARS.dislike)


def test_columns_may_have_any_name_and_rows_any_order(tmp_path: Path) -> None:
    content = "who,what,stars,at\nbob,x,5,30\nann,y,1.5,20\nann,x,4.0,10\n"
    file = _file(tmp_path / "r.csv", content, user_id="who", product_id="what", value="stars", created_at="at")

    made = read_ratings(file, ("z",))

    assert made.shopper_ids == ("ann", "bob")
    assert made.product_ids == ("x", "y", "z")
    assert made.products.tolist() == [0, 1, 0]
    assert made.times_s.tolist() == [10, 20, 30]
    assert made.liked.tolist() == [True, False, True]
    assert made.disliked.tolist() == [False, True, False]


def test_of_several_opinions_the_latest_stands(tmp_path: Path) -> None:
    content = "user_id,product_id,value,created_at\na,x,5,30\na,x,1,20\na,y,1,5\na,y,5,5\n"

    made = read_ratings(_file(tmp_path / "r.csv", content))

    assert made.products.tolist() == [1, 0]
    assert made.liked.tolist() == [True, True]


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("1260759144", 1260759144),
        ("1260759144000", 1260759144),
        ("2009-12-14T02:52:24Z", 1260759144),
        ("2009-12-14 02:52:24", 1260759144),
        ("2009-12-14T03:52:24+01:00", 1260759144),
        ("-86400", -86400),
    ],
)
def test_times_are_seconds_milliseconds_or_written_out(time: str, seconds: float, tmp_path: Path) -> None:
    made = read_ratings(_file(tmp_path / "r.csv", f"user_id,product_id,value,created_at\na,x,5,{time}\n"))

    assert made.times_s.tolist() == [seconds]


def test_without_times_the_order_of_the_rows_stands(tmp_path: Path) -> None:
    made = read_ratings(_file(tmp_path / "r.csv", "user_id,product_id,value\na,y,5\nb,x,5\na,x,5\n"))

    assert not made.timed
    assert made.products.tolist() == [1, 0, 0]
    assert np.all(np.diff(made.times_s[:2]) > 0)


def test_without_conditions_every_event_is_a_like(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"user_id": 7, "product_id": "x"}\n{"user_id": 7, "product_id": "y"}\n')

    made = read_ratings(RatingsFile(path))

    assert made.shopper_ids == ("7",)
    assert made.liked.all()
    assert not made.disliked.any()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,x,5,yesterday", "line 3: has a time that cannot be read.*yesterday"),
        ("a,x,5,nan", "line 3: has a time that cannot be read"),
        ("a,x,many,1", "line 3: has a value that is no number.*many"),
        ("a,x,inf,1", "line 3: has a value that is no number"),
        (",x,5,1", "line 3: has no user_id"),
        ("a, ,5,1", "line 3: has no product_id"),
        ("a,x,5", "line 3: cannot be read"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(row: str, reason: str, tmp_path: Path) -> None:
    content = f"user_id,product_id,value,created_at\na,x,5,1\n{row}\n"

    with pytest.raises(InvalidInput, match=reason):
        read_ratings(_file(tmp_path / "r.csv", content))


@pytest.mark.parametrize("mapping", [{"value": "stars"}, {"created_at": "when"}, {"user_id": "who"}])
def test_a_column_that_is_not_there_is_named(mapping: dict[str, str], tmp_path: Path) -> None:
    file = _file(tmp_path / "r.csv", "user_id,product_id,value\na,x,5\n", **mapping)

    with pytest.raises(InvalidSource, match=f"has no column '{next(iter(mapping.values()))}'"):
        read_ratings(file)


def test_likes_need_values(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="has no column 'value'"):
        read_ratings(_file(tmp_path / "r.csv", "user_id,product_id\na,x\n"))


def test_no_field_of_an_event_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is no field of an event"):
        read_ratings(_file(tmp_path / "r.csv", "user_id,product_id,value\na,x,5\n", colour="c"))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="has no ratings"):
        read_ratings(_file(tmp_path / "r.csv", "user_id,product_id,value\n"))


def test_conditions_are_read_with_their_signs() -> None:
    values = np.array([1.0, 2.0, 3.0, np.nan])

    assert parse_condition("<2", "--dislike").holds(values).tolist() == [True, False, False, False]
    assert parse_condition(" > 1.5 ", "--like").holds(values).tolist() == [False, True, True, False]
    assert parse_condition("2", "--like").holds(values).tolist() == [False, True, False, False]
    with pytest.raises(InvalidInput, match="Write --like '>=4'"):
        parse_condition("four", "--like")
