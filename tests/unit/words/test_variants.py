from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from words.variants import with_variants


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("blue shirt", "blue shirt"),
        ("WH-1000XM5", "wh-1000xm5 / wh1000xm5 / 1000 / xm"),
        ("WH1000XM5", "wh1000xm5 / wh / 1000 / xm"),
        ("wh 1000xm5", "wh 1000xm5 / wh1000xm5 / 1000 / xm"),
        ("t-shirt", "t-shirt / tshirt"),
        ("t shirt", "t shirt / tshirt"),
        ("iPhone15", "iphone15 / iphone / 15"),
        ("H&M", "h&m / hm"),
        ("Levi's", "levi's / levis"),
        ("straße", "strasse"),
        ("ＡＢＣ", "abc"),
        ("state-of-the-art", "state-of-the-art / stateoftheart"),
        ("size 38", "size 38"),
        ("2019-2020", "2019-2020"),
        ("navy  blue\n", "navy blue"),
    ],
)
def test_variants_follow_the_folded_text(text: str, expected: str) -> None:
    assert with_variants(text) == expected


@pytest.mark.parametrize("hyphen", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2212"])
def test_every_kind_of_hyphen_is_joined_over(hyphen: str) -> None:
    assert "tshirt" in words(with_variants(f"t{hyphen}shirt"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WH-1000XM5", "WH1000XM5"),
        ("wh 1000xm5", "WH-1000XM5"),
        ("t-shirt", "tshirt"),
        ("t shirt", "tshirt"),
        ("iphone 15", "iphone15"),
        ("uk8", "UK 8"),
    ],
)
def test_two_spellings_share_a_word(one: str, other: str) -> None:
    assert words(with_variants(one)) & words(with_variants(other)) - {"t", "5"}


def test_a_word_of_unreasonable_length_has_no_variants() -> None:
    text = "a1" * 200
    assert with_variants(text) == text


TEXTS = st.text(alphabet=st.sampled_from("aBtwh15 0-–'&/._ßéİﬁ½²٣日"), max_size=40) | st.text(max_size=40)


@given(TEXTS)
@example("t-shirt t shirt")
@example("ﬁ-1 İ-2")
def test_no_word_of_the_folded_text_is_lost(text: str) -> None:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert words(folded) <= words(with_variants(text)) | words(folded.casefold())


@given(TEXTS)
def test_a_second_pass_adds_no_words(text: str) -> None:
    once = with_variants(text)
    assert words(with_variants(once)) == words(once)


@given(TEXTS)
def test_case_does_not_matter(text: str) -> None:
    assert with_variants(text.casefold()) == with_variants(text)


def test_a_long_description_stays_linear_in_size() -> None:
    text = "wh-1000xm5 blue t-shirt " * 4_000
    assert len(with_variants(text)) < len(text) + 100
