"""Which words of a product are indexed."""

from __future__ import annotations

from dataclasses import replace

from core.products import Product
from evaluation.attributes import discover
from evaluation.query_sets.out_of_catalogue import out_of_catalogue_queries
from evaluation.wording import IMPORTED, TITLES, WORDS_OUT, rewordings
from tests.unit.evaluation.catalogue_of_shoes import COLOURS, products
from words.analysis import Analyzer

ANALYZER = Analyzer()
REWORD = rewordings(discover(products(), ANALYZER), ANALYZER)


def test_titles_alone_have_no_words_of_attributes_or_category() -> None:
    passage = REWORD[TITLES](products()[0]).passage()
    assert passage == products()[0].title
    assert "Footwear" in REWORD[IMPORTED](products()[0]).passage()


def test_no_word_of_an_attribute_is_left_in_any_inflection() -> None:
    product = Product(
        "1",
        "Maker1 Men's Navy-Blue boot",
        description="<p>A <b>red</b> sandal, soft</p>",
        brand="Blacks & Sons",
        attributes={"colour": "Black"},
    )
    out = REWORD[WORDS_OUT](product)
    assert (out.title, out.description, out.brand) == ("Maker1", "A soft", "& Sons")


def test_a_title_of_attributes_alone_still_is_a_title() -> None:
    assert REWORD[WORDS_OUT](Product("1", "Black Boots")).title == "item"


def test_variants_are_products_of_their_own() -> None:
    product = replace(products()[0], group_id="g")
    assert {reword(product).group_id for reword in REWORD.values()} == {None}


def test_nothing_out_of_catalogue_has_a_word_of_the_catalogue_but_its_adjective() -> None:
    made = (*products(), Product("x", "A print of a windmill", description="and violins"))
    asked = out_of_catalogue_queries(made, discover(products(), ANALYZER), ANALYZER, 400, seed=1)
    labels = {judged.label for judged in asked}
    assert {"xylophone", "chainsaw"} <= labels
    assert not [label for label in labels if "windmill" in label or "violin" in label]
    adjectives = tuple(f"{colour.lower()} " for colour in COLOURS)
    described = {label for label in labels if label.startswith(adjectives)}
    things = {label.removeprefix(a) for label in described for a in adjectives if label.startswith(a)}
    assert things == labels - described
    assert all(not judged.relevant for judged in asked)
