from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import InvalidInput, InvalidVector
from core.generations import IMAGE, LEXICAL, PHOTOS, TEXT
from core.indexing import Point, ViewQuery
from core.vectors import FloatArray, ProductVectors, SparseVector
from tests.contract.vectorstore.builders import IMAGE_DIM, TEXT_DIM, Collection, Engine, full_point, point, unit

pytestmark = pytest.mark.filterwarnings("ignore:(Payload indexes have no effect|Local mode)")

UNICODE_IDS = ["ß-1", "商品/42", "a b", "🧦", "'; DROP TABLE products; --", "x" * 200, "\u00e9", "e\u0301"]


def test_an_older_version_never_replaces_a_newer(collection: Collection) -> None:
    collection.put(point("a", version=5, seed=5, title="five"))
    collection.put(point("a", version=4, seed=4, title="four"), point("b", version=4, title="b"))
    stored = collection.store.retrieve(collection.id, ["a", "b"], vectors=[IMAGE], payload=True)
    assert stored["a"].payload["title"] == "five"
    np.testing.assert_allclose(stored["a"].vectors[IMAGE], unit(5), atol=1e-6)
    assert stored["b"].payload["title"] == "b"


@pytest.mark.parametrize("version", [5, 6])
def test_the_same_or_a_newer_version_replaces(collection: Collection, version: int) -> None:
    collection.put(point("a", version=5, seed=5, title="first"))
    collection.put(point("a", version=version, seed=6, title="second"))
    stored = collection.store.retrieve(collection.id, ["a"], vectors=[IMAGE], payload=True)["a"]
    assert stored.payload["title"] == "second"
    np.testing.assert_allclose(stored.vectors[IMAGE], unit(6), atol=1e-6)


def test_of_two_versions_in_one_batch_the_newer_stays(collection: Collection) -> None:
    collection.put(point("a", version=3, title="three"), point("a", version=2, title="two"))
    collection.put(point("b", version=2, title="two"), point("b", version=3, title="three"))
    assert collection.payload("a")["title"] == "three"
    assert collection.payload("b")["title"] == "three"
    assert collection.store.count(collection.id) == 2


def test_a_mixed_batch_writes_exactly_what_is_not_older(collection: Collection) -> None:
    collection.put(*(point(f"p{i}", version=10, title="old") for i in range(6)))
    collection.put(*(point(f"p{i}", version=8 + i, title="new") for i in range(6)))
    titles = [collection.payload(f"p{i}")["title"] for i in range(6)]
    assert titles == ["old", "old", "new", "new", "new", "new"]


def test_writers_that_race_leave_the_newest_version(engine: Engine, collection: Collection) -> None:
    if engine.name == "local":
        pytest.skip("the client's local mode is made for one thread")
    versions = list(range(1, 61))
    random.Random(7).shuffle(versions)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda version: collection.put(point("a", version=version, title=f"v{version}")), versions))
    assert collection.payload("a")["title"] == "v60"


def test_an_upsert_replaces_the_whole_point(collection: Collection) -> None:
    collection.put(full_point("a", 1))
    collection.put(point("a", version=2, seed=9, brand="Acme"))
    stored = collection.store.retrieve(collection.id, ["a"], vectors=[IMAGE, TEXT, PHOTOS], payload=True)["a"]
    assert dict(stored.payload) == {"id": "a", "brand": "Acme"}
    assert set(stored.vectors) == {IMAGE}
    lexical = ViewQuery(LEXICAL, SparseVector.of({2: 1.0}), 10)
    assert collection.store.query(collection.id, [lexical], None) == [[]]


def test_a_payload_is_replaced_and_vectors_stay(collection: Collection) -> None:
    collection.put(full_point("a", 1))
    collection.store.set_payloads(collection.id, {"a": (2, {"id": "a", "brand": "Acme"})})
    stored = collection.store.retrieve(collection.id, ["a"], vectors=[IMAGE, TEXT, PHOTOS], payload=True)["a"]
    assert dict(stored.payload) == {"id": "a", "brand": "Acme"}
    np.testing.assert_allclose(stored.vectors[IMAGE], unit(1), atol=1e-6)
    assert set(stored.vectors) == {IMAGE, TEXT, PHOTOS}


