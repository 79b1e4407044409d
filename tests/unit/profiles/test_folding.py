from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import RETRACTABLE, Event
from core.profiles import NO_PROFILE, Profile, TasteOptions
from core.vectors import FloatArray, unit_rows
from profiles.affinities import ProductFacts
from profiles.folding import ShopKnowledge, profile_of
from profiles.standing import in_order, standing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OPTIONS = TasteOptions(
    {"view": 1.0, "click": 1.0, "like": 4.0, "cart": 4.0, "purchase": 8.0, "dislike": 4.0, "hide": 4.0}, 10.0, 0.5
)
PRODUCTS = ("a", "b", "c", "d")
_ROWS = unit_rows(np.random.default_rng(5).normal(size=(4, 6)).astype(np.float32))
VECTORS: dict[str, FloatArray] = dict(zip(PRODUCTS, _ROWS, strict=True))
FACTS = {
    "a": ProductFacts({"brand": ["Acme"], "attributes.colour": ["red", "blue"]}, 10.0),
    "b": ProductFacts({"brand": ["Acme"]}, 30.0),
    "c": ProductFacts({"brand": ["Zeta"]}, 90.0),
}
KNOWN = ShopKnowledge({"image": VECTORS, "text": {"a": VECTORS["b"]}}, FACTS)
_ids = count()


def did(kind: str, product_id: str, minutes: float = 0.0, session_id: str = "s") -> Event:
    return Event(f"e{next(_ids):06}", "u", session_id, kind, product_id, NOON + timedelta(minutes=minutes))


def same(one: Profile, other: Profile) -> bool:
    """Whether two profiles tell the same of everything but how many events they were made of."""
    vectors = ("long", "session", "blended", "disliked")
    for name in vectors:
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours.keys() != theirs.keys() or any(not np.array_equal(ours[view], theirs[view]) for view in ours):
            return False
    rest = ("interests", "liked", "disliked_ids", "hidden", "seen", "purchased", "affinities", "prices")
    return all(getattr(one, name) == getattr(other, name) for name in rest)


def test_who_has_done_nothing_has_no_profile() -> None:
    assert profile_of([], KNOWN, OPTIONS) is NO_PROFILE


def test_what_was_liked_counts_by_type_and_age() -> None:
    profile = profile_of([did("view", "a"), did("like", "b", -10 * 24 * 60)], KNOWN, OPTIONS)
    assert profile.liked == {"b": 2.0, "a": 1.0}
    expected = (2 * VECTORS["b"] + VECTORS["a"]) / 3
    assert profile.long["image"].tolist() == pytest.approx((expected / np.linalg.norm(expected)).tolist(), abs=1e-6)
    assert profile.long["text"].tolist() == pytest.approx(VECTORS["b"].tolist(), abs=1e-6)


def test_a_page_loaded_thirty_times_counts_once() -> None:
    views = [did("view", "a", minutes) for minutes in range(30)]
    assert profile_of([*views, did("click", "a", 29)], KNOWN, OPTIONS).liked == {"a": 2.0}


def test_all_dislikes_give_no_vector_and_still_count() -> None:
    profile = profile_of([did("dislike", "a"), did("hide", "b", 1)], KNOWN, OPTIONS)
    assert (profile.long, profile.session, profile.blended, profile.interests) == ({}, {}, {}, ())
    assert profile.disliked_ids == ("b", "a")
    assert profile.hidden == {"b"}
    assert profile.disliked["image"].shape == (2, 6)
    strongest = profile.affinities[0]
    assert (strongest.field, strongest.value, strongest.score) == ("brand", "Acme", -0.5)


def test_earlier_refusals_say_what_is_not_to_be_shown_and_nothing_of_the_taste() -> None:
    refusals = [did("hide", "a", -9), did("dislike", "b", -8), did("purchase", "c", -7), did("hide", "d", -6)]
    events = [did("view", "a"), did("view", "c", 1), did("like", "d", 2)]
    profile = profile_of(events, KNOWN, OPTIONS, refusals=refusals)
    assert (profile.events, profile.hidden, profile.disliked_ids) == (3, {"a"}, ("b", "a"))
    assert profile.purchased == {"c": refusals[2].created_at.timestamp()}
    alone = profile_of(events[1:], KNOWN, OPTIONS)
    assert same(replace(profile, hidden=frozenset(), disliked_ids=(), purchased={}, seen=alone.seen), alone)


@pytest.mark.parametrize(("first", "later"), [("like", "dislike"), ("dislike", "like"), ("hide", "purchase")])
def test_the_later_of_two_contradictions_stands(first: str, later: str) -> None:
    profile = profile_of([did(later, "a", 5), did(first, "a")], KNOWN, OPTIONS)
    assert profile.disliked_ids == (("a",) if later == "dislike" else ())
    assert list(profile.liked) == ([] if later == "dislike" else ["a"])
    assert profile.hidden == frozenset()


