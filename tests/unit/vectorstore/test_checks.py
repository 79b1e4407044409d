from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput, InvalidVector
from core.generations import IMAGE, LEXICAL, PHOTOS, Generation, View
from core.indexing import Point, ViewQuery
from core.vectors import ProductVectors, SparseVector, unit_rows
from vectorstore.checks import (
    PAYLOAD_DEPTH_MAX,
    check_payload,
    check_payloads,
    check_points,
    check_queries,
    check_vector_names,
    dense_dims,
    has_lexical,
)

EVERYTHING = frozenset({"text", "photo", "product"})
GENERATION = Generation(
    "g", "default", (View(IMAGE, IMAGE, 4, "e", EVERYTHING), View(LEXICAL, LEXICAL, 0, "", EVERYTHING))
)
ROW = unit_rows(np.array([[1.0, 2.0, 3.0, 4.0]]))[0]


def at(vectors: ProductVectors, product_id: str = "15970") -> Point:
    return Point(product_id, 1, vectors, {"id": product_id})


def test_photos_stand_beside_the_image_and_only_beside_it() -> None:
    assert dense_dims(GENERATION) == {IMAGE: 4, PHOTOS: 4}
    words = Generation("g", "default", (View("text", "text", 3, "e", EVERYTHING),))
    assert dense_dims(words) == {"text": 3}
    assert (has_lexical(GENERATION), has_lexical(words)) == (True, False)


def test_good_points_pass() -> None:
    vectors = ProductVectors({IMAGE: ROW}, {PHOTOS: np.stack([ROW, ROW])}, {LEXICAL: SparseVector.of({3: 1.0})})
    check_points([at(vectors, str(i)) for i in range(10)], GENERATION)
    check_points([], GENERATION)
    check_points([at(ProductVectors())], GENERATION)


def test_an_error_names_product_vector_value_and_remedy() -> None:
    with pytest.raises(InvalidVector) as caught:
        check_points([at(ProductVectors({IMAGE: ROW * np.float32(3)}))], GENERATION)
    message = str(caught.value)
    for part in ("image", "15970", "3.0", "length one", "Normalise"):
        assert part in message


def test_the_one_bad_row_among_many_photos_is_found() -> None:
    good = at(ProductVectors(multi={PHOTOS: np.stack([ROW] * 5)}), "good")
    bad = at(ProductVectors(multi={PHOTOS: np.stack([ROW, ROW, ROW * 0])}), "bad")
    with pytest.raises(InvalidVector, match="photos of product bad"):
        check_points([good, bad, good], GENERATION)


def test_a_wrong_size_says_to_build_a_new_generation() -> None:
    with pytest.raises(InvalidVector, match=r"must have 4 numbers.*new generation"):
        check_points([at(ProductVectors({IMAGE: np.ones(3, dtype=np.float32)}))], GENERATION)


@pytest.mark.parametrize("value", [[0.5] * 4, "vector", None, np.ones(4, dtype=np.int64), np.ones(4, dtype=np.float16)])
def test_only_float32_arrays_are_vectors(value: Any) -> None:
    with pytest.raises(InvalidVector, match="float32"):
        check_points([at(ProductVectors({IMAGE: value}))], GENERATION)


def test_numbers_too_large_to_square_are_refused() -> None:
    with pytest.raises(InvalidVector, match="length one"):
        check_points([at(ProductVectors({IMAGE: np.full(4, 3e38, dtype=np.float32)}))], GENERATION)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda w: object.__setattr__(w, "values", w.values[:1]),
        lambda w: object.__setattr__(w, "indices", w.indices[::-1].copy()),
        lambda w: w.values.__setitem__(0, np.nan),
        lambda w: object.__setattr__(w, "indices", w.indices.astype(np.int64)),
    ],
    ids=["unequal halves", "unsorted", "NaN", "signed"],
)
def test_term_weights_spoilt_after_they_were_made_are_refused(spoil: Any) -> None:
    weights = SparseVector.of({1: 1.0, 2: 2.0})
    spoil(weights)
    with pytest.raises(InvalidVector, match="lexical of product 15970"):
        check_points([at(ProductVectors(sparse={LEXICAL: weights}))], GENERATION)
    with pytest.raises(InvalidVector, match="lexical of the query"):
        check_queries([ViewQuery(LEXICAL, weights, 1)], GENERATION)


def test_a_generation_without_words_takes_none() -> None:
    pictures = replace(GENERATION, views=GENERATION.views[:1])
    with pytest.raises(InvalidVector, match="lexical"):
        check_points([at(ProductVectors(sparse={LEXICAL: SparseVector.of({1: 1.0})}))], pictures)
    with pytest.raises(InvalidVector, match="lexical"):
        check_queries([ViewQuery(LEXICAL, SparseVector.of({1: 1.0}), 1)], pictures)


def test_only_vectors_of_the_generation_can_be_asked_for() -> None:
    check_vector_names([IMAGE, PHOTOS], GENERATION)
    with pytest.raises(InvalidVector, match="Vectors: image, photos"):
        check_vector_names(["text"], GENERATION)


JSON_LIKE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="ab", max_size=3), inner, max_size=3),
    max_leaves=4,
)


@given(JSON_LIKE)
def test_everything_json_can_say_is_a_payload(value: Any) -> None:
    check_payload("a", {"id": "a", "value": value})


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**63, -(2**63) - 1, b"x", {1}, object(), np.float32(1), "\udfff", 1j]
)
def test_what_json_cannot_say_is_refused_wherever_it_stands(value: Any) -> None:
    for payload in ({"x": value}, {"x": [1, value]}, {"x": {"y": [{"z": value}]}}):
        with pytest.raises(InvalidInput, match=r"payload of product a\.x"):
            check_payload("a", payload)


def test_nesting_is_allowed_up_to_its_limit() -> None:
    value: Any = 1
    for _ in range(PAYLOAD_DEPTH_MAX - 1):
        value = [value]
    check_payload("a", {"x": value})
    with pytest.raises(InvalidInput, match="nested"):
        check_payload("a", {"x": [[value]]})


def test_payloads_are_checked_with_their_ids_and_versions() -> None:
    check_payloads({"a": (1, {"id": "a"}), "b": (0, {})})
    for bad in ({"": (1, {})}, {"a": (-1, {})}, {"a": (1, {"id": "b"})}, {"a": (1, [])}):
        with pytest.raises(InvalidInput):
            check_payloads(bad)  # type: ignore[arg-type]
