from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from words.folding import fold
from words.measures import measures, plain_number


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("12 inch", "12-inch", "12in", "12 inches", '12"', "12''", "12 Zoll", "12″"), "12inch"),
        (("500ml", "500 ml", "0.5 l", "0,5 Liter", "50 cl", "½ l", "0.50l"), "500ml"),
        (("1.5 kg", "1500 g", "1,500 grams", "1500gr", "1.500,0 g"), "1500000mg"),
        (("6.1 inch phone", '6.1" phone', "a 6,1-inch one"), "6.1inch"),
        (("2 m", "200cm", "2000 mm"), "2000mm"),
        (("1 TB", "1024GB"), "1048576mb"),
        (("6 ft", "6 feet"), "6ft"),
    ],
)
def test_spellings_of_one_measure_are_one_word(texts: tuple[str, ...], expected: str) -> None:
    for text in texts:
        assert list(measures(fold(text))) == [expected], text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "size 38",
        "wh-1000xm5",
        "500mlx",
        "version 10.4.1 g",
        "1234567890123 g",
        "x12 inch",
        "5 sizes",
        "6,8,10 inch pans",
        "1,00,000 g",
    ],
)
def test_what_is_no_measure_gives_no_word(text: str) -> None:
    assert list(measures(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,000", "1000"),
        ("1,234,567.5", "1234567.5"),
        ("0,5", "0.5"),
        ("5.50", "5.5"),
        ("5.0", "5"),
        ("007", "007"),
        ("1.000,5", "1000.5"),
    ],
)
def test_numbers_are_written_in_one_way(text: str, expected: str) -> None:
    assert plain_number(text) == expected


@given(st.text("0123456789.,", min_size=1), st.sampled_from(["inch", "g", " cm", "-l", '"', " zoll"]))
def test_no_number_with_a_unit_is_too_strange(number: str, unit: str) -> None:
    for word in measures(f"a {number}{unit} pan"):
        assert not set(word) & {",", " "}