def test_an_older_payload_never_replaces_a_newer(collection: Collection) -> None:
    collection.put(point("a", version=5, title="five"))
    collection.store.set_payloads(collection.id, {"a": (4, {"id": "a", "title": "four"})})
    assert collection.payload("a")["title"] == "five"


def test_a_replaced_payload_guards_against_older_points(collection: Collection) -> None:
    collection.put(point("a", version=1))
    collection.store.set_payloads(collection.id, {"a": (3, {"id": "a", "title": "three"})})
    collection.put(point("a", version=2, title="two"))
    assert collection.payload("a")["title"] == "three"


def test_a_payload_of_a_product_without_a_point_is_left_out(collection: Collection) -> None:
    collection.put(point("a", version=1))
    collection.store.set_payloads(
        collection.id, {"unknown": (9, {"id": "unknown"}), "a": (2, {"id": "a", "title": "two"})}
    )
    assert collection.payload("a")["title"] == "two"
    assert collection.store.count(collection.id) == 1


def test_deleting_takes_points_and_ignores_unknown_ids(collection: Collection) -> None:
    collection.put(point("a"), point("b"), point("c"))
    collection.store.delete(collection.id, ["a", "unknown", "c"])
    assert collection.matching(None) == ["b"]
    assert collection.store.retrieve(collection.id, ["a", "b", "c"]).keys() == {"b"}


def test_a_deleted_product_can_come_back(collection: Collection) -> None:
    collection.put(point("a", version=7))
    collection.store.delete(collection.id, ["a"])
    collection.put(point("a", version=1, title="again"))
    assert collection.payload("a")["title"] == "again"


def test_writing_nothing_is_no_error(collection: Collection) -> None:
    collection.put()
    collection.store.set_payloads(collection.id, {})
    collection.store.delete(collection.id, [])
    assert collection.store.retrieve(collection.id, []) == {}
    assert collection.store.query(collection.id, [], None) == []


def test_product_ids_of_any_script_stay_apart(collection: Collection) -> None:
    collection.put(*(point(product_id, title=f"title of {product_id}") for product_id in UNICODE_IDS))
    stored = collection.store.retrieve(collection.id, UNICODE_IDS, payload=True)
    assert {key: value.payload["title"] for key, value in stored.items()} == {
        product_id: f"title of {product_id}" for product_id in UNICODE_IDS
    }
    assert sorted(collection.store.product_ids(collection.id, None, 100)[0]) == sorted(UNICODE_IDS)


def test_a_payload_comes_back_as_it_went_in(collection: Collection) -> None:
    payload: dict[str, Any] = {
        "id": "a",
        "title": 'Ein "schöner" Schuh\n\\ 👟',
        "price": 19.99,
        "available": False,
        "photos": ["f" * 64, "0" * 64],
        "attributes": {
            "colour": "blue",
            "sizes": [38, 40, 42.5],
            "screen size": 6,
            "a.b": True,
            "empty": [],
            "mixed": ["x", 1, True],
            "big": 2**53,
        },
    }
    collection.put(Point("a", 1, ProductVectors(), payload))
    assert collection.payload("a") == payload
    assert isinstance(collection.payload("a")["attributes"]["screen size"], int)
    hit = collection.store.query(collection.id, [ViewQuery(IMAGE, unit(1), 5)], None)[0]
    assert hit == []


def test_a_thousand_points_in_one_batch(collection: Collection) -> None:
    collection.put(*(full_point(f"p{i}", i) for i in range(1_000)))
    assert collection.store.status(collection.id).points == 1_000
    assert len(collection.matching(None)) == 1_000
    ids = [f"p{i}" for i in range(1_000)]
    stored = collection.store.retrieve(collection.id, ids, vectors=[TEXT])
    rows = np.stack([stored[product_id].vectors[TEXT] for product_id in ids])
    np.testing.assert_allclose(rows, np.stack([unit(i + 1, TEXT_DIM) for i in range(1_000)]), atol=1e-6)
    collection.store.delete(collection.id, ids[:999])
    assert collection.matching(None) == ["p999"]


def _with_image(vector: FloatArray) -> ProductVectors:
    return ProductVectors(dense={IMAGE: vector})


def _broken_sparse() -> SparseVector:
    weights = SparseVector.of({1: 1.0, 2: 2.0})
    object.__setattr__(weights, "values", weights.values[:1])
    return weights


