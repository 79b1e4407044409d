"""Attribute queries and their right answers."""

from __future__ import annotations

import pytest

from core.examples import Example
from core.products import Product
from evaluation.attributes import Attributes, discover
from evaluation.query_sets.attribute import attribute_queries
from evaluation.query_sets.composed import composed_queries
from tests.unit.evaluation.catalogue_of_shoes import COLOURS, EACH, GENDERS, TYPES, products
from words.analysis import Analyzer

ANALYZER = Analyzer()


@pytest.fixture(scope="module")
def attributes() -> Attributes:
    found = discover(products(), ANALYZER)
    assert found is not None
    return found


def _says(product: Product, label: str) -> bool:
    """Whether a product has everything the query names, decided from the query's words alone."""
    head, _, wearer = label.partition(" for ")
    colour = next((value for value in COLOURS if head.startswith(value.lower())), None)
    kind = next(value for value in TYPES if head.endswith(value.lower()))
    wanted = {"article_type": kind}
    if colour is not None:
        wanted["colour"] = colour
    if wearer:
        wanted["gender"] = wearer.capitalize()
    return all(product.attributes[name] == value for name, value in wanted.items())


def test_right_are_exactly_the_products_with_all_that_is_named(attributes: Attributes) -> None:
    asked = attribute_queries(attributes, ANALYZER, 30, seed=1)
    for judged in asked:
        assert judged.relevant == {product.id for product in products() if _says(product, judged.label)}


def test_queries_differ_and_are_as_many_as_wanted_or_as_there_are(attributes: Attributes) -> None:
    assert len(attribute_queries(attributes, ANALYZER, 10, seed=1)) == 10
    everything = attribute_queries(attributes, ANALYZER, 500, seed=1)
    labels = {judged.label for judged in everything}
    assert len(labels) == len(everything)
    whole = {f"{c} {t} for {g}".lower() for c in COLOURS for t in TYPES for g in GENDERS}
    assert whole <= labels


def test_the_same_seed_asks_the_same_and_another_asks_others(attributes: Attributes) -> None:
    first, again, other = (attribute_queries(attributes, ANALYZER, 10, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_an_adjective_never_repeats_a_word_of_the_noun() -> None:
    made = tuple(
        Product(f"{usage} {kind} {i}", f"{usage} {kind}", attributes={"article_type": kind, "usage": usage})
        for usage in ("Casual", "Formal")
        for kind in ("Casual Shoes", "Boots")
        for i in range(10)
    )
    found = discover(made, ANALYZER, ["article_type", "usage"])
    assert found is not None
    labels = {judged.label for judged in attribute_queries(found, ANALYZER, 50, seed=1)}
    assert "formal casual shoes" in labels
    assert "casual casual shoes" not in labels


def test_too_few_right_products_make_no_query() -> None:
    made = tuple(p for p in products() if p.attributes["size"] in (0, 1))
    found = discover(made, ANALYZER, ["article_type", "colour", "gender"])
    assert found is not None
    assert len(made) == 2 * len(products()) // EACH
    assert all(len(judged.relevant) >= 5 for judged in attribute_queries(found, ANALYZER, 100, seed=1))


def test_a_composed_query_wants_the_same_kind_in_the_colour_that_is_said(attributes: Attributes) -> None:
    by_id = {product.id: product for product in products()}
    shown = dict.fromkeys(list(by_id)[::10], b"a photo")
    asked = composed_queries(attributes, shown, {name: p.title for name, p in by_id.items()}, seed=3)
    assert len(asked) == len(shown)
    for judged, (name, photo) in zip(asked, shown.items(), strict=True):
        colour = judged.query.text.removeprefix("in ")
        kind = by_id[name].attributes["article_type"]
        assert judged.query.images == (Example(photo),)
        assert colour != str(by_id[name].attributes["colour"]).lower()
        assert judged.ignored == {name}
        assert judged.relevant == {
            p.id
            for p in by_id.values()
            if p.attributes["article_type"] == kind and str(p.attributes["colour"]).lower() == colour
        }
