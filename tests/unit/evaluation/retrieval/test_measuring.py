"""Figures of protocols against those computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.products import Product
from evaluation.retrieval.judging import Groups, JudgedProducts
from evaluation.retrieval.measuring import measured
from evaluation.retrieval.protocols import Encoded, protocols

# Places on a circle, in degrees: 0 and 1 lie together, 2 beside them, 3 and 4 far off.
ANGLES = (0.0, 5.0, 20.0, 90.0, 100.0)
LABELS = ("a", "b", "a", "a", "c")
TITLES = ("x", "y", "x", "z", "z")


def _circle(degrees: tuple[float, ...]) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.fixture
def judged() -> JudgedProducts:
    products = tuple(Product(str(i), title) for i, title in enumerate(TITLES))
    return JudgedProducts(products, "kind", Groups.of(LABELS), Groups.of(TITLES), {}, {})


def _by_hand(hits: list[int], relevant: int) -> dict[str, float]:
    """The textbook, one list at a time."""
    ranks = [rank for rank, hit in enumerate(hits, 1) if hit]
    gain = sum(1 / np.log2(rank + 1) for rank in ranks if rank <= 10)
    return {
        "recall@1": float(bool(ranks) and ranks[0] <= 1),
        "recall@5": float(bool(ranks) and ranks[0] <= 5),
        "mrr": 1 / ranks[0] if ranks else 0.0,
        "ndcg@10": gain / sum(1 / np.log2(rank + 1) for rank in range(1, 11)),
        "map": sum(n / rank for n, rank in enumerate(ranks, 1)) / relevant if relevant else 0.0,
        "precision@5": len([rank for rank in ranks if rank <= 5]) / 5,
        "precision@10": len([rank for rank in ranks if rank <= 10]) / 10,
    }


def test_images_find_others_of_their_label_and_one_without_another_finds_nothing(judged: JudgedProducts) -> None:
    (protocol,) = protocols(Encoded(photos=_circle(ANGLES)), judged)
    assert protocol.name == "image-to-image"
    result = measured(protocol)
    # By angle: 0 sees 1 2 3 4; 1 sees 0 2 3 4; 2 sees 1 0 3 4; 3 sees 4 2 1 0; 4 sees 3 2 1 0.
    lists = [([0, 1, 1, 0], 2), ([0, 0, 0, 0], 0), ([0, 1, 1, 0], 2), ([0, 1, 0, 1], 2), ([0, 0, 0, 0], 0)]
    for query, (hits, relevant) in enumerate(lists):
        for name, value in _by_hand(hits, relevant).items():
            assert result.by_metric[name][query] == pytest.approx(value), (query, name)
    assert result.nearest.tolist() == [[1, 2, 3, 4], [0, 2, 3, 4], [1, 0, 3, 4], [4, 2, 1, 0], [3, 2, 1, 0]]
    assert result.ceilings["recall@1"].tolist() == [1, 0, 1, 1, 0]
    assert result.ceilings["precision@10"].tolist() == [0.2, 0, 0.2, 0.2, 0]
    assert result.ceilings["map"].tolist() == [1, 0, 1, 1, 0]


def test_a_title_may_find_its_own_photo_and_exact_counts_equal_titles_as_one(judged: JudgedProducts) -> None:
    photos = _circle(ANGLES)
    # Both products of title x ask for what lies at 20 degrees, where the second of them is.
    queries = _circle((20.0, 0.0, 20.0, 100.0, 100.0))
    found = {
        one.name: measured(one)
        for one in protocols(Encoded(photos, queries, text_queries=queries, passages=queries), judged)
    }
    assert set(found) == {"text-to-image", "image-to-image", "text-to-text", "exact", "exact-own-photo"}
    assert found["text-to-image"].by_metric["recall@1"].tolist() == [1, 0, 1, 0, 1]
    assert found["exact"].by_metric["recall@1"].tolist() == [1, 0, 1, 1, 1]
    assert found["exact-own-photo"].by_metric["recall@1"].tolist() == [0, 0, 1, 0, 1]
    # At 20: 2, 1, 0, so that the first of the two stands third; at 0: 0, 1; at 100: 4, 3.
    np.testing.assert_allclose(found["exact-own-photo"].by_metric["mrr"], [1 / 3, 1 / 2, 1, 1 / 2, 1])
    np.testing.assert_allclose(
        found["exact-own-photo"].by_metric["ndcg@10"], [1 / 2, 1 / np.log2(3), 1, 1 / np.log2(3), 1]
    )
    # Two of a title cannot be told apart: one is first at best, and both are among the first five.
    assert found["exact-own-photo"].ceilings["recall@1"].tolist() == [0.5, 1, 0.5, 0.5, 0.5]
    assert found["exact-own-photo"].ceilings["recall@5"].tolist() == [1, 1, 1, 1, 1]
    np.testing.assert_allclose(found["exact-own-photo"].ceilings["mrr"], [0.75, 1, 0.75, 0.75, 0.75])
    np.testing.assert_allclose(found["exact-own-photo"].ceilings["ndcg@10"][:2], [(1 + 1 / np.log2(3)) / 2, 1])
    assert all((one.ceilings[name] >= 0.999).all() for one in (found["exact"],) for name in one.ceilings)


def test_products_without_a_photo_neither_ask_nor_are_found(judged: JudgedProducts) -> None:
    photos = _circle(ANGLES)
    photos[1] = np.nan
    (protocol,) = protocols(Encoded(photos=photos), judged)
    assert protocol.rows.tolist() == [0, 2, 3, 4]
    assert measured(protocol).by_metric["recall@1"].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_those_of_the_textbook_however_many_scores_tie(seed: int) -> None:
    random = np.random.default_rng(seed)
    # Along the axes every score is exactly -1, 0 or 1, so that most products tie.
    rows = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32)[random.integers(0, 6, 40)]
    labels = [str(label) for label in random.integers(0, 6, 40)]
    products = tuple(Product(str(i), "same") for i in range(40))
    judged = JudgedProducts(products, "kind", Groups.of(labels), Groups.of(["same"] * 40), {}, {})
    found = {one.name: measured(one) for one in protocols(Encoded(rows, rows), judged)}
    for name, itself in (("image-to-image", False), ("text-to-image", True)):
        for query in range(40):
            others = [item for item in range(40) if itself or item != query]
            others.sort(key=lambda item: (-float(rows[query] @ rows[item]), item))
            hits = [int(labels[item] == labels[query]) for item in others]
            for metric, value in _by_hand(hits, sum(hits)).items():
                assert found[name].by_metric[metric][query] == pytest.approx(value), (name, query, metric)
