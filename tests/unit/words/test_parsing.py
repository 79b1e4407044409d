from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidQuery
from words.languages import language_of
from words.parsing import ParsedQuery, parse


@pytest.mark.parametrize(
    ("text", "wanted", "weights"),
    [
        ("", "", {}),
        ("red dress", "red dress", {"red dress": 1.0}),
        ('"red dress"^2', "red dress", {"red dress": 2.0}),
        ('"red dress"^2 silk', "red dress silk", {"red dress": 2.0, "silk": 1.0}),
        ("“red dress”^1.5, silk", "red dress silk", {"red dress": 1.5, "silk": 1.0}),
        ("blue^0.5 shirt^2 cotton linen", "blue shirt cotton linen", {"blue": 0.5, "shirt": 2.0, "cotton linen": 1.0}),
        ("red^2 blue red^3", "red blue red", {"red": 3.0, "blue": 1.0}),
        ("foo^0 bar", "bar", {"bar": 1.0}),
        ("wh 1000xm5", "wh 1000xm5", {"wh 1000xm5": 1.0}),
        ("0,5 l bottle, 12,5 cm", "0,5 l bottle 12,5 cm", {"0,5 l bottle 12,5 cm": 1.0}),
        ("1,234.5 g^2,cotton", "1,234.5 g cotton", {"1,234.5": 1.0, "g": 2.0, "cotton": 1.0}),
        ("red^2,5 shirts", "red 5 shirts", {"red": 2.0, "5 shirts": 1.0}),
        ("size 38,blue", "size 38 blue", {"size 38 blue": 1.0}),
    ],
)
def test_words_have_weights(text: str, wanted: str, weights: dict[str, float]) -> None:
    parsed = parse(text)
    assert parsed.text == wanted
    assert parsed.weights == weights


@pytest.mark.parametrize(
    ("text", "wanted", "negatives"),
    [
        ("shirt -blue", "shirt", ("blue",)),
        ('shirt -"polo neck" -blue', "shirt", ("polo neck", "blue")),
        ("shirt \N{MINUS SIGN}blue", "shirt", ("blue",)),
        ("shirt but not blue", "shirt", ("blue",)),
        ('shirt But Not "polo neck" cotton', "shirt cotton", ("polo neck",)),
        ("-leather", "", ("leather",)),
        ("-leather -leather", "", ("leather",)),
        ("t-shirt", "t-shirt", ()),
        ("shirt - blue", "shirt - blue", ()),
        ("Forget Me Not bracelet", "Forget Me Not bracelet", ()),
        ("bra without wires", "bra without wires", ()),
        ("all but not", "all but not", ()),
        ('"but not" blue', "but not blue", ()),
    ],
)
def test_what_is_not_wanted_is_told_apart(text: str, wanted: str, negatives: tuple[str, ...]) -> None:
    parsed = parse(text)
    assert (parsed.text, parsed.negatives) == (wanted, negatives)


def test_negatives_in_german() -> None:
    german = language_of("german")
    assert parse("Schuhe aber nicht blau", german).negatives == ("blau",)
    assert parse("Jacke, aber kein Leder", german).negatives == ("Leder",)
    assert parse("shirt but not blue", german).negatives == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('"unbalanced red', "unbalanced red"),
        ('red"', "red"),
        ('"', ""),
        ('""', ""),
        ('-"', ""),
        ("shirt^", "shirt"),
        ("shirt^abc", "shirt abc"),
        ("^", ""),
        ("^2", "2"),
        ("a^2^3", "a 2"),
        ('12" pan', '12" pan'),
        ('pan 12"', 'pan 12"'),
        ("red\x00\x07dress\n", "red dress"),
        ("\u202eשמלה אדומה\u202c", "שמלה אדומה"),
        ("cafe\u0301", "cafe\u0301"),
        ("\ud83d shirt", "shirt"),
        ("shirt (blue), cotton; linen", "shirt blue cotton linen"),
    ],
)
def test_signs_that_mean_nothing_are_left_out(text: str, wanted: str) -> None:
    assert parse(text).text == wanted


def test_emoji_are_for_encoders_and_no_terms() -> None:
    assert parse("\N{RUNNING SHIRT WITH SASH}") == ParsedQuery("\N{RUNNING SHIRT WITH SASH}")


def test_phrases_and_numbers_of_articles_are_told() -> None:
    parsed = parse('sony "noise cancelling" wh-1000xm5 4006381333931 iPhone15 size 38 t-shirt')
    assert parsed.phrases == ("noise cancelling",)
    assert parsed.codes == ("wh-1000xm5", "4006381333931", "iPhone15")


@pytest.mark.parametrize("text", ["x^-2", "x^1e999", "x^101", "x^100.5", '"red dress"^-0.5'])
def test_a_weight_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidQuery, match=r"text: has a weight that is not between 0 and 100 .*\^2"):
        parse(text)


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(InvalidQuery, match="every word the weight 0"):
        parse("red^0 dress^0")


def test_a_text_of_ten_thousand_words_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="longer than 4,000 characters"):
        parse("red " * 10_000)


SIGNS = st.text(alphabet=st.sampled_from('ab1 "^-−2.()é\u0301\u202e\x00\N{RUNNING SHIRT WITH SASH}'), max_size=60)


@given(SIGNS | st.text(max_size=200))
def test_any_text_is_parsed_or_refused_for_its_weights(text: str) -> None:
    try:
        parsed = parse(text)
    except InvalidQuery:
        # Nothing else is refused.
        with pytest.raises(InvalidQuery, match="weight"):
            parse(text)
        return
    assert all(weight > 0 for weight in parsed.weights.values())
    assert all(term.text and 0 <= term.weight <= 100 for term in parsed.terms)
    assert all(negative.strip() for negative in parsed.negatives)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=8))
def test_plain_words_are_themselves(words: list[str]) -> None:
    text = " ".join(words)
    parsed = parse(text)
    if not {("but", "not"), ("but", "no")} & set(pairwise(words)):
        assert parsed == ParsedQuery(text, parsed.terms)
        assert [term.text for term in parsed.terms] == words


@pytest.mark.parametrize("text", ['"' * 4_000, "a^" * 2_000, '-"a ' * 1_000, "^2" * 2_000])
def test_hostile_texts_are_answered(text: str) -> None:
    assert parse(text).negatives is not None
