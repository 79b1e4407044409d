"""What a cursor of a feed keeps, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InvalidQuery
from core.feeds import FEED_PRODUCTS_MAX, FeedQuery
from core.filters import Equals
from core.queries import CURSOR_CHARS_MAX
from retrieval.feed.cursors import Shown, mark_of, read_cursor, write_cursor

QUERY = FeedQuery("anna", filter=Equals("category", "bag"))


def test_a_cursor_says_what_was_shown_and_how_the_lot_fell() -> None:
    shown = Shown(7).and_also(["pa", "gred bags"]).and_also(["pb"])
    cursor = write_cursor(QUERY, shown)
    assert read_cursor(replace(QUERY, cursor=cursor)) == shown
    assert len(shown) == 3
    assert mark_of("pa") in shown.marks


def test_without_a_cursor_nothing_was_shown() -> None:
    assert read_cursor(QUERY) is None


def test_the_longest_feed_still_fits_into_a_cursor() -> None:
    shown = Shown(2**32 - 1).and_also(f"p{number}" for number in range(FEED_PRODUCTS_MAX))
    assert len(write_cursor(QUERY, shown)) <= CURSOR_CHARS_MAX


def test_another_visit_may_go_on_with_it() -> None:
    cursor = write_cursor(QUERY, Shown(1))
    assert read_cursor(replace(QUERY, cursor=cursor, session_id="later", limit=3, explain=True)) == Shown(1)


@pytest.mark.parametrize("other", [replace(QUERY, user_id="berta"), replace(QUERY, filter=None)])
def test_another_feed_may_not(other: FeedQuery) -> None:
    cursor = write_cursor(QUERY, Shown(1))
    with pytest.raises(InvalidQuery, match="of another feed"):
        read_cursor(replace(other, cursor=cursor))


@pytest.mark.parametrize("pattern", ["{short}", "A{rest}", "ä", "A", "{whole}{whole}"])
def test_a_damaged_one_is_refused(pattern: str) -> None:
    whole = write_cursor(QUERY, Shown(1).and_also(["pa", "pb"]))
    damaged = pattern.format(whole=whole, short=whole[:-4], rest=whole[1:])
    with pytest.raises(InvalidQuery, match="is no cursor"):
        read_cursor(replace(QUERY, cursor=damaged))
