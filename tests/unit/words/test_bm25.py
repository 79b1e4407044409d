from __future__ import annotations

import numpy as np
import pytest

from words.analysis import VERSION, Analyzer
from words.bm25 import AVERAGE_PASSAGE_WORDS, LENGTH_NORMALISATION, TERM_SATURATION, Bm25


@pytest.fixture(scope="module")
def encoder() -> Bm25:
    return Bm25(Analyzer())


def murmur3(text: str) -> int:
    """MurmurHash3 x86 32 with seed 0, written from Appleby's reference; the hash of `qdrant-client` and servers."""
    data, mask, value = text.encode(), 0xFFFFFFFF, 0
    for start in range(0, len(data), 4):
        block = data[start : start + 4]
        mixed = int.from_bytes(block, "little") * 0xCC9E2D51 & mask
        mixed = ((mixed << 15 | mixed >> 17) & mask) * 0x1B873593 & mask
        value ^= mixed
        if len(block) == 4:
            value = ((value << 13 | value >> 19) & mask) * 5 + 0xE6546B64 & mask
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    value ^= value >> 16
    return abs(value - (1 << 32) if value >> 31 else value)


def weight(count: int, length: int) -> float:
    norm = 1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * length / AVERAGE_PASSAGE_WORDS
    return count * (TERM_SATURATION + 1) / (count + TERM_SATURATION * norm)


def test_a_term_is_the_murmur3_hash_of_its_stem(encoder: Bm25) -> None:
    assert set(encoder.query("Blue running shirts").indices.tolist()) == {murmur3(w) for w in ("blue", "run", "shirt")}


def test_a_query_weighs_each_distinct_term_one(encoder: Bm25) -> None:
    query = encoder.query("blue blue shirt shirts")
    assert len(query) == 2
    assert query.values.tolist() == [1.0, 1.0]


def test_a_passage_is_weighed_by_frequency_and_length(encoder: Bm25) -> None:
    passage = encoder.passage("blue shirt blue collar")
    found = dict(zip(passage.indices.tolist(), passage.values.tolist(), strict=True))
    expected = {"blue": weight(2, 4), "shirt": weight(1, 4), "collar": weight(1, 4)}
    assert found == pytest.approx({murmur3(word): value for word, value in expected.items()}, rel=1e-5)


def test_other_spellings_do_not_make_a_passage_longer(encoder: Bm25) -> None:
    joined, plain = encoder.passage("wh-1000xm5 headphones"), encoder.passage("wh 1000xm5 headphones")
    np.testing.assert_array_equal(joined.indices, plain.indices)
    np.testing.assert_allclose(joined.values, weight(1, 3), rtol=1e-6)


def test_of_several_weights_of_a_term_the_largest_counts(encoder: Bm25) -> None:
    query = encoder.weighted_query({"red shirt": 1.0, "shirts blouse": 0.5})
    found = dict(zip(query.indices.tolist(), query.values.tolist(), strict=True))
    assert found == {murmur3("red"): 1.0, murmur3("shirt"): 1.0, murmur3("blous"): 0.5}


def test_the_name_says_language_and_version(encoder: Bm25) -> None:
    assert encoder.name == f"words-{VERSION}-english"
    assert Bm25(Analyzer("german")).name == f"words-{VERSION}-german"


@pytest.mark.parametrize("text", ["", "   ", "the of and", "!?", "\U0001f45f"])
def test_a_text_without_words_gives_an_empty_vector(encoder: Bm25, text: str) -> None:
    assert len(encoder.passage(text)) == 0
    assert len(encoder.query(text)) == 0


@pytest.mark.parametrize(("one", "other"), [("Café", "cafe"), ("SHIRT", "shirts"), ("crème brûlée", "Creme Brulee")])
def test_case_accents_and_endings_do_not_matter(encoder: Bm25, one: str, other: str) -> None:
    np.testing.assert_array_equal(encoder.query(one).indices, encoder.query(other).indices)


def test_words_of_other_scripts_have_terms(encoder: Bm25) -> None:
    for text in ("синяя рубашка", "日本の靴", "חולצה כחולה"):
        assert len(encoder.passage(text)) > 0


def test_vectors_are_sorted_and_typed(encoder: Bm25) -> None:
    passage = encoder.passage(" ".join(f"word{i}" for i in range(500)))
    assert passage.indices.dtype == np.uint32
    assert passage.values.dtype == np.float32
    assert (np.diff(passage.indices.astype(np.int64)) > 0).all()
