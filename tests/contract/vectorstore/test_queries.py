from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.errors import InvalidInput, InvalidVector
from core.filters import parse_filter
from core.generations import IMAGE, LEXICAL, PHOTOS, TEXT
from core.indexing import ViewQuery
from core.vectors import SparseVector, unit_rows
from tests.contract.vectorstore.builders import IMAGE_DIM, TEXT_DIM, Collection, full_point, point, unit

pytestmark = pytest.mark.filterwarnings("ignore:(Payload indexes have no effect|Local mode)")


def test_scores_are_cosines_best_first(collection: Collection) -> None:
    collection.put(*(point(f"p{i:02}", seed=i) for i in range(40)))
    query = unit(99)
    hits = collection.store.query(collection.id, [ViewQuery(IMAGE, query, 40)], None)[0]
    expected = {f"p{i:02}": float(unit(i) @ query) for i in range(40)}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.score == pytest.approx(expected[hit.product_id], abs=1e-4)
    assert len(hits) == 40


def test_the_limit_cuts_off_the_worst(collection: Collection) -> None:
    collection.put(*(point(f"p{i:03}", seed=i) for i in range(300)))
    query = unit(1_234)
    exact = sorted((float(unit(i) @ query) for i in range(300)), reverse=True)[:10]
    hits = collection.store.query(collection.id, [ViewQuery(IMAGE, query, 10)], None)[0]
    np.testing.assert_allclose([hit.score for hit in hits], exact, atol=1e-4)


def test_a_product_finds_itself_with_score_one(collection: Collection) -> None:
    collection.put(*(full_point(f"p{i}", i) for i in range(20)))
    for using, vector in ((IMAGE, unit(7)), (TEXT, unit(8, TEXT_DIM))):
        best = collection.store.query(collection.id, [ViewQuery(using, vector, 1)], None)[0][0]
        assert best.product_id == "p7"
        assert best.score == pytest.approx(1.0, abs=1e-4)


def test_each_query_of_a_call_has_its_own_answer(collection: Collection) -> None:
    collection.put(*(full_point(f"p{i}", i) for i in range(30)))
    queries = [
        ViewQuery(IMAGE, unit(3), 1),
        ViewQuery(TEXT, unit(6, TEXT_DIM), 2),
        ViewQuery(LEXICAL, SparseVector.of({10: 1.0}), 5),
        ViewQuery(LEXICAL, SparseVector.of({}), 5),
        ViewQuery(IMAGE, unit(11), 3),
    ]
    answers = collection.store.query(collection.id, queries, None)
    assert [answer[0].product_id for answer in answers if answer] == ["p3", "p5", "p9", "p11"]
    assert [len(answer) for answer in answers] == [1, 2, 1, 0, 3]


def test_photos_are_scored_by_their_best_row(collection: Collection) -> None:
    collection.put(*(full_point(f"p{i}", i * 10) for i in range(12)))
    best = collection.store.query(collection.id, [ViewQuery(PHOTOS, unit(53), 12)], None)[0]
    assert best[0].product_id == "p5"
    assert best[0].score == pytest.approx(1.0, abs=1e-4)
    for hit in best:
        number = int(hit.product_id[1:]) * 10
        rows = np.stack([unit(number + 2), unit(number + 3)])
        assert hit.score == pytest.approx(float((rows @ unit(53)).max()), abs=1e-4)


def test_products_without_a_vector_are_not_found_by_it(collection: Collection) -> None:
    collection.put(point("image only"), full_point("both", 3))
    found = collection.store.query(collection.id, [ViewQuery(TEXT, unit(1, TEXT_DIM), 10)], None)[0]
    assert [hit.product_id for hit in found] == ["both"]


def test_equal_scores_come_in_the_order_of_product_ids(collection: Collection) -> None:
    ids = [f"p{i:02}" for i in range(30)]
    collection.put(*(point(product_id, seed=4) for product_id in reversed(ids)))
    hits = collection.store.query(collection.id, [ViewQuery(IMAGE, unit(4), 30)], None)[0]
    assert [hit.product_id for hit in hits] == ids


def test_a_filter_holds_for_every_query_of_the_call(collection: Collection) -> None:
    collection.put(*(point(f"p{i}", seed=i, price=float(i)) for i in range(10)))
    where = parse_filter({"price": {"gte": 4, "lt": 7}})
    queries = [ViewQuery(IMAGE, unit(seed), 10) for seed in (1, 2)]
    for answer in collection.store.query(collection.id, queries, where):
        assert sorted(hit.product_id for hit in answer) == ["p4", "p5", "p6"]


def test_a_narrow_filter_still_fills_the_limit(collection: Collection) -> None:
    collection.put(*(point(f"p{i}", seed=i, brand="rare" if i % 50 == 0 else "common") for i in range(500)))
    query = ViewQuery(IMAGE, unit(77), 10)
    hits = collection.store.query(collection.id, [query], parse_filter({"brand": "rare"}))[0]
    assert len(hits) == 10
    assert {hit.payload["brand"] for hit in hits} == {"rare"}


def test_payloads_come_only_when_asked_for(collection: Collection) -> None:
    collection.put(point("a", title="Shirt"))
    query = [ViewQuery(IMAGE, unit(0), 1)]
    assert collection.store.query(collection.id, query, None)[0][0].payload == {"id": "a", "title": "Shirt"}
    assert collection.store.query(collection.id, query, None, payload=False)[0][0].payload == {}
    assert collection.store.retrieve(collection.id, ["a"])["a"].payload == {}
    assert collection.store.retrieve(collection.id, ["a"])["a"].vectors == {}


