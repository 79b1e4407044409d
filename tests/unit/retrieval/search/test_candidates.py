from __future__ import annotations

import math

import numpy as np

from retrieval.search.candidates import Candidates


def candidates(ids: str, *text: float) -> Candidates:
    scores = np.array(text or range(len(ids), 0, -1), dtype=np.float32)
    return Candidates(tuple(ids), {"text": scores}, scores)


def test_a_deeper_search_goes_on_behind_what_was_found_before() -> None:
    before, deeper = candidates("acd"), candidates("XaYcbd")
    assert before.followed_by(deeper).ids == tuple("acdXYb")
    assert before.followed_by(candidates("ad")).ids == ("a", "d")
    assert candidates("").followed_by(deeper).ids == deeper.ids


def test_what_follows_keeps_its_own_signals_and_scores() -> None:
    joined = candidates("ab", 9, 8).followed_by(candidates("cba", 3, 2, 1))
    assert joined.ids == ("a", "b", "c")
    assert joined.scores.tolist() == joined.signals["text"].tolist() == [1, 2, 3]


def test_others_come_behind_and_what_they_have_no_signal_for_is_unknown() -> None:
    own = Candidates(("a",), {"text": np.array([0.5], np.float32), "image": np.array([0.1], np.float32)}, np.ones(1))
    joined = own.and_also(candidates("bc", 3, 2))
    assert joined.ids == ("a", "b", "c")
    assert joined.scores.tolist() == [1, 3, 2]
    assert joined.signals["text"].tolist() == [0.5, 3, 2]
    assert np.isnan(joined.signals["image"][1:]).all()


def test_places_are_counted_among_all_by_each_signal() -> None:
    everything = candidates("abcd", 0.5, math.nan, 0.9, 0.5)
    page = everything.take(np.array([3, 1, 2]))
    assert everything.ranks(page) == ({"text": 2}, {}, {"text": 1})
    assert [hit.ranks for hit in page.hits({"d": {}, "c": {}}, everything.ranks(page))] == [{"text": 2}, {"text": 1}]
    assert [dict(hit.ranks) for hit in page.hits({"d": {}})] == [{}]
