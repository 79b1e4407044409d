from __future__ import annotations

import numpy as np
import pytest

from core.products import Product
from retrieval.relevance.sampling import Sampler
from tests.unit.retrieval.columns.products import columns_of, product
from words.analysis import Analyzer
from words.vocabulary import vocabulary_of

_COLOURS, _KINDS = ("Red", "Blue", "Green"), ("Shirt", "Bag")


def _products(count: int = 60) -> list[Product]:
    return [
        product(
            f"p{i:02d}",
            title=f"{_COLOURS[i % 3]} thing {i // 2}",
            category=_KINDS[i % 2],
            brand="Acme" if i % 4 else "Bolt",
            attributes={"colour": (_COLOURS[i % 3], "White") if i % 5 == 0 else _COLOURS[i % 3], "code": f"x{i}"},
        )
        for i in range(count)
    ]


def _sampler(products: list[Product], seed: int = 7, gone: tuple[Product, ...] = ()) -> Sampler:
    columns = columns_of(products)
    if gone:
        columns = columns_of([], columns, gone)
    analyzer = Analyzer("english")
    return Sampler(columns, vocabulary_of(analyzer, [one.passage() for one in products]), np.random.default_rng(seed))


def _ids(sampler: Sampler, relevant: np.ndarray) -> set[str]:
    return {sampler.columns.ids[row] for row in np.flatnonzero(relevant)}


def _words_of(one: Product) -> set[str]:
    colours = one.attributes["colour"]
    listed = colours if isinstance(colours, tuple) else (colours,)
    return {str(value).lower() for value in (one.category, one.brand, *listed)}


def test_the_same_seed_asks_the_same() -> None:
    products = _products()
    one, two = _sampler(products), _sampler(products)
    assert [a.text for a in one.described(20)] == [a.text for a in two.described(20)]
    assert list(one.foreign(20)) == list(two.foreign(20))
    assert [a.text for a in _sampler(products, 8).described(20)] != [a.text for a in _sampler(products).described(20)]


def test_the_answer_to_a_description_is_every_product_that_fits_it() -> None:
    products = _products()
    sampler = _sampler(products)
    answers = list(sampler.described(40))
    assert len(answers) == 40
    assert len({answer.text for answer in answers}) > 5
    for answer in answers:
        said = set(answer.text.split())
        assert _ids(sampler, answer.relevant) == {one.id for one in products if said <= _words_of(one)}
        assert said & {"shirt", "bag"}
        # A value of its own for every product is a number, not a description.
        assert not any(word.startswith("x") for word in said)


def test_the_answer_to_a_title_is_every_product_of_that_title() -> None:
    products = _products()
    sampler = _sampler(products)
    for answer in sampler.titled(20):
        assert _ids(sampler, answer.relevant) == {one.id for one in products if one.title.lower() == answer.text}


def test_what_is_deleted_is_no_answer() -> None:
    products = _products()
    gone = tuple(one for one in products if one.category == "Bag")
    sampler = _sampler(products, gone=gone)
    for answer in sampler.described(20):
        assert "bag" not in answer.text
        assert not _ids(sampler, answer.relevant) & {one.id for one in gone}


def test_products_are_alike_in_category_and_their_most_telling_attribute() -> None:
    products = _products()
    sampler = _sampler(products)
    alike = _ids(sampler, sampler.alike(sampler.columns.row_of["p01"]))
    assert alike == {one.id for one in products if {"bag", "blue"} <= _words_of(one)}


def test_foreign_words_stand_in_no_product() -> None:
    sampler = _sampler(_products())
    queries = list(sampler.foreign(30))
    assert len(queries) == 30
    foreign = [[word for word in query.split() if not sampler.vocabulary.knows(word)] for query in queries]
    assert all(foreign)
    assert any(len(strange) < len(query.split()) for strange, query in zip(foreign, queries, strict=True))


@pytest.mark.parametrize("names", [{}, {"brand": "Acme"}])
def test_products_that_are_not_described_give_no_descriptions(names: dict[str, str]) -> None:
    products = [product(f"p{i}", title=f"Thing {i}", **(names if i % 2 else {"brand": "Bolt"})) for i in range(20)]
    assert list(_sampler(products).described(10)) == []


def test_an_empty_shop_is_asked_nothing() -> None:
    sampler = _sampler([])
    assert list(sampler.described(5)) == list(sampler.titled(5)) == []
