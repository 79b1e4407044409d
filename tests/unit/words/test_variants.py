from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from words.folding import fold
from words.variants import variants_of, words_of


def forms(text: str) -> set[str]:
    folded = fold(text)
    words = words_of(folded)
    return {*words, *variants_of(folded, words)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("blue shirt", ["blue", "shirt"]),
        ("navy  blue\n", ["navy", "blue"]),
        ("size 38.", ["size", "38"]),
        ("1,000 pieces at 5.50", ["1000", "pieces", "at", "5.5"]),
        ("0,5 l", ["0.5", "l"]),
        ("version 10.4.1", ["version", "10.4.1"]),
        ("38,40,42", ["38", "40", "42"]),
        ("S/M/L", ["s", "m", "l"]),
        ("5.5cm", ["5", "5cm"]),
        ("men's", ["men"]),
        ("men’s shoes", ["men", "shoes"]),
        ("l'oréal", ["oreal"]),
        ("rock 'n' roll", ["rock", "n", "roll"]),
        ("日本の靴", ["日本の靴"]),
        ("नमस्ते", ["नमस्ते"]),
        ("\N{RUNNING SHIRT WITH SASH}", []),
    ],
)
def test_words_are_cut_at_everything_that_is_no_letter_or_digit(text: str, expected: list[str]) -> None:
    assert words_of(fold(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("blue shirt", []),
        ("WH-1000XM5", ["wh1000xm5", "1000", "xm"]),
        ("WH1000XM5", ["wh", "1000", "xm"]),
        ("wh 1000xm5", ["wh1000xm5", "1000", "xm"]),
        ("t-shirt", ["tshirt"]),
        ("t shirt", ["tshirt"]),
        ("iPhone15", ["iphone", "15"]),
        ("H&M", ["hm"]),
        ("Levi's", ["levis"]),
        ("L'Oréal", ["loreal"]),
        ("state-of-the-art", ["stateoftheart"]),
        ("size 38", []),
        ("2019-2020", []),
        ("日本の靴", ["日本", "本の", "の靴"]),
    ],
)
def test_variants_are_the_other_spellings(text: str, expected: list[str]) -> None:
    folded = fold(text)
    assert variants_of(folded, words_of(folded)) == expected


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2212"])
def test_every_kind_of_hyphen_is_joined_over(hyphen: str) -> None:
    assert "tshirt" in forms(f"t{hyphen}shirt")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WH-1000XM5", "WH1000XM5"),
        ("wh 1000xm5", "WH-1000XM5"),
        ("t-shirt", "tshirt"),
        ("t shirt", "tshirt"),
        ("iphone 15", "iphone15"),
        ("uk8", "UK 8"),
        ("Levi's", "levis"),
    ],
)
def test_two_spellings_share_a_word(one: str, other: str) -> None:
    assert forms(one) & forms(other) - {"t", "5"}


def test_a_word_of_unreasonable_length_has_no_variants() -> None:
    text = "a1" * 200
    assert forms(text) == {text}


TEXTS = st.text(alphabet=st.sampled_from("aBtwh15 0-–'&./,_ßéİﬁ½²٣日"), max_size=40) | st.text(max_size=40)


@given(TEXTS)
@example("t-shirt t shirt")
def test_no_variant_is_among_the_words_or_comes_twice(text: str) -> None:
    folded = fold(text)
    words = words_of(folded)
    variants = variants_of(folded, words)
    assert not set(variants) & set(words)
    assert len(set(variants)) == len(variants)


@given(TEXTS)
def test_case_does_not_matter(text: str) -> None:
    assert forms(text.casefold()) == forms(text)


def test_a_long_description_has_each_variant_once() -> None:
    text = "wh-1000xm5 blue t-shirt " * 4_000
    folded = fold(text)
    assert variants_of(folded, words_of(folded)) == ["wh1000xm5", "tshirt", "1000", "xm"]
