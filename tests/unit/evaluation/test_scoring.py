"""Figures against values computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.queries import SearchQuery
from evaluation.measures import facets_exact, measures
from evaluation.queries import Answered, JudgedQuery, QuerySet
from evaluation.scoring import (
    AT_MOST_3,
    FOUND_PRECISION,
    FOUND_RECALL,
    HITS,
    MRR,
    NDCG,
    NOTHING,
    RECALL_10,
    RECALL_100,
    Rows,
    Scores,
    figures,
    interval,
    score,
)
from evaluation.wording import IMPORTED

QUERY = SearchQuery(text="boots")


def _set(*relevant: set[str], as_one: bool = False, ranks: tuple[float, ...] = (1.0,)) -> QuerySet:
    asked = tuple(
        JudgedQuery("boots", QUERY, frozenset(ids), ranks=ranks, wants_all=not as_one and bool(ids)) for ids in relevant
    )
    return QuerySet("attribute", "", IMPORTED, asked, as_one=as_one)


def _answer(*ids: str, found: tuple[str, ...] | None = None) -> Answered:
    return Answered(ids, len(ids if found is None else found), None if found is None else frozenset(found))


def test_lists_are_measured_by_every_right_product() -> None:
    made = score(_set({"a", "b"}), [_answer("x", "a", "y", "b")])
    best = 1 + 1 / math.log2(3)
    assert made.by_measure[NDCG] == pytest.approx([(1 / math.log2(3) + 1 / math.log2(5)) / best])
    assert made.by_measure[MRR] == pytest.approx([0.5])
    assert made.by_measure[RECALL_10] == pytest.approx([1.0])
    assert FOUND_PRECISION not in made.by_measure


def test_of_right_products_that_count_as_one_the_first_is_enough() -> None:
    made = score(_set({"a", "b"}, as_one=True), [_answer("x", "a", "b")])
    assert made.by_measure[NDCG] == pytest.approx([1 / math.log2(3)])
    assert made.by_measure[RECALL_100] == pytest.approx([1.0])


def test_the_ceiling_of_recall_is_what_fits_into_the_list() -> None:
    made = score(_set({str(i) for i in range(40)}), [_answer()])
    assert made.ceilings[RECALL_10] == pytest.approx([0.25])
    assert made.ceilings[RECALL_100] == pytest.approx([1.0])
    assert made.ceilings[NDCG] == pytest.approx([1.0])


def test_the_ceiling_where_a_query_fits_several_is_what_guessing_gives() -> None:
    made = score(_set({"a"}, as_one=True, ranks=(0.5, 0.25, 0.25)), [_answer("a")])
    assert made.ceilings[MRR] == pytest.approx([0.5 + 0.25 / 2 + 0.25 / 3])
    assert made.ceilings[NDCG] == pytest.approx([0.5 + 0.25 / math.log2(3) + 0.25 / math.log2(4)])
    assert made.ceilings[RECALL_10] == pytest.approx([1.0])


def test_a_cut_off_is_measured_by_all_that_was_found() -> None:
    asked = _set({"a", "b", "c", "d"}, {"a"})
    made = score(asked, [_answer("a", "x", found=("a", "x", "y", "b")), _answer(found=())])
    assert made.by_measure[FOUND_PRECISION] == pytest.approx([0.5, 0.0])
    assert made.by_measure[FOUND_RECALL] == pytest.approx([0.5, 0.0])
    assert made.by_measure[NOTHING] == pytest.approx([0.0, 1.0])
    assert made.by_measure[HITS] == pytest.approx([4.0, 0.0])


def test_where_nothing_is_right_few_hits_are_good() -> None:
    three, many, listed = _answer(found=("a", "b", "c")), _answer(found=tuple("abcd")), _answer(*"abcde")
    made = score(_set(set(), set(), set()), [three, many, listed])
    assert made.by_measure[AT_MOST_3] == pytest.approx([1.0, 0.0, 0.0])
    assert made.by_measure[HITS] == pytest.approx([3.0, 4.0, 5.0])


def test_an_interval_holds_the_mean_and_narrows_with_more_queries() -> None:
    few, many = (np.resize(np.array([0.0, 1.0]), count) for count in (20, 2_000))

    def width(rows: Rows) -> float:
        (figure,) = figures(Scores({NDCG: rows}, {}), seed=1).values()
        assert figure.low < figure.value < figure.high
        return figure.high - figure.low

    # The standard error of a share of one half is half the root of the count, each side 1.96 of it.
    assert width(few) == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(20), rel=0.15)
    assert width(many) == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(2_000), rel=0.15)


def test_an_interval_of_equal_numbers_is_that_number_and_the_same_for_a_seed() -> None:
    rows = np.full(9, 0.25)
    assert interval(lambda picked: rows[picked].mean(axis=1), 9, seed=1) == (0.25, 0.25)
    mixed = np.linspace(0, 1, 30)
    first, again = (interval(lambda picked: mixed[picked].mean(axis=1), 30, seed=5) for _ in range(2))
    assert first == again


def _scores(**by_measure: list[float]) -> Scores:
    return Scores({name.replace("ndcg", NDCG): np.array(rows) for name, rows in by_measure.items()}, {})


def test_measures_compare_the_shop_with_others_over_the_same_queries() -> None:
    found = measures(
        {
            "attribute": {
                "hybrid": _scores(ndcg=[0.9, 0.7], nothing=[0.0, 0.0]),
                "image": _scores(ndcg=[0.2, 0.2]),
                "text": _scores(ndcg=[0.6, 0.4]),
                "bm25": _scores(ndcg=[0.5, 0.3], nothing=[0.0, 0.0]),
            },
            "attribute_words_out": {
                "hybrid": _scores(ndcg=[0.6, 0.6], nothing=[1.0, 0.0]),
                "text": _scores(ndcg=[0.3, 0.3]),
                "bm25": _scores(ndcg=[0.0, 0.0], nothing=[1.0, 1.0]),
            },
            "known_item": {"hybrid": _scores(mrr=[1.0, 0.8]), "bm25": _scores(mrr=[1.0, 1.0])},
            "known_item_typo": {"hybrid": _scores(mrr=[0.9, 0.8]), "bm25": _scores(mrr=[0.5, 0.7])},
            "out_of_catalogue": {"hybrid": _scores(at_most_3=[1.0, 0.0])},
        },
        seed=1,
    )
    values = {measure.name: measure.value for measure in found}
    assert values == {
        "attribute_over_best_view": pytest.approx(0.8 / 0.5),
        "attribute_over_bm25": pytest.approx(0.8 / 0.4),
        "words_out_over_words": pytest.approx(2.0),
        "known_item_over_bm25": pytest.approx(0.9),
        "typo_gap_closed": pytest.approx((0.85 - 0.6) / (1.0 - 0.6)),
        "nothing_for_what_is_not_sold": pytest.approx(0.5),
        "wrongly_cut_to_nothing": pytest.approx(0.25),
    }
    met = {measure.name for measure in found if measure.met}
    assert met == {"attribute_over_best_view", "attribute_over_bm25", "words_out_over_words"}
    assert "the best single view, text" in found[0].meaning


def test_measures_whose_sets_were_not_asked_are_left_out() -> None:
    assert measures({}, seed=1) == []


def test_one_wrong_facet_is_one_too_many() -> None:
    assert facets_exact(np.ones(4), seed=1).met
    assert not facets_exact(np.array([1.0, 1.0, 0.0, 1.0]), seed=1).met
