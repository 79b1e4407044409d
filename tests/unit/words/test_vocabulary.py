from __future__ import annotations

import pytest

from words.analysis import Analyzer
from words.vocabulary import Vocabulary, vocabulary_of


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return vocabulary_of(Analyzer(), ["Blue shirts, blue collar", "Blue T-Shirt", "Sony WH-1000XM5", "Men's belt"])


def test_a_word_is_counted_once_for_each_product(vocabulary: Vocabulary) -> None:
    assert [vocabulary.count(word) for word in ("blue", "shirts", "shirt", "green")] == [2, 1, 1, 0]


def test_other_spellings_are_counted_too(vocabulary: Vocabulary) -> None:
    assert [vocabulary.count(word) for word in ("tshirt", "wh1000xm5", "mens", "men")] == [1, 1, 1, 1]


def test_inflections_and_stop_words_are_known(vocabulary: Vocabulary) -> None:
    assert all(vocabulary.knows(word) for word in ("belts", "collars", "shirt", "for", "the"))
    assert not any(vocabulary.knows(word) for word in ("shrit", "green", "wh1000xm4"))


def test_a_catalogue_without_products_has_no_words() -> None:
    empty = vocabulary_of(Analyzer(), [])
    assert empty.counts == {}
    assert not empty.knows("shirt")