def test_vectors_come_back_as_they_went_in(collection: Collection) -> None:
    collection.put(full_point("a", 1), point("b", seed=5))
    stored = collection.store.retrieve(collection.id, ["a", "b", "unknown"], vectors=[IMAGE, TEXT, PHOTOS])
    assert stored.keys() == {"a", "b"}
    np.testing.assert_allclose(stored["a"].vectors[IMAGE], unit(1), atol=1e-6)
    np.testing.assert_allclose(stored["a"].vectors[TEXT], unit(2, TEXT_DIM), atol=1e-6)
    np.testing.assert_allclose(stored["a"].vectors[PHOTOS], np.stack([unit(3), unit(4)]), atol=1e-6)
    assert stored["b"].vectors.keys() == {IMAGE}
    for vector in stored["a"].vectors.values():
        assert vector.dtype == np.float32


@pytest.mark.parametrize("limit", [0, -1, 100_001, 10**9, True, 1.5])
def test_a_limit_out_of_range_is_refused(untouched: Collection, limit: Any) -> None:
    with pytest.raises(InvalidInput, match="limit"):
        untouched.store.query(untouched.id, [ViewQuery(IMAGE, unit(1), limit)], None)


def test_the_largest_limit_returns_what_there_is(collection: Collection) -> None:
    collection.put(*(point(f"p{i}", seed=i) for i in range(5)))
    assert len(collection.store.query(collection.id, [ViewQuery(IMAGE, unit(1), 100_000)], None)[0]) == 5


@pytest.mark.parametrize(
    "query",
    [
        ViewQuery(IMAGE, np.full(IMAGE_DIM, np.nan, dtype=np.float32), 5),
        ViewQuery(IMAGE, np.zeros(IMAGE_DIM, dtype=np.float32), 5),
        ViewQuery(IMAGE, unit(1, TEXT_DIM), 5),
        ViewQuery(IMAGE, SparseVector.of({1: 1.0}), 5),
        ViewQuery(LEXICAL, unit(1), 5),
        ViewQuery("smell", unit(1), 5),
    ],
    ids=["NaN", "zero", "wrong size", "words for a picture", "picture for words", "unknown"],
)
def test_a_query_that_cannot_be_is_refused(untouched: Collection, query: ViewQuery) -> None:
    with pytest.raises(InvalidVector, match=query.using):
        untouched.store.query(untouched.id, [ViewQuery(IMAGE, unit(1), 5), query], None)


def test_ten_nearest_of_a_thousand_are_the_exact_ones(collection: Collection) -> None:
    generator = np.random.default_rng(11)
    centres = generator.normal(size=(50, IMAGE_DIM))
    rows = unit_rows(np.repeat(centres, 20, axis=0) + 0.4 * generator.normal(size=(1_000, IMAGE_DIM)))
    collection.put(*(_at(f"p{i}", rows[i]) for i in range(1_000)))
    asked = unit_rows(centres[:20] + 0.4 * generator.normal(size=(20, IMAGE_DIM)))
    answers = collection.store.query(collection.id, [ViewQuery(IMAGE, row, 10) for row in asked], None, payload=False)
    found = 0
    for row, answer in zip(asked, answers, strict=True):
        nearest = {f"p{i}" for i in np.argsort(-(rows @ row))[:10]}
        found += len(nearest & {hit.product_id for hit in answer})
    assert found >= 198


def _at(product_id: str, row: Any) -> Any:
    from dataclasses import replace

    from core.vectors import ProductVectors

    return replace(point(product_id), vectors=ProductVectors(dense={IMAGE: row}))


def test_what_one_query_finds_is_scored_by_all(collection: Collection) -> None:
    collection.put(*(full_point(f"p{i}", i) for i in range(30)), point("image only", seed=3))
    image, text = ViewQuery(IMAGE, unit(3), 3), ViewQuery(TEXT, unit(6, TEXT_DIM), 2)
    words = ViewQuery(LEXICAL, SparseVector.of({10: 1.0}), 5)
    together = collection.store.score_together(collection.id, [image, text, words], None)
    lists = collection.store.query(collection.id, [image, text, words], None)
    assert sorted(together.product_ids) == sorted({hit.product_id for found in lists for hit in found})
    assert together.scores.shape == (3, len(together.product_ids))
    assert together.scores.dtype == np.float32
    wider = [ViewQuery(query.using, query.vector, 100) for query in (image, text, words)]
    for row, found in zip(together.scores, collection.store.query(collection.id, wider, None), strict=True):
        expected = {hit.product_id: hit.score for hit in found}
        np.testing.assert_allclose(
            row, [expected.get(product_id, np.nan) for product_id in together.product_ids], atol=1e-4
        )


def test_what_is_scored_together_obeys_the_filter(collection: Collection) -> None:
    collection.put(*(full_point(f"p{i}", i) for i in range(30)))
    queries = [ViewQuery(IMAGE, unit(3), 30), ViewQuery(TEXT, unit(6, TEXT_DIM), 30)]
    where = parse_filter({"id": ["p1", "p4"]})
    assert sorted(collection.store.score_together(collection.id, queries, where).product_ids) == ["p1", "p4"]


def test_nothing_found_is_no_columns(collection: Collection) -> None:
    collection.put(full_point("p1", 1))
    nobody = parse_filter({"id": ["p2"]})
    found = collection.store.score_together(collection.id, [ViewQuery(IMAGE, unit(3), 3)], nobody)
    assert found.product_ids == ()
    assert found.scores.shape == (1, 0)
