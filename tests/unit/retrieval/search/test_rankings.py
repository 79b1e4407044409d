from __future__ import annotations

import numpy as np

from core.hits import AT_LEAST, EXACT
from retrieval.search.candidates import Candidates
from retrieval.search.cursors import RankPlace
from retrieval.search.rankings import KeptRankings, Ranking, new_ranking


def ranking(ids: str, relation: str = EXACT) -> Ranking:
    scores = np.arange(len(ids), 0, -1, dtype=np.float32)
    found = Candidates(tuple(ids), {"text": scores}, scores)
    return new_ranking(found, found, relation)


def test_pages_together_are_the_ranking() -> None:
    whole = ranking("abcdefg", AT_LEAST)
    first, behind = whole.page(None, 3)
    assert behind == RankPlace(3, ("a", "b", "c"), whole.name)
    second, behind = whole.page(behind, 3)
    last, end = whole.page(behind, 3)
    assert first.ids + second.ids + last.ids == tuple("abcdefg")
    assert second.scores.tolist() == [4.0, 3.0, 2.0]
    assert end is None


def test_a_page_that_ends_with_the_ranking_is_the_last() -> None:
    assert ranking("abc").page(None, 3)[1] is None
    assert ranking("").page(None, 3)[0].ids == ()


def test_a_ranking_made_anew_goes_on_behind_what_was_shown_last() -> None:
    place = RankPlace(3, ("a", "b", "c"), "gone")
    assert ranking("XaYbcdef").page(place, 2)[0].ids == ("d", "e")
    assert ranking("abdef").page(place, 2)[0].ids == ("d", "e")
    assert ranking("vwxyz").page(place, 2)[0].ids == ("y", "z")
    assert ranking("vw").page(place, 2)[0].ids == ()


def test_the_rankings_used_last_are_kept_up_to_a_number_of_products() -> None:
    kept = KeptRankings(products_max=6)
    one, two, three = ranking("abc"), ranking("def"), ranking("ghi")
    kept.keep(one)
    kept.keep(two)
    kept.keep(one)
    assert kept.get(one.name) is one
    kept.keep(three)
    assert (kept.get(one.name), kept.get(two.name), kept.get(three.name)) == (one, None, three)


def test_a_ranking_larger_than_all_may_be_is_kept_alone() -> None:
    kept = KeptRankings(products_max=2)
    small, large = ranking("a"), ranking("abc")
    kept.keep(small)
    kept.keep(large)
    assert (kept.get(small.name), kept.get(large.name)) == (None, large)