def test_a_look_at_what_is_disliked_changes_no_mind() -> None:
    profile = profile_of([did("dislike", "a"), did("view", "a", 5)], KNOWN, OPTIONS)
    assert (profile.liked, profile.disliked_ids) == ({}, ("a",))
    assert list(profile.seen) == ["a"]


def test_what_was_hidden_stays_hidden_when_it_is_disliked() -> None:
    assert standing(in_order([did("dislike", "a", 1), did("hide", "a")])).hidden == {"a"}


def test_the_same_event_twice_counts_once() -> None:
    event = did("like", "a")
    assert same(profile_of([event, event], KNOWN, OPTIONS), profile_of([event], KNOWN, OPTIONS))


def test_a_product_without_vectors_counts_for_the_rest() -> None:
    profile = profile_of([did("like", "gone"), did("like", "a")], KNOWN, OPTIONS)
    assert profile.long["image"].tolist() == pytest.approx(VECTORS["a"].tolist(), abs=1e-6)
    assert set(profile.liked) == {"gone", "a"}


def test_the_session_is_that_of_the_latest_event_or_the_one_named() -> None:
    events = [did("view", "a", -60, "before"), did("view", "b", 0, "now")]
    assert profile_of(events, KNOWN, OPTIONS).session["image"].tolist() == pytest.approx(VECTORS["b"].tolist())
    named = profile_of(events, KNOWN, OPTIONS, "before")
    assert named.session["image"].tolist() == pytest.approx(VECTORS["a"].tolist())
    assert profile_of(events, KNOWN, OPTIONS, "another").session == {}


def test_a_visit_without_a_name_ends_with_a_pause() -> None:
    events = [did("view", "a", -91, ""), did("view", "b", -20, ""), did("view", "b", 0, "")]
    assert profile_of(events, KNOWN, OPTIONS).session["image"].tolist() == pytest.approx(VECTORS["b"].tolist())


def test_impressions_are_no_acts() -> None:
    profile = profile_of([did("impression", "a"), did("like", "b")], KNOWN, OPTIONS)
    assert (list(profile.liked), profile.seen) == (["b"], {})


def test_affinities_are_shares_of_what_is_wanted_less_what_is_not() -> None:
    profile = profile_of([did("like", "a"), did("like", "b"), did("dislike", "c")], KNOWN, OPTIONS)
    scores = {(one.field, one.value): one.score for one in profile.affinities}
    assert scores == {
        ("brand", "Acme"): 1.0,
        ("attributes.colour", "red"): 0.5,
        ("attributes.colour", "blue"): 0.5,
        ("brand", "Zeta"): -0.5,
    }


def test_the_price_range_holds_most_of_what_is_wanted() -> None:
    prices = profile_of([did("like", "a"), did("view", "b"), did("view", "c")], KNOWN, OPTIONS).prices
    assert prices is not None
    assert (prices.low, prices.middle, prices.high) == (10.0, 10.0, 90.0)


KINDS = st.sampled_from(["view", "click", "like", "dislike", "cart", "purchase", "hide", "retract", "impression"])
ACTS = st.lists(st.tuples(KINDS, st.sampled_from(PRODUCTS), st.integers(0, 40)), max_size=14)


def events_of(acts: list[tuple[str, str, int]]) -> list[Event]:
    return [
        Event(f"e{place}", "u", "s", kind, product_id, NOON + timedelta(minutes=minutes))
        for place, (kind, product_id, minutes) in enumerate(acts)
    ]


@given(ACTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(acts: list[tuple[str, str, int]], shuffler: random.Random) -> None:
    events = events_of(acts)
    arrived = shuffler.sample(events, len(events))
    assert same(profile_of(arrived, KNOWN, OPTIONS), profile_of(events, KNOWN, OPTIONS))


@given(ACTS, st.sampled_from(PRODUCTS))
def test_a_retraction_equals_never_having_been(acts: list[tuple[str, str, int]], product_id: str) -> None:
    events = events_of(acts)
    # Somebody looks at another product at the end, so that the ages of all events are the same in both.
    end = [did("view", "d", 60)]
    retracted = [*events, did("retract", product_id, 50), *end]
    never = [e for e in events if not (e.product_id == product_id and e.type in RETRACTABLE)] + end
    assert same(profile_of(retracted, KNOWN, OPTIONS), profile_of(never, KNOWN, OPTIONS))


@given(ACTS)
def test_whatever_happened_no_number_of_a_profile_is_missing(acts: list[tuple[str, str, int]]) -> None:
    profile = profile_of(events_of(acts), KNOWN, OPTIONS)
    for vectors in (profile.long, profile.session, profile.blended):
        for vector in vectors.values():
            assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)
    assert not set(profile.liked) & set(profile.disliked_ids)
    assert sum(interest.weight for interest in profile.interests) == pytest.approx(1.0 if profile.interests else 0.0)
