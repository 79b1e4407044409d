from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from core.errors import InvalidInput
from core.impressions import Impression
from ranking.positions import EXAMINED_MIN, POSITIONS
from ranking.shown import as_known_at, fair_gains, page_worths, shown_of, since, slices_by_time
from tests.unit.ranking.pages import START, click, simulated


def page(number: int, *items: str, **changes: object) -> Impression:
    standing = np.arange(len(items), 0, -1, dtype=np.float32)
    made = Impression(f"q{number}", "u", "", START + timedelta(minutes=number), items, {"standing": standing})
    return replace(made, **changes)  # type: ignore[arg-type]


def test_acts_are_joined_by_query_and_product_and_the_most_telling_counts() -> None:
    first, second = page(1, "a", "b", "c"), page(2, "a", "b")
    acts = [
        click(first, 0),
        click(first, 0, "purchase", 3.0),
        click(first, 0, "cart", 4.0),
        click(first, 2, "like"),
        replace(click(second, 1), query_id=None),
    ]
    assert shown_of([second, first], acts).gains.tolist() == [8, 0, 3, 0, 0]


def test_what_is_disliked_in_the_end_was_not_wanted_and_the_later_act_stands() -> None:
    shown = page(1, "a", "b")
    acts = [
        click(shown, 0),
        click(shown, 0, "dislike", 1.0),
        click(shown, 1, "hide", 1.0),
        click(shown, 1, "like", 2.0),
    ]
    assert shown_of([shown], acts).gains.tolist() == [0, 3]
    assert shown_of([shown], [*acts, click(shown, 1, "retract", 3.0)]).gains.tolist() == [0, 0]


def test_only_pages_in_the_order_of_relevance_count() -> None:
    browsed = page(1, "a", signals={})
    sorted_by_price = page(2, "a", signals={"text": np.ones(1, dtype=np.float32)})
    too_deep = page(3, "a", signals={"standing": np.array([np.nan], dtype=np.float32)})
    assert [one.query_id for one in shown_of([browsed, sorted_by_price, too_deep, page(4, "a")], []).pages] == ["q4"]
    assert len(shown_of([], [])) == 0


def test_positions_go_on_from_page_to_page_and_unknown_signals_stay_so() -> None:
    more = {"standing": np.ones(1, dtype=np.float32), "text": np.array([0.5], dtype=np.float32)}
    shown = shown_of([page(1, "a", "b", first_position=20), page(2, "c", signals=more, propensities=(0.25,))], [])
    assert shown.positions.tolist() == [20, 21, 0]
    assert shown.chances.tolist() == [1, 1, 0.25]
    np.testing.assert_array_equal(shown.signal("text"), np.array([np.nan, np.nan, 0.5], dtype=np.float32))
    assert np.isnan(shown.signal("never seen")).all()
    assert shown.features(["text", "standing"]).shape == (3, 2)


def test_pairs_are_the_same_where_words_and_product_are() -> None:
    pages = [page(1, "a", "b", text="shoe"), page(2, "b", text="shoe"), page(3, "b", text="bag"), page(4, "b")]
    first, second, third, fourth, fifth = shown_of(pages, []).pairs.tolist()
    assert second == third
    assert len({first, second, fourth, fifth}) == 4


def test_gains_are_fair_when_unlikely_acts_count_for_more() -> None:
    shown = page(1, "a", "b", propensities=(1.0, 0.5))
    theta = np.full(POSITIONS, 0.5)
    theta[0] = 1.0
    gains = fair_gains(shown_of([shown], [click(shown, 0), click(shown, 1, "like")]), theta)
    assert gains.tolist() == [1.0, 3.0 * 4.0]
    assert fair_gains(shown_of([shown], [click(shown, 1)]), theta / 1_000).max() == 1 / EXAMINED_MIN


