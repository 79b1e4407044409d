from __future__ import annotations

import math

import numpy as np
import pytest

from core.vectors import FloatArray
from retrieval.relevance.features import (
    Asked,
    asked,
    coverage,
    of_looks,
    of_query_known,
    of_query_unknown,
    of_words,
    share_of_words,
)
from words.analysis import Analyzer
from words.vocabulary import vocabulary_of

NAN = math.nan


def scores(*numbers: float) -> FloatArray:
    return np.array(numbers, dtype=np.float32)


def test_a_product_is_seen_by_its_distance_from_the_best_and_how_near_that_is() -> None:
    signals = {"text": scores(0.5, 0.25), "image": scores(0.1, 0.3), "lexical": scores(2.0, 1.0)}
    seen = of_words(signals)
    assert seen == pytest.approx(np.array([[0, 0.5, -0.2, 0.3, 1.0], [-0.25, 0.5, 0, 0.3, 0.5]]), abs=1e-6)
    assert of_looks(signals) == pytest.approx(seen[:, :4])


def test_a_product_without_a_vector_counts_as_the_farthest() -> None:
    seen = of_looks({"text": scores(0.5, 0.25, 0.4), "image": scores(0.3, NAN, 0.1)})
    assert seen[1] == pytest.approx([-0.25, 0.5, -0.2, 0.3], abs=1e-6)
    assert np.isfinite(seen).all()


@pytest.mark.parametrize("image", [None, scores(NAN, NAN)])
def test_a_view_that_was_not_asked_or_knows_nothing_counts_nothing(image: FloatArray | None) -> None:
    signals = {"text": scores(0.5, 0.25)} | ({} if image is None else {"image": image})
    assert of_looks(signals)[:, 2:].tolist() == [[0, 0], [0, 0]]
    assert of_query_unknown(signals)[0, 2:].tolist() == [0, 0]


def test_without_words_nothing_is_covered() -> None:
    signals = {"text": scores(0.5), "lexical": scores(3.0)}
    assert coverage(signals, Asked()).tolist() == [0]
    assert coverage({"text": scores(0.5)}, Asked(2.0)).tolist() == [0]
    assert of_words({"text": scores(0.5)})[0, 4] == 0
    assert share_of_words({"text": scores(0.5, 0.1), "lexical": scores(0, NAN)}).tolist() == [0, 0]


def test_words_are_compared_with_the_best() -> None:
    assert share_of_words({"lexical": scores(8.0, NAN, 2.0)}).tolist() == [1, 0, 0.25]


def test_more_than_all_words_cannot_be_covered() -> None:
    assert coverage({"lexical": scores(8.0, NAN, 1.0)}, Asked(4.0)).tolist() == [1, 0, 0.25]


def test_a_query_is_seen_by_its_best_and_its_tenth() -> None:
    text = np.linspace(0.9, 0.1, 20, dtype=np.float32)[::-1]
    seen = of_query_unknown({"text": text, "image": scores(*([0.5] * 20))})
    assert seen[0] == pytest.approx([0.9, np.sort(text)[::-1][9], 0.5, 0.5])


def test_of_few_products_the_last_stands_for_the_tenth() -> None:
    assert of_query_unknown({"text": scores(0.5, 0.2)})[0, :2] == pytest.approx([0.5, 0.2])
    nothing = np.zeros(0, dtype=np.float32)
    assert of_query_known({"text": nothing, "lexical": nothing}, Asked(1.0, 0.5)).tolist() == [[0, 0, 0, 0, 0, 0.5]]


def test_a_word_that_no_product_has_counts_as_the_rarest() -> None:
    vocabulary = vocabulary_of(Analyzer("english"), ["red shirt", "red bag"])
    # The formula of BM25's IDF by hand, of a word in n of 2 products; times what a word counts that stands once.
    both, none = math.log(0.5 / 2.5 + 1), math.log(2.5 / 0.5 + 1)
    said = asked(vocabulary, "red xylophone", 2)
    assert said.attainable == pytest.approx(1.3 * (both + none))
    assert said.known_share == 0.5
    assert asked(vocabulary, "the", 2) == Asked(0.0, 1.0)


def test_a_code_of_the_catalogue_is_told_from_words_and_from_sizes() -> None:
    texts = ["watch CH2589", *(f"bottle 500ml number {number}" for number in range(30))]
    vocabulary = vocabulary_of(Analyzer("english"), texts)
    named = {text: asked(vocabulary, text, len(texts)).names_code for text in ("ch2589", "CH-2589", "watch", "CH2590")}
    assert named == {"ch2589": True, "CH-2589": True, "watch": False, "CH2590": False}
    assert not asked(vocabulary, "500ml bottle", len(texts)).names_code
