"""Which columns queries name, and as what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InvalidInput
from core.products import Product
from evaluation.attributes import Attributes, discover
from tests.unit.evaluation.catalogue_of_shoes import products
from words.analysis import Analyzer


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


def _found(made: tuple[Product, ...], analyzer: Analyzer) -> Attributes:
    found = discover(made, analyzer)
    assert found is not None
    return found


def test_columns_take_the_parts_of_speech_that_people_use_them_as(analyzer: Analyzer) -> None:
    found = _found(products(), analyzer)
    assert found.noun.name == "article_type"
    assert found.wearer is not None
    assert found.wearer.name == "gender"
    assert [column.name for column in found.adjectives] == ["colour"]
    assert found.colour is found.adjectives[0]


def test_what_no_text_tells_and_nobody_sees_is_not_asked_for(analyzer: Analyzer) -> None:
    assert "warehouse" not in {column.name for column in _found(products(), analyzer).columns}


def test_what_can_be_seen_is_asked_for_although_no_text_tells_it(analyzer: Analyzer) -> None:
    silent = tuple(replace(product, title=f"Maker {product.attributes['article_type']}") for product in products())
    assert [column.name for column in _found(silent, analyzer).adjectives] == ["colour"]


def test_numbers_and_words_that_say_nothing_are_no_values(analyzer: Analyzer) -> None:
    with pytest.raises(InvalidInput, match=r"Those are: .*colour") as size:
        discover(products(), analyzer, ["size"])
    assert "size" not in size.value.remedy
    assert "season" not in size.value.remedy


def test_columns_chosen_by_hand_are_taken_whatever_the_texts_tell(analyzer: Analyzer) -> None:
    found = discover(products(), analyzer, ["article_type", "warehouse"])
    assert found is not None
    assert [column.name for column in found.columns] == ["article_type", "warehouse"]


def test_without_a_known_name_the_column_with_most_told_values_is_the_noun(analyzer: Analyzer) -> None:
    def renamed(product: Product) -> Product:
        attributes = dict(product.attributes)
        attributes["what"] = attributes.pop("article_type")
        return replace(product, category=None, attributes=attributes)

    assert _found(tuple(map(renamed, products())), analyzer).noun.name == "what"


def test_a_catalogue_without_such_columns_has_no_attributes(analyzer: Analyzer) -> None:
    plain = tuple(Product(str(i), f"Thing number {i}") for i in range(50))
    assert discover(plain, analyzer) is None


def test_lists_count_each_of_their_values(analyzer: Analyzer) -> None:
    two = tuple(replace(p, attributes={**p.attributes, "colour": ["Black", "Red"]}) for p in products())
    column = _found(two, analyzer).colour
    assert column is not None
    assert column.distinct == ["Black", "Red"]
