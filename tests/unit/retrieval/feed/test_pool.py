"""The products that a page may show, and their orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from core.events import Event, popularity_of
from core.filters import Equals
from retrieval.columns.cells import numbers_of_one
from retrieval.columns.table import Columns, Numeric
from retrieval.feed.cursors import Shown
from retrieval.feed.pool import Pool, pool_of
from retrieval.feed.shelves import are_new, drawn, freshness_of_rows, least_seen, newest, popular, popularity_of_rows
from retrieval.popularity import POPULARITY
from tests.unit.retrieval.columns.products import columns_of, product

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VIEW = popularity_of(Event("", "", "", "view", "", NOW))


def with_scores(columns: Columns, scores: dict[str, float]) -> Columns:
    popularity = Numeric(numbers_of_one([scores.get(name) for name in columns.ids]))
    return replace(columns, by_field={**columns.by_field, POPULARITY: popularity})


def shop(count: int = 6, scores: dict[str, float] | None = None, groups: dict[str, str] | None = None) -> Columns:
    """Products p0, p1, ..., each a day older than the one before; those named have a group."""
    made = [
        product(f"p{n}", created_at=NOW - timedelta(days=n), group_id=(groups or {}).get(f"p{n}"), available=n != 5)
        for n in range(count)
    ]
    return with_scores(columns_of(made), scores or {})


def pool(columns: Columns, *shown: str) -> Pool:
    return pool_of(columns, Equals("available", True), Shown(1).and_also(shown))


def names(of: Pool, rows: np.ndarray) -> list[str]:
    return [of.columns.ids[row] for row in rows.tolist()]


def test_what_cannot_be_bought_is_not_in_it_nor_what_is_taken_out() -> None:
    whole = pool(shop())
    some = whole.without(["p1", "p3", "unknown"])
    assert names(some, newest(some, 10)) == ["p0", "p2", "p4"]
    left = whole.besides(some)
    assert names(left, newest(left, 10)) == ["p1", "p3"]
    assert names(whole, whole.of_ids(["p5", "p4", "unknown", "p0"])) == ["p4", "p0"]


def test_one_of_a_family_comes_and_none_once_one_was_shown() -> None:
    columns = shop(groups={"p0": "red", "p2": "red", "p3": "blue", "p4": "blue"})
    whole = pool(columns)
    assert names(whole, newest(whole, 10)) == ["p0", "p1", "p3"]
    later = pool(columns, *whole.family_names(whole.of_ids(["p2"])))
    assert names(later, newest(later, 10)) == ["p1", "p3"]


def test_it_looks_deeper_where_much_was_shown() -> None:
    columns = shop(200, groups={f"p{n}": "one" for n in range(150)})
    later = pool(columns, "gone")
    assert names(later, newest(later, 3)) == ["p150", "p151", "p152"]


def test_nothing_is_wanted_of_a_large_shop() -> None:
    whole = pool(shop(2_500))
    assert len(drawn(whole, 0, np.random.default_rng(1)).rows) == 0
    assert len(least_seen(whole, 0, np.random.default_rng(1)).rows) == 0


def test_popular_comes_first_and_what_nobody_touched_not_at_all() -> None:
    whole = pool(shop(scores={"p3": 5 * VIEW, "p1": 9 * VIEW}))
    assert names(whole, popular(whole, 10)) == ["p1", "p3"]
    values = popularity_of_rows(whole.columns, whole.of_ids(["p3", "p0"]), NOW)
    assert values == pytest.approx([np.log(6), 0.0])


def test_the_least_seen_are_drawn_of_what_nobody_touched_then_come_in_order() -> None:
    whole = pool(shop(scores={"p0": 2 * VIEW, "p1": VIEW}))
    one = least_seen(whole, 1, np.random.default_rng(1))
    assert one.propensities == pytest.approx([1 / 3])
    every = least_seen(whole, 5, np.random.default_rng(1))
    assert names(whole, every.rows[3:]) == ["p1", "p0"]
    assert every.propensities.tolist() == [1.0] * 5


def test_the_lot_falls_on_all_alike_whatever_their_variants() -> None:
    whole = pool(shop(groups=dict.fromkeys(("p0", "p1", "p2"), "red")))
    lots = [drawn(whole, 1, np.random.default_rng(seed)) for seed in range(300)]
    counts = {name: [names(whole, lot.rows)[0] for lot in lots].count(name) for name in ("p0", "p3", "p4")}
    assert all(70 < count < 130 for count in counts.values()), counts
    assert lots[0].propensities == pytest.approx([1 / 3])


def test_freshness_halves_in_thirty_days_and_new_is_what_most_of_the_shop_is_not() -> None:
    columns = shop(91)
    rows = columns.rows_of(["p0", "p30", "p90"])[0]
    assert freshness_of_rows(columns, rows, NOW) == pytest.approx([1.0, 0.5, 0.125])
    assert are_new(columns, rows, NOW).tolist() == [True, True, False]
    at_once = columns_of([product(f"p{n}", created_at=NOW) for n in range(9)])
    assert not are_new(with_scores(at_once, {}), np.arange(9), NOW).any()
