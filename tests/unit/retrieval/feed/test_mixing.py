"""Places of a page: the best, and those that others have by right."""

from __future__ import annotations

from core.feeds import EXPLORING, LEAST_SEEN, NEW
from retrieval.feed.mixing import Offer, mixed, reserved_places

BEST = [Offer(row, row) for row in range(100)]
RESERVED = {
    NEW: [Offer(200, 200, NEW), Offer(201, 201, NEW)],
    LEAST_SEEN: [Offer(300, 300, LEAST_SEEN, 0.5)],
    EXPLORING: [Offer(400, 400, EXPLORING, 0.01)],
}


def rows(page: tuple[Offer, ...]) -> list[int]:
    return [offer.row for offer in page]


def test_of_twenty_places_four_belong_to_others() -> None:
    page = mixed(BEST, RESERVED, 0, 20)
    assert rows(page) == [0, 1, 2, 3, 200, 4, 5, 6, 300, 7, 8, 9, 10, 11, 201, 12, 13, 14, 400, 15]
    assert [offer.propensity for offer in page if offer.source] == [1.0, 0.5, 1.0, 0.01]
    assert reserved_places(0, 20) == {NEW: 2, LEAST_SEEN: 1, EXPLORING: 1}


def test_a_later_page_goes_on_with_the_places() -> None:
    assert rows(mixed(BEST, RESERVED, 18, 3)) == [400, 0, 1]
    assert reserved_places(18, 7) == {NEW: 1, LEAST_SEEN: 0, EXPLORING: 1}


def test_where_nobody_has_anything_for_a_place_the_next_best_takes_it() -> None:
    assert rows(mixed(BEST, {}, 0, 6)) == [0, 1, 2, 3, 4, 5]


def test_a_family_takes_one_place_whoever_brings_it() -> None:
    best = [Offer(0, 1), Offer(1, 1), Offer(2, 2), Offer(3, 3), Offer(4, 4), Offer(5, 5)]
    reserved = {NEW: [Offer(6, 2, NEW), Offer(7, 6, NEW)]}
    assert rows(mixed(best, reserved, 0, 10)) == [0, 2, 3, 4, 7, 5]


def test_a_page_ends_where_there_is_nothing_more() -> None:
    assert rows(mixed(BEST[:3], {}, 0, 20)) == [0, 1, 2]
    assert mixed([], {}, 0, 20) == ()
