from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.profiles import Affinity, Profile
from profiles.affinities import ProductFacts
from retrieval.search.candidates import Candidates
from retrieval.search.personal import mixed, not_hidden
from retrieval.taste.keeping import KEPT_S, KeptFacts, KeptProfiles, ProfileKey
from retrieval.taste.reasons import reasons_for
from retrieval.taste.tasting import preference, standard, taste_signals

KEY = ProfileKey("u", "", "g")
X, Y = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)


def candidates(*scores: float) -> Candidates:
    ids = tuple(f"p{at}" for at in range(len(scores)))
    return Candidates(ids, {}, np.array(scores, dtype=np.float32))


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_signals_are_cosines_with_the_views_weighed() -> None:
    looks = {"image": np.stack([X, Y]), "text": np.stack([X, X * 0])}
    profile = Profile(1, long={"image": X, "text": Y}, blended={"image": Y}, disliked={"image": np.stack([X, Y])})
    signals = taste_signals(profile, looks)
    # The first has both views, 0.5 of image and 1 of text; the second has no words.
    assert signals["taste_long"].tolist() == pytest.approx([(0.5 * 1 + 1 * 0) / 1.5, 0.0])
    assert signals["taste"].tolist() == [0.0, 1.0]
    assert signals["dislike"].tolist() == [1.0, 1.0]
    assert "taste_session" not in signals


def test_what_nothing_is_known_of_stands_in_the_middle() -> None:
    assert standard(floats(1.0, 3.0, np.nan)).tolist() == [-1.0, 1.0, 0.0]
    assert standard(floats(2.0, 2.0)).tolist() == [0.0, 0.0]
    assert standard(floats(np.nan)).tolist() == [0.0]


def test_dislikes_alone_are_a_preference() -> None:
    nothing, signals = floats(0.0, 0.0), {"dislike": floats(0.1, 0.9)}
    assert preference(signals, nothing, 0.3).tolist() == pytest.approx([1.0, -1.0], abs=1e-6)
    assert preference(signals, nothing, 0.0).tolist() == [0.0, 0.0]


def test_facts_count_by_how_much_is_known() -> None:
    signals = {"taste": floats(0.9, 0.1)}
    assert preference(signals, floats(0.0, 0.4), 0.3).tolist() == pytest.approx([1.0, -1.0], abs=1e-6)
    assert preference(signals, floats(0.0, 4.0), 0.3).tolist() == pytest.approx([-1.0, 1.0], abs=1e-6)
    assert preference({}, floats(0.0, 0.1), 0.3).tolist() == pytest.approx([-1.0, 1.0], abs=1e-6)


def test_relevance_and_preference_are_mixed_by_their_share() -> None:
    # Standard scores of relevance: 1, -1. Half of taste the other way round is no longer enough to keep the order.
    found = candidates(2.0, 1.0)
    assert mixed(found, floats(-1.0, 1.0), 0.4).ids == ("p0", "p1")
    assert mixed(found, floats(-1.0, 1.0), 0.6).ids == ("p1", "p0")
    assert mixed(found, floats(-1.0, 1.0), 0.6).scores.tolist() == [2.0, 1.0]


def test_what_is_surely_relevant_leaves_the_order_to_taste_and_what_is_doubtful_does_not() -> None:
    sure, doubtful = 0.95, 0.3
    found = replace(candidates(3.0, 2.0, 1.0), signals={"relevance": floats(sure, sure, doubtful)})
    # ln 0.95 - ln 0.3 is 1.15: a preference of 2.4 outweighs it at a share of 0.5, and not at one of 0.3.
    assert mixed(found, floats(-1.2, 0.0, 1.2), 0.3).ids == ("p1", "p0", "p2")
    assert mixed(found, floats(-1.2, 0.0, 1.2), 0.5).ids == ("p2", "p1", "p0")


def test_rules_have_the_last_word() -> None:
    found = replace(candidates(2.0, 1.0), signals={"relevance": floats(0.9, 0.9)})

    def boosting_the_first(tasted: Candidates) -> Candidates:
        assert tasted.ids == ("p1", "p0")
        assert tasted.scores.tolist() == [2.0, 1.0]
        return replace(tasted, scores=floats(2.0, 3.0)).ranked(2)

    assert mixed(found, floats(-1.0, 1.0), 0.3, boosting_the_first).ids == ("p0", "p1")


