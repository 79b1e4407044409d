from __future__ import annotations

import numpy as np
import pytest

from core.examples import Example
from core.queries import SearchQuery
from retrieval.search.candidates import Candidates
from retrieval.search.fusion import PRODUCT, RRF_K, WORDS, WORDS_AND_PICTURE, fuse, rrf, view_weights, weighted


def candidates(**signals: list[float]) -> Candidates:
    columns = {name: np.array(values, dtype=np.float32) for name, values in signals.items()}
    count = len(next(iter(columns.values())))
    ids = tuple(f"p{i}" for i in range(count))
    return Candidates(ids, columns, np.zeros(count, dtype=np.float32))


def test_a_single_view_keeps_its_own_scores() -> None:
    fused = fuse(candidates(image=[0.25, 0.75]), "weighted", WORDS)
    assert fused.scores.tolist() == [0.25, 0.75]


def test_nothing_found_stays_nothing() -> None:
    assert len(fuse(candidates(image=[], text=[]), "weighted", WORDS)) == 0


@pytest.mark.parametrize("method", ["weighted", "rrf"])
def test_a_view_that_was_turned_away_decides_instead_of_the_view_itself(method: str) -> None:
    turned = fuse(candidates(image=[0.9, 0.8], away_image=[0.1, 0.2]), method, WORDS)
    assert turned.scores == pytest.approx([0.1, 0.2])
    both = candidates(image=[0.9, 0.8, 0.1], away_image=[0.1, 0.7, 0.2], text=[0.5, 0.4, 0.3])
    expected = candidates(image=[0.1, 0.7, 0.2], text=[0.5, 0.4, 0.3])
    fused = fuse(both, method, WORDS)
    np.testing.assert_allclose(fused.scores, fuse(expected, method, WORDS).scores)
    assert set(fused.signals) == {"image", "away_image", "text"}


@pytest.mark.parametrize("method", ["weighted", "rrf"])
def test_what_both_views_like_comes_first(method: str) -> None:
    found = candidates(image=[0.9, 0.8, 0.1], text=[0.7, 0.9, 0.2], lexical=[5.0, 9.0, np.nan])
    assert fuse(found, method, WORDS).ranked(3).ids == ("p1", "p0", "p2")


def test_weighted_is_the_weighted_sum_of_standard_scores() -> None:
    scores = weighted({"image": np.array([1, 3], np.float32), "text": np.array([4, 2], np.float32)}, WORDS)
    expected = WORDS["image"] * np.array([-1.0, 1.0]) + WORDS["text"] * np.array([1.0, -1.0])
    np.testing.assert_allclose(scores, expected, rtol=1e-6)


def test_weighted_does_not_depend_on_the_range_of_a_view() -> None:
    image, text = np.array([0.1, 0.5, 0.3], np.float32), np.array([0.9, 0.2, 0.4], np.float32)
    np.testing.assert_allclose(
        weighted({"image": image, "text": text}, WORDS),
        weighted({"image": image * 100 + 7, "text": text}, WORDS),
        rtol=1e-4,
    )


def test_a_view_that_found_nothing_or_tells_nothing_apart_changes_nothing() -> None:
    image, text = np.array([0.1, 0.5], np.float32), np.array([0.9, 0.2], np.float32)
    alone = weighted({"image": image, "text": text}, WORDS)
    with_empty = weighted({"image": image, "text": text, "lexical": np.full(2, np.nan, np.float32)}, WORDS)
    with_flat = weighted({"image": image, "text": text, "lexical": np.full(2, 3.0, np.float32)}, WORDS)
    np.testing.assert_array_equal(alone, with_empty)
    np.testing.assert_array_equal(alone, with_flat)


def test_rrf_sums_reciprocal_ranks_and_gives_nothing_for_a_missing_score() -> None:
    scores = rrf({"text": np.array([0.2, 0.9, np.nan], np.float32)}, {})
    np.testing.assert_allclose(scores, [1 / (RRF_K + 2), 1 / (RRF_K + 1), 0.0], rtol=1e-6)


def test_equal_scores_go_by_product_id_in_every_order_of_arrival() -> None:
    one = Candidates(("b", "a", "c"), {}, np.array([1, 1, 2], np.float32)).ranked(3)
    two = Candidates(("c", "a", "b"), {}, np.array([2, 1, 1], np.float32)).ranked(3)
    assert one.ids == two.ids == ("c", "a", "b")


def test_the_page_is_cut_after_ranking() -> None:
    assert fuse(candidates(image=[0.1, 0.9, 0.5]), "rrf", {}).ranked(2).ids == ("p1", "p2")


def test_hits_carry_their_signals_and_payload() -> None:
    (hit,) = fuse(candidates(image=[0.5]), "rrf", {}).ranked(1).hits({"p0": {"id": "p0"}})
    assert (hit.product_id, hit.score, hit.signals, hit.product) == ("p0", 0.5, {"image": 0.5}, {"id": "p0"})


def test_a_product_that_has_gone_meanwhile_is_no_hit() -> None:
    page = fuse(candidates(image=[0.5, 0.4]), "rrf", {}).ranked(2)
    assert [hit.product_id for hit in page.hits({"p1": {"id": "p1"}})] == ["p1"]


def test_each_kind_of_query_has_its_own_weights() -> None:
    assert view_weights(SearchQuery(text="red")) == WORDS
    assert view_weights(SearchQuery(images=(Example(product_id="p"),))) == PRODUCT
    assert view_weights(SearchQuery(text="red", images=(Example(product_id="p"),), weights={"text": 0})) == PRODUCT
    assert view_weights(SearchQuery(text="red", images=(Example(product_id="p"),), weights={"image": 0})) == WORDS
    assert view_weights(SearchQuery(text="red", images=(Example(b"x"),))) == WORDS_AND_PICTURE


def test_weaker_words_count_less_in_the_views_that_know_words_alone() -> None:
    halved = view_weights(SearchQuery(text="red", images=(Example(b"x"),), weights={"text": 1, "image": 2}))
    assert halved["image"] == WORDS_AND_PICTURE["image"]
    assert halved["text"] == WORDS_AND_PICTURE["text"] / 2
    stronger = view_weights(SearchQuery(text="red", images=(Example(b"x"),), weights={"text": 2, "image": 1}))
    assert stronger == WORDS_AND_PICTURE


@pytest.mark.parametrize("lexical", [{}, {"lexical": [np.nan, np.nan]}])
def test_where_no_product_has_any_of_the_words_eyes_count_as_much(lexical: dict[str, list[float]]) -> None:
    views = {"image": [0.1, 0.9], "text": [0.3, 0.2]}
    assert fuse(candidates(**views, **lexical), "weighted", WORDS).scores == pytest.approx([0, 0], abs=1e-6)
    assert fuse(candidates(**views, lexical=[1.0, 1.0]), "weighted", WORDS).ranked(2).ids == ("p0", "p1")
    assert fuse(candidates(**views, **lexical), "weighted", PRODUCT).ranked(2).ids == ("p0", "p1")