REFUSED_VECTORS = {
    "NaN": _with_image(np.full(IMAGE_DIM, np.nan, dtype=np.float32)),
    "infinite": _with_image(np.full(IMAGE_DIM, np.inf, dtype=np.float32)),
    "zero": _with_image(np.zeros(IMAGE_DIM, dtype=np.float32)),
    "not of length one": _with_image(unit(1) * np.float32(1.1)),
    "too long": _with_image(unit(1, IMAGE_DIM + 1)),
    "too short": _with_image(unit(1, IMAGE_DIM - 1)),
    "float64": _with_image(unit(1).astype(np.float64)),  # type: ignore[arg-type]
    "a matrix": _with_image(unit(1)[None, :]),
    "unknown name": ProductVectors(dense={"smell": unit(1)}),
    "photos as one row": ProductVectors(dense={PHOTOS: unit(1)}),
    "photos without rows": ProductVectors(multi={PHOTOS: np.zeros((0, IMAGE_DIM), dtype=np.float32)}),
    "photos with a zero row": ProductVectors(multi={PHOTOS: np.stack([unit(1), unit(2) * 0])}),
    "image as photos": ProductVectors(multi={IMAGE: unit(1)[None, :]}),
    "lexical as dense": ProductVectors(dense={LEXICAL: unit(1)}),
    "sparse of unequal halves": ProductVectors(sparse={LEXICAL: _broken_sparse()}),
    "sparse under another name": ProductVectors(sparse={"words": SparseVector.of({1: 1.0})}),
}


@pytest.mark.parametrize("vectors", REFUSED_VECTORS.values(), ids=REFUSED_VECTORS.keys())
def test_a_refused_vector_leaves_the_whole_batch_unwritten(untouched: Collection, vectors: ProductVectors) -> None:
    bad = replace(point("the bad one"), vectors=vectors)
    with pytest.raises(InvalidVector, match="the bad one"):
        untouched.put(point("a"), point("b"), bad, point("c"))
    assert untouched.store.count(untouched.id) == 0


REFUSED_PAYLOADS: dict[str, tuple[str, dict[str, Any]]] = {
    "NaN": ("price", {"price": float("nan")}),
    "bytes": ("photo", {"photo": b"\xff"}),
    "a set": ("tags", {"tags": {"a"}}),
    "a huge number": ("n", {"n": 2**64}),
    "a lone surrogate": ("title", {"title": "\ud800"}),
    "a key that is no text": ("attributes", {"attributes": {1: "x"}}),
    "another product's id": ("id", {"id": "somebody else"}),
    "a reserved name": ("_version", {"_version": 99}),
}


@pytest.mark.parametrize(("field", "payload"), REFUSED_PAYLOADS.values(), ids=REFUSED_PAYLOADS.keys())
def test_a_refused_payload_leaves_everything_unwritten(
    collection: Collection, field: str, payload: dict[str, Any]
) -> None:
    collection.put(point("a", title="before"))
    bad = {"id": "b", **payload}
    with pytest.raises(InvalidInput, match=field):
        collection.put(point("a", version=2, title="after"), Point("b", 1, ProductVectors(), bad))
    with pytest.raises(InvalidInput, match=field):
        collection.store.set_payloads(collection.id, {"a": (2, {"id": "a", "title": "after"}), "b": (2, bad)})
    assert collection.store.count(collection.id) == 1
    assert collection.payload("a")["title"] == "before"


def test_a_payload_nested_beyond_reason_is_refused(untouched: Collection) -> None:
    deep: dict[str, Any] = {}
    for _ in range(2_000):
        deep = {"deeper": deep}
    with pytest.raises(InvalidInput, match="nested"):
        untouched.put(Point("a", 1, ProductVectors(), {"id": "a", "attributes": deep}))


@pytest.mark.parametrize("product_id", ["", "x" * 201, "\ud800"])
def test_a_product_id_that_cannot_be_is_refused(untouched: Collection, product_id: str) -> None:
    with pytest.raises(InvalidInput, match="product id"):
        untouched.put(Point(product_id, 1, ProductVectors(), {}))


@pytest.mark.parametrize("version", [-1, 2**53 + 1, True, 1.5])
def test_a_version_that_cannot_be_is_refused(untouched: Collection, version: Any) -> None:
    with pytest.raises(InvalidInput, match="version"):
        untouched.put(Point("a", version, ProductVectors(), {"id": "a"}))
