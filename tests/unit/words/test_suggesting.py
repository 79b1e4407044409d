from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from words.analysis import Analyzer
from words.lexicon import LexiconBuilder
from words.suggesting import Suggester, Suggestion

ENGLISH = Analyzer()


Product = tuple[dict[str, str | None], dict[str, object]]


def suggester_of(products: list[Product]) -> Suggester:
    builder = LexiconBuilder(ENGLISH)
    for i, (texts, attributes) in enumerate(products):
        builder.add(f"p{i}", texts, attributes)
    return builder.build().suggester


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    products: list[Product] = [
        ({"title": f"Adidas blue shirt {i}", "category": "Shirts", "brand": "Adidas"}, {"colour": "Navy Blue"})
        for i in range(30)
    ]
    products += [
        ({"title": "Plain T-Shirt", "category": "Shirts"}, {"colour": ["Black", "Navy Blue"], "size": 38}),
        ({"title": "Sony WH-1000XM5 headphones", "brand": "Sony", "category": "Audio"}, {"wireless": True}),
        ({"title": "Leather belt for shirts", "category": "Belts"}, {"colour": "Brown", "code": "12345"}),
        ({"title": "Café mug", "category": "Kitchen", "description": "For shirtless mornings"}, {}),
    ]
    return suggester_of(products)


def texts(found: list[Suggestion]) -> list[str]:
    return [suggestion.text for suggestion in found]


def test_a_category_says_what_to_filter_by_how_many_there_are_and_whose_photo_to_show(suggester: Suggester) -> None:
    first = suggester.suggest("shir", 8)[0]
    assert first == Suggestion("Shirts", "category", "category", 31, "p0")


def test_values_brands_and_titles_are_suggested(suggester: Suggester) -> None:
    assert suggester.suggest("nav", 1) == [Suggestion("Navy Blue", "attribute", "attributes.colour", 31, "p0")]
    assert suggester.suggest("adi", 1) == [Suggestion("Adidas", "brand", "brand", 30, "p0")]
    assert suggester.suggest("head", 1) == [Suggestion("Sony WH-1000XM5 headphones", "product", "", 1, "p31")]


@pytest.mark.parametrize("typed", ["blue adi", "ADIDAS  Blue", "shirt blue a", "adidas blue shirt 7"])
def test_words_may_come_in_any_order_and_be_unfinished(suggester: Suggester, typed: str) -> None:
    found = texts(suggester.suggest(typed, 5))
    assert found
    assert all("Adidas blue shirt" in text for text in found)


@pytest.mark.parametrize(
    "typed", ["t-s", "t sh", "tsh", "t-shirt", "wh1000", "wh-1000x", "wh 1000xm5", "caf", "CAFÉ M"]
)
def test_other_spellings_find_the_same(suggester: Suggester, typed: str) -> None:
    expected = "Plain T-Shirt" if typed[0] == "t" else "Café mug" if typed[0] in "cC" else "Sony WH-1000XM5 headphones"
    assert expected in texts(suggester.suggest(typed, 8))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("adids", "Adidas"),
        ("adiads b", "Adidas blue shirt 0"),
        ("leathr", "Leather belt for shirts"),
        ("haedph", "Sony WH-1000XM5 headphones"),
        ("ktichen", "Kitchen"),
        ("adidass", "Adidas"),
        ("adidas shrit", "Adidas blue shirt 0"),
        ("leathre bel", "Leather belt for shirts"),
    ],
)
def test_a_typing_error_is_forgiven(suggester: Suggester, typed: str, meant: str) -> None:
    assert meant in texts(suggester.suggest(typed, 8))


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', "-", "\N{RUNNING SHIRT WITH SASH}", "\x00", "xylophone", "qq", "12345"]
)
def test_what_is_far_from_everything_gets_no_suggestion(suggester: Suggester, typed: str) -> None:
    assert suggester.suggest(typed, 8) == []


def test_where_no_phrase_has_all_words_those_with_most_are_suggested(suggester: Suggester) -> None:
    assert "Leather belt for shirts" in texts(suggester.suggest("leather belt zzz", 8))
    assert suggester.suggest("leather qqq zzz", 8) == []
    assert texts(suggester.suggest("kit bek", 8)) == ["Kitchen"]


def test_an_error_that_a_product_has_too_is_forgiven() -> None:
    suggester = suggester_of([({"title": "blue shirt"}, {}), ({"title": "red shrtx"}, {})])
    assert texts(suggester.suggest("blue shrt", 8)) == ["blue shirt"]
    assert texts(suggester.suggest("red shrt", 8)) == ["red shrtx"]


def test_words_as_they_were_typed_go_before_those_near_them() -> None:
    suggester = suggester_of([({"title": "black shirt"}, {})] * 5 + [({"title": "blue shirt"}, {})])
    assert texts(suggester.suggest("blu shrit", 8)) == ["blue shirt"]


def test_whether_a_word_is_being_typed_is_told(suggester: Suggester) -> None:
    assert suggester.begins_word("adidas shir")
    assert suggester.begins_word("T-s")
    assert not suggester.begins_word("adidas shrit")
    assert not suggester.begins_word("")


def test_titles_make_up_half_of_the_suggestions_while_there_are_enough(suggester: Suggester) -> None:
    kinds = [suggestion.kind for suggestion in suggester.suggest("b", 4)]
    assert kinds.count("product") == 2
    assert len(suggester.suggest("bl", 30)) == 30


def test_a_text_that_two_fields_share_is_suggested_once() -> None:
    suggester = suggester_of([({"title": "Belts", "category": "belts"}, {"type": "Belts"})])
    assert texts(suggester.suggest("bel", 8)) == ["belts"]


def test_words_of_descriptions_and_numbers_are_not_suggested(suggester: Suggester) -> None:
    assert "Café mug" not in texts(suggester.suggest("shirtless", 8))
    assert suggester.suggest("38", 8) == []


def test_fields_that_number_their_products_are_not_suggested() -> None:
    numbered = suggester_of([({"title": "Mug"}, {"sku": f"article {i}"}) for i in range(1_500)])
    assert numbered.suggest("artic", 8) == []
    few = suggester_of([({"title": "Mug"}, {"sku": f"article {i}"}) for i in range(20)])
    assert len(few.suggest("artic", 8)) == 8


def test_a_catalogue_without_products_suggests_nothing() -> None:
    assert suggester_of([]).suggest("shirt", 8) == []


def test_threads_share_a_suggester(suggester: Suggester) -> None:
    typed = ["adids", "leathr", "t-s", "blue sh", "head"] * 20
    expected = [suggester.suggest(text, 8) for text in typed]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: suggester.suggest(text, 8), typed)) == expected


@given(st.text(max_size=80), st.integers(1, 50))
def test_any_text_is_answered_within_the_limit(text: str, limit: int) -> None:
    found = SMALL.suggest(text, limit)
    assert len(found) <= limit
    assert len(set(texts(found))) == len(found)


SMALL = suggester_of(
    [({"title": "red leather belt"}, {"colour": "red"}), ({"title": "blue t-shirt"}, {"colour": "blue"})]
)
