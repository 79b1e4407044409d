from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.passages import passage, plain_text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("", ""),
        ("plain  text\n", "plain text"),
        ("<p>Soft &amp; warm<br/>wool</p>", "Soft & warm wool"),
        ("<script>alert('x')</script>Shirt", "Shirt"),
        ("<SCRIPT type='a'>x</script >Shirt", "Shirt"),
        ("<style>p {}</style>Shirt<!-- a > b -->s", "Shirt s"),
        ("Shirt <script>never closed", "Shirt"),
        ("Shirt <!-- never closed", "Shirt"),
        ("size < 40 and > 30", "size < 40 and > 30"),
        ("I <3 shirts", "I <3 shirts"),
        ("&lt;b&gt;", "<b>"),
        ("caf&eacute;&nbsp;au lait", "café au lait"),
        ('<img alt="a" src="x">', ""),
        ("<!DOCTYPE html><?xml?>x", "x"),
    ],
)
def test_markup_becomes_words(markup: str, expected: str) -> None:
    assert plain_text(markup) == expected


@pytest.mark.parametrize(
    ("piece", "expected"),
    [("<script", ""), ("<!--", ""), ("<style>a", ""), ("<", "<"), ("<a", "<a"), ("<script></scrip", ""), ("<i>", "")],
)
def test_a_hostile_description_is_read_like_any_other(piece: str, expected: str) -> None:
    # A quadratic search would take minutes here.
    assert plain_text(piece * 30_000) == expected * 30_000


def test_parts_come_in_order_and_the_description_last() -> None:
    text = passage("Blue shirt", "Acme", "Tops", "Made of linen.", {"size": [38, 40.5], "fit": "slim", "is_new": True})
    assert text == "Blue shirt. Acme. Tops. slim. is new. size 38 40.5. Made of linen"


def test_attributes_come_in_the_order_of_their_names() -> None:
    assert passage("T", None, None, "", {"b": "two", "a": "one"}) == passage(
        "T", None, None, "", {"a": "one", "b": "two"}
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("blue", "T. blue"),
        (["blue", "red"], "T. blue red"),
        (7, "T. attr name 7"),
        (7.0, "T. attr name 7"),
        (1_234_567, "T. attr name 1234567"),
        (1_234_567.5, "T. attr name 1234567.5"),
        (0.1, "T. attr name 0.1"),
        (True, "T. attr name"),
        (False, "T"),
        ([], "T. attr name"),
        ("", "T"),
        ("<b>bold</b>", "T. bold"),
    ],
)
def test_an_attribute_is_spoken_by_its_kind(value: object, expected: str) -> None:
    assert passage("T", None, None, "", {"attr_name": value}) == expected


def test_words_that_stand_there_already_are_not_repeated() -> None:
    assert passage("Acme blue shirt", "Acme", "Shirt", "", {"colour": "BLUE"}) == "Acme blue shirt"
    assert passage("Blueish shirt", None, None, "", {"colour": "blue"}) == "Blueish shirt. blue"


@given(st.text(max_size=200))
def test_plain_text_has_no_runs_of_white_space(markup: str) -> None:
    text = plain_text(markup)
    assert text == " ".join(text.split())