@given(st.lists(st.tuples(st.floats(-5, 5, width=32), st.floats(-3, 3, width=32)), min_size=1, max_size=12), st.data())
def test_taste_changes_places_and_nothing_else(values: list[tuple[float, float]], data: st.DataObject) -> None:
    scores = sorted((score for score, _ in values), reverse=True)
    count = data.draw(st.integers(1, len(values)))
    share = data.draw(st.floats(0, 1))
    found = candidates(*scores)
    moved = mixed(found, floats(*(liked for _, liked in values[:count])), share)
    assert sorted(moved.ids[:count]) == sorted(found.ids[:count])
    assert moved.ids[count:] == found.ids[count:]
    assert moved.scores.tolist() == found.scores.tolist()
    if share == 0 and len(set(standard(found.scores[:count]).tolist())) == count:
        assert moved.ids == found.ids


def test_what_was_hidden_since_leaves_a_page() -> None:
    page = candidates(3.0, 2.0, 1.0)
    assert not_hidden(page, frozenset({"p1", "p9"})).ids == ("p0", "p2")
    assert not_hidden(page, frozenset({"p9"})) is page


def test_what_all_hits_have_in_common_is_no_reason() -> None:
    profile = Profile(
        affinities=(
            Affinity("category", "Bags", 1.0, 0.0, 1.0, 3),
            Affinity("attributes.colour", "red", 0.9, 0.0, 0.9, 1),
            Affinity("brand", "Acme", 0.0, 1.0, -0.5, 0, 2),
            Affinity("brand", "Zeta", 0.05, 0.0, 0.05, 1),
        )
    )
    products = [
        {"category": "Bags", "brand": "Acme", "attributes": {"colour": ["red", "blue"], "size": 4}},
        {"category": "Bags", "brand": "Zeta", "attributes": {}},
    ]
    assert reasons_for(products, profile) == [
        ("colour red: like 1 product you liked or looked at", "brand Acme: like 2 products you disliked"),
        (),
    ]
    assert reasons_for(products[1:], profile) == [("category Bags: like 3 products you liked or looked at",)]


def test_a_profile_is_kept_while_the_events_are_the_same_and_not_for_long() -> None:
    now_s = [0.0]
    kept = KeptProfiles(2, lambda: now_s[0])
    profile = Profile(events=1)
    kept.keep(KEY, ("a",), profile)
    assert kept.get(KEY, ("a",)) is profile
    assert kept.get(KEY, ("b", "a")) is None
    assert kept.get(KEY._replace(generation_id="h"), ("a",)) is None
    now_s[0] = KEPT_S + 1
    assert kept.get(KEY, ("a",)) is None


def test_of_many_profiles_those_used_last_are_kept_and_a_shopper_can_be_forgotten() -> None:
    kept = KeptProfiles(2)
    for name in ("u", "v"):
        kept.keep(ProfileKey(name, "", "g"), ("a",), Profile())
    kept.get(KEY, ("a",))
    kept.keep(ProfileKey("u", "visit", "g"), ("a",), Profile())
    assert [kept.get(ProfileKey(name, "", "g"), ("a",)) is None for name in ("u", "v")] == [False, True]
    kept.forget("u")
    assert kept.get(KEY, ("a",)) is None
    assert kept.get(ProfileKey("u", "visit", "g"), ("a",)) is None


def test_facts_are_kept_for_a_minute_and_per_index() -> None:
    now_s = [0.0]
    kept = KeptFacts(2, lambda: now_s[0])
    facts = ProductFacts({"brand": ["Acme"]})
    kept.keep("g", {"a": facts, "b": facts})
    assert set(kept.get("g", ["a", "b", "c"])) == {"a", "b"}
    assert kept.get("h", ["a"]) == {}
    kept.keep("g", {"c": facts})
    assert set(kept.get("g", ["a", "b", "c"])) == {"b", "c"}
    now_s[0] = KEPT_S + 1
    assert kept.get("g", ["b", "c"]) == {}