def test_what_people_want_is_worth_more_than_what_they_were_shown_first() -> None:
    # Position-based clicks on pages whose order is a noisy guess. Over its own best, each page would prefer the guess.
    chance = np.random.default_rng(7)
    count, depth = 600, 20
    theta = np.arange(1.0, depth + 1.0) ** -0.7
    appeal = chance.random((count, depth))
    guess = np.argsort(-(appeal + chance.normal(0.0, 0.4, appeal.shape)), axis=1)
    appeal = np.take_along_axis(appeal, guess, axis=1)
    clicked = chance.random(appeal.shape) < theta * appeal
    pages = [page(number, *(f"{number}-{place}" for place in range(depth))) for number in range(count)]
    acts = [click(pages[number], int(place)) for number, place in np.argwhere(clicked)]
    shown = shown_of(pages, acts)
    gains = fair_gains(shown, np.pad(theta, (0, POSITIONS - depth), mode="edge"))
    wanted = page_worths(shown, gains, appeal.ravel()).mean()
    assert wanted > 1.02 * page_worths(shown, gains, -shown.positions).mean()


def test_the_worth_of_a_page_is_that_of_its_order_computed_by_hand() -> None:
    shown = shown_of([page(1, "a", "b", "c"), page(2, "d", "e")], [])
    gains = np.array([0.0, 1.0, 3.0, 0.0, 0.0])
    best = 3 + 1 / np.log2(3)
    scores = np.array([3.0, 2.0, 1.0, 1.0, 2.0])
    assert page_worths(shown, gains, scores) == pytest.approx([(1 / np.log2(3) + 3 / 2) / best, 0.0])
    assert page_worths(shown, gains, gains) == pytest.approx([1.0, 0.0])
    # Two pages of which something was wanted share what they could reach at best.
    more = np.array([0.0, 1.0, 3.0, 1.0, 0.0])
    mean = (best + 1) / 2
    assert page_worths(shown, more, scores) == pytest.approx([(1 / np.log2(3) + 3 / 2) / mean, 1 / np.log2(3) / mean])
    unknown = np.array([np.nan, 1.0, np.nan, np.nan, np.nan])
    assert page_worths(shown, gains, unknown) == pytest.approx([(1 + 3 / 2) / best, 0.0])


def test_slices_follow_each_other_in_time_and_no_visit_is_cut() -> None:
    made = simulated(300)
    visits = [replace(one, session_id=f"visit {number // 7}") for number, one in enumerate(made.pages)]
    parts = slices_by_time(shown_of(visits[::-1], made.events), (0.7, 0.15, 0.15))
    names = [page.query_id for part in parts for page in part.pages]
    assert names == [page.query_id for page in visits]
    wanted = [int(part.wanted().sum()) for part in parts]
    assert wanted[0] / sum(wanted) == pytest.approx(0.7, abs=0.04)
    sessions = [{page.session_id for page in part.pages} for part in parts]
    assert not sessions[0] & sessions[1]
    assert not sessions[1] & sessions[2]


def test_a_log_too_small_to_be_cut_is_refused() -> None:
    shown = page(1, "a")
    with pytest.raises(InvalidInput, match="1 pages of which something was clicked"):
        slices_by_time(shown_of([shown], [click(shown, 0)]), (0.5, 0.5))


def test_what_happened_later_is_not_known_yet() -> None:
    shown = page(1, "a", "b")
    acts = [click(shown, 0), click(shown, 1, "purchase", 600.0)]
    log = shown_of([shown], acts)
    assert as_known_at(log, acts, START + timedelta(minutes=300)).gains.tolist() == [1, 0]
    assert log.gains.tolist() == [1, 8]


def test_pages_since_a_moment_keep_their_rows() -> None:
    shown = shown_of([page(1, "a", "b"), page(2, "c", "d", "e")], [click(page(2, "c", "d", "e"), 1)])
    later = since(shown, START + timedelta(minutes=2))
    assert [one.query_id for one in later.pages] == ["q2"]
    assert later.page_of.tolist() == [0, 0, 0]
    assert later.gains.tolist() == [0, 1, 0]
