"""Searches whose words go wrong, or say what is not wanted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.errors import InvalidQuery
from core.examples import Example
from core.generations import LEXICAL
from core.hits import SearchAnswer
from core.queries import SearchQuery
from core.settings import load_settings
from core.synonyms import SynonymRule
from retrieval.accepting import accept_products
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine
from tests.indexing import index_all

TITLES = {
    "belt": "Brown leather belt",
    "bag": "Brown leather handbag",
    "canvas": "Brown canvas handbag",
    "polo": "Blue polo shirt",
    "neck": "Blue polo neck shirt",
    "tee": "Blue T-shirt",
    "phones": "Sony WH-1000XM5 headphones",
    "mug": "Trainer mug",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    settings = load_settings({"data_dir": tmp_path_factory.mktemp("shop"), "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as v:
        accept_products(v, [{"id": product_id, "title": title} for product_id, title in TITLES.items()])
        index_all(v)
        v.catalog.synonyms.put([SynonymRule("shoes", ("sneaker", "trainer"))])
        yield v


def ask(shop: Vitrine, text: str) -> SearchAnswer:
    return search(shop, SearchQuery(text=text, limit=len(TITLES)))


def by_words(answer: SearchAnswer) -> set[str]:
    return {hit.product_id for hit in answer.hits if hit.signals[LEXICAL] > 0}


def all_of(answer: SearchAnswer) -> set[str]:
    return {hit.product_id for hit in answer.hits}


def test_errors_are_corrected_and_told(shop: Vitrine) -> None:
    answer = ask(shop, "lether bellt")
    assert (answer.searched_for, answer.did_you_mean) == ("leather belt", "leather belt")
    right = ask(shop, "leather belt")
    assert (right.searched_for, right.did_you_mean) == (None, None)
    assert [(hit.product_id, hit.score) for hit in answer.hits] == [(hit.product_id, hit.score) for hit in right.hits]


def test_words_in_quotation_marks_are_not_corrected(shop: Vitrine) -> None:
    answer = ask(shop, '"lether" belt')
    assert (answer.searched_for, answer.did_you_mean) == (None, None)
    assert by_words(answer) == {"belt"}


def test_synonyms_are_found_by_words(shop: Vitrine) -> None:
    assert by_words(ask(shop, "sneakers")) == {"mug"}


def test_weights_count(shop: Vitrine) -> None:
    def score(text: str) -> dict[str, float]:
        return {hit.product_id: hit.signals[LEXICAL] for hit in ask(shop, text).hits}

    assert score("canvas^3 belt")["canvas"] == pytest.approx(3 * score("canvas belt")["canvas"], rel=1e-3)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("handbag -leather", {"belt", "bag"}),
        ("handbag but not leather", {"belt", "bag"}),
        ('shirt -"polo neck"', {"neck"}),
        ("shirt -polo", {"polo", "neck"}),
        ("shirt -tshirt", {"tee"}),
        ("shirt -t-shirt", {"tee"}),
        ("brown -lether", {"belt", "bag"}),
        ("headphones -wh1000xm5", {"phones"}),
        ("shirt -xylophone", set()),
        ("shirt -the", set()),
    ],
)
def test_what_is_not_wanted_is_not_found(shop: Vitrine, text: str, gone: set[str]) -> None:
    answer = ask(shop, text)
    assert all_of(answer) == TITLES.keys() - gone
    assert answer.total == len(TITLES) - len(gone)
    assert all(not name.startswith("not") for hit in answer.hits for name in hit.signals)


def test_a_query_of_negatives_alone_is_refused(shop: Vitrine) -> None:
    with pytest.raises(InvalidQuery, match="only what is not wanted"):
        ask(shop, "-leather")


def test_a_product_with_negatives_alone_finds_its_like_without_them(shop: Vitrine) -> None:
    answer = search(shop, SearchQuery(text="-leather", images=(Example(product_id="canvas"),), limit=len(TITLES)))
    assert all_of(answer) == TITLES.keys() - {"canvas", "belt", "bag"}


@pytest.mark.parametrize("text", ['"', "^", "-", "\N{RUNNING SHIRT WITH SASH}", "\u202e\u202c!", '""', "the of"])
def test_signs_alone_are_answered(shop: Vitrine, text: str) -> None:
    assert ask(shop, text).did_you_mean is None


@pytest.mark.parametrize("text", ["shirt^-1", "shirt^0", "shirt^1e400"])
def test_weights_that_cannot_be_are_refused(shop: Vitrine, text: str) -> None:
    with pytest.raises(InvalidQuery, match="weight"):
        ask(shop, text)
