"""Joined features: what each block says, and what a product says that lacks some."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.errors import InvalidVector
from encoders.concatenated import fit_concatenated

TEXTS = ["red shirt", "blue shirt", "red shoe"]
CATEGORIES = ["Shirts", "Shirts", None]
PHOTOS = np.array([[3.0, 4.0], [0.0, 2.0], [0.0, 0.0]], dtype=np.float32)
WORDS = np.array([[1.0, 0.0, 0.0], [0.0, 5.0, 0.0], [1.0, 1.0, 0.0]], dtype=np.float32)


def test_the_cosine_of_two_products_is_the_mean_over_their_blocks() -> None:
    features = fit_concatenated(TEXTS, CATEGORIES)
    vectors = features.embed_products(PHOTOS, WORDS, TEXTS, CATEGORIES)
    assert vectors.shape == (3, 2 + 3 + 7 + 1)  # Photo, words, four words and three pairs of them, one category.
    assert vectors.dtype == np.float32
    # Photos 0.8, words 0, one category; TF-IDF: `shirt` in both, `red`, `blue` and the pairs of words in one each.
    # Of three texts a term of two has idf ln(4/3) + 1, one of a single text ln(4/2) + 1.
    two, one = math.log(4 / 3) + 1, math.log(4 / 2) + 1
    terms = two**2 / (math.sqrt(2 * two**2 + one**2) * math.sqrt(two**2 + 2 * one**2))
    assert vectors[0] @ vectors[1] == pytest.approx((0.8 + 0.0 + 1.0 + terms) / 4, abs=1e-6)


def test_a_product_without_photo_and_category_is_as_long_as_the_others() -> None:
    vectors = fit_concatenated(TEXTS, CATEGORIES).embed_products(PHOTOS, WORDS, TEXTS, CATEGORIES)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert not vectors[2, :2].any()


def test_photo_and_words_alone_are_the_plain_system() -> None:
    plain = fit_concatenated([], [])
    vectors = plain.embed_products(PHOTOS, WORDS, TEXTS, CATEGORIES)
    np.testing.assert_allclose(vectors[0], np.array([0.6, 0.8, 1.0, 0.0, 0.0]) / math.sqrt(2), atol=1e-6)


def test_a_block_is_left_out_by_giving_none() -> None:
    features = fit_concatenated([], CATEGORIES)
    assert features.embed_products(None, WORDS, TEXTS, CATEGORIES).shape == (3, 3 + 1)


def test_a_category_that_was_not_fitted_and_unknown_words_say_nothing() -> None:
    vectors = fit_concatenated(TEXTS, CATEGORIES).embed_products(None, None, ["lamp"], ["Lamps"])
    assert not vectors.any()


def test_a_catalogue_without_a_word_does_without_their_block() -> None:
    assert fit_concatenated(["", "!"], CATEGORIES).terms is None


def test_only_the_most_frequent_terms_are_kept() -> None:
    features = fit_concatenated(TEXTS, [], terms_max=2)
    assert features.terms is not None
    assert set(features.terms.vocabulary_) == {"red", "shirt"}


def test_inputs_about_other_numbers_of_products_are_refused() -> None:
    features = fit_concatenated(TEXTS, CATEGORIES)
    with pytest.raises(InvalidVector, match="texts 2, categories 3, photo_vectors 3"):
        features.embed_products(PHOTOS, None, TEXTS[:2], CATEGORIES)
