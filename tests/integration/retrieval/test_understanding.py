"""What a search looks for, given what was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.errors import InvalidQuery
from core.products import Product
from core.settings import load_settings
from core.synonyms import SynonymRule
from retrieval.understanding import understand
from retrieval.wiring import Vitrine, open_vitrine

PRODUCTS = [
    *(Product(f"s{i}", f"Adidas blue shirt number {i}", brand="Adidas") for i in range(5)),
    Product("p1", "Leather belt", brand="Tommy Hilfiger"),
    Product("p2", "Sony WH-1000XM5 headphones", brand="Sony"),
    Product("p3", "Sunglasses", description="They sit well on a nose"),
    Product("p4", "Trainer socks"),
    Product("p5", "Glasses for the sun"),
    Product("p6", "Speakers"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    settings = load_settings({"data_dir": tmp_path_factory.mktemp("shop"), "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as opened:
        opened.catalog.products.store(PRODUCTS, "job")
        opened.catalog.synonyms.put([SynonymRule("shoes", ("sneaker", "trainer"))])
        yield opened


def test_plain_words_are_taken_as_they_are(shop: Vitrine) -> None:
    found = understand(shop, "blue shirt")
    assert (found.text, found.lexical) == ("blue shirt", {"blue shirt": 1.0})
    assert (found.did_you_mean, found.searched_instead) == (None, False)


def test_errors_are_corrected_with_operators_left_in_place(shop: Vitrine) -> None:
    found = understand(shop, "lether^2 bellt -shrit")
    assert found.text == "leather belt"
    assert found.lexical == {"leather": 2.0, "belt": 1.0}
    assert found.parsed.negatives == ("shirt",)
    assert found.did_you_mean == found.parsed_from == "leather^2 belt -shirt"
    assert found.searched_instead


def test_words_in_quotation_marks_are_taken_as_they_are(shop: Vitrine) -> None:
    found = understand(shop, '"lether" bellt')
    assert found.text == "lether belt"
    assert found.did_you_mean == '"lether" belt'


def test_synonyms_and_joined_words_count_less_than_what_was_typed(shop: Vitrine) -> None:
    assert understand(shop, "sneakers^2").lexical == {"sneakers": 2.0, "trainer": 1.2}
    assert understand(shop, "blue sun glasses").lexical == {"blue sun glasses": 1.0, "sunglasses": 0.8}


def test_a_text_of_signs_or_negatives_alone_has_nothing_to_look_up(shop: Vitrine) -> None:
    assert understand(shop, "\N{RUNNING SHIRT WITH SASH}").lexical == {}
    assert understand(shop, "\N{RUNNING SHIRT WITH SASH}").text == "\N{RUNNING SHIRT WITH SASH}"
    negative = understand(shop, "-leather")
    assert (negative.text, negative.lexical, negative.parsed.negatives) == ("", {}, ("leather",))


@pytest.mark.parametrize("text", ["shirt^-1", "shirt^0", "a " * 4_000])
def test_what_cannot_be_parsed_is_refused(shop: Vitrine, text: str) -> None:
    with pytest.raises(InvalidQuery):
        understand(shop, text)
