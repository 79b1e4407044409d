from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from words.folding import fold, without_marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  Blue\tSHIRT \n", "blue shirt"),
        ("Café crème", "cafe creme"),
        ("cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("ＡＢＣ", "abc"),
        ("Łódź, Ærø", "lodz, aero"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("Nike™ Air®", "nike air"),
        ("5½ inch", "5.5 inch"),
        ("½ l", "0.5 l"),
        ("m²", "m2"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth", "zero width"),
        ("bell\x07null\x00tab\x85next", "bell null tab next"),
        ("חוּלְצָה", "חולצה"),
        ("\u202eright to left\u202c", "right to left"),
        ("नमस्ते", "नमस्ते"),
        ("синяя Рубашка", "синяя рубашка"),
    ],
)
def test_text_is_folded_to_how_words_are_compared(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_marks_that_mean_something_are_kept() -> None:
    assert fold("GRÜNE Häuser à la Crème", marked="äöü") == "grüne häuser a la creme"
    assert without_marks("grüne häuser") == "grune hauser"


@given(st.text())
@example("İ\u0301")
@example("\u0301abc")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in fold(text))
