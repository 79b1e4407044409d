"""A drawn shop that has learnt what is relevant: what it has is found, what it has not is not, and all of it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from core.examples import Example
from core.facets import FacetRequest, KeywordFacet
from core.filters import Equals
from core.generations import LEXICAL, REACHED_BY_TEXT, READY, Generation, View
from core.hits import AT_LEAST, EXACT, SearchAnswer
from core.queries import SearchQuery
from core.relevance import PHOTO, PRODUCT, WORDS, calibration_of
from core.settings import load_settings
from demo.catalogue import drawn_products
from retrieval.accepting import accept_products
from retrieval.relevance.calibrating import PRODUCTS_MIN, calibrate_when_due
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.shop import record

_PRODUCTS = 150
_DEPTH = 40


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    """Searched so little deep that there is something behind it."""
    folder = tmp_path_factory.mktemp("drawn")
    with open_vitrine(load_settings({"data_dir": folder, "engine_idle_exit_s": 1.0, "search_depth": _DEPTH})) as v:
        accept_products(v, list(drawn_products(_PRODUCTS)))
        index_all(v)
        assert calibrate_when_due(v, serving_generation(v))
        yield v


def asked(v: Vitrine, text: str, cutoff: str | float = "auto", limit: int = 20) -> SearchAnswer:
    return search(v, SearchQuery(text=text, limit=limit, cutoff=cutoff, include_unavailable=True))


def ids(answer: SearchAnswer) -> list[str]:
    return [hit.product_id for hit in answer.hits]


def test_models_of_all_kinds_of_queries_are_kept_with_the_generation(shop: Vitrine) -> None:
    fitted = calibration_of(serving_generation(shop).calibration)
    assert fitted is not None
    assert {WORDS, PHOTO, PRODUCT} <= fitted.relevance.keys()
    assert fitted.products == _PRODUCTS


def test_an_index_that_has_not_changed_is_not_calibrated_again(shop: Vitrine) -> None:
    before = serving_generation(shop).calibration
    assert not calibrate_when_due(shop, serving_generation(shop))
    assert serving_generation(shop).calibration == before


def test_what_the_shop_has_is_found(shop: Vitrine) -> None:
    categories = shop.columns.current().by_field["category"].vocabulary.values
    for category in categories:
        answer = asked(shop, str(category).lower())
        assert answer.total > 0, category
        assert all(0 <= hit.signals["relevance"] <= 1 for hit in answer.hits)


@pytest.mark.parametrize("text", ["xylophone", "frozen pizza", "cordless drill"])
def test_what_the_shop_does_not_have_is_not_found(shop: Vitrine, text: str) -> None:
    answer = asked(shop, text)
    assert (answer.hits, answer.total, answer.total_relation, answer.next_cursor) == ((), 0, EXACT, None)


def test_without_a_cut_off_the_nearest_is_shown(shop: Vitrine) -> None:
    answer = asked(shop, "xylophone", "off")
    assert len(answer.hits) == 20
    assert answer.total >= _DEPTH
    assert answer.total_relation == AT_LEAST


def test_a_number_is_the_least_relevance_of_a_hit(shop: Vitrine) -> None:
    strict, lax = asked(shop, "shoes", 0.8, 100), asked(shop, "shoes", 0.2, 100)
    assert all(hit.signals["relevance"] >= 0.8 for hit in strict.hits)
    assert set(ids(strict)) <= set(ids(lax))
    assert asked(shop, "xylophone", 0.999).hits == ()


def test_facets_count_what_is_relevant_and_change_no_order(shop: Vitrine) -> None:
    plain = asked(shop, "shoes")
    query = SearchQuery(text="shoes", facets=(FacetRequest("category"),), include_unavailable=True)
    counted = search(shop, query)
    assert ids(counted) == ids(plain)
    assert counted.total_relation == EXACT
    assert sum(value.count for value in counted.facets["category"].values) == counted.total


def test_what_is_found_under_a_filter_does_not_depend_on_the_facets_that_are_counted(shop: Vitrine) -> None:
    facets = (FacetRequest("attributes.colour"),)
    colours = search(shop, SearchQuery(facets=facets)).facets["attributes.colour"]
    assert isinstance(colours, KeywordFacet)
    narrowed = []
    for text in ("shoes", "dress", "striped scarf", "leather bag", "xylophone"):
        for colour in colours.values[:4]:
            query = SearchQuery(text=text, filter=Equals("attributes.colour", colour.value), limit=100)
            plain, counted = search(shop, query), search(shop, replace(query, facets=facets))
            assert ids(counted) == ids(plain), (text, colour.value)
            assert [hit.score for hit in counted.hits] == pytest.approx([hit.score for hit in plain.hits], abs=1e-5)
            narrowed.append("recall" not in counted.took_ms)
    # Sometimes what was found for the facet is enough, sometimes there may be more under the filter.
    assert any(narrowed)
    assert not all(narrowed)


def test_pages_go_on_behind_the_first_depth_and_leave_nothing_out(shop: Vitrine) -> None:
    whole = ids(asked(shop, "xylophone", "off", _PRODUCTS))
    paged, cursor = [], None
    while True:
        query = SearchQuery(text="xylophone", cutoff="off", limit=25, cursor=cursor, include_unavailable=True)
        answer = search(shop, query)
        paged += ids(answer)
        cursor = answer.next_cursor
        if cursor is None:
            break
    assert len(paged) == len(set(paged)) == _PRODUCTS
    assert set(paged) == set(whole)


def test_a_picture_finds_what_looks_alike_and_says_how_sure_it_is(shop: Vitrine) -> None:
    product = shop.catalog.products.page(None, 1)[0].product
    answer = search(shop, SearchQuery(images=(Example(shop.catalog.photos.get(product.photos[0].digest)),), limit=5))
    assert answer.hits
    assert all("relevance" in hit.signals for hit in answer.hits)
    alike = search(shop, SearchQuery(images=(Example(product_id=product.id),), limit=5))
    assert alike.hits
    assert product.id not in ids(alike)


def test_explained_hits_know_their_place_by_every_signal(shop: Vitrine) -> None:
    answer = search(shop, SearchQuery(text="black shoes", explain=True, limit=100, include_unavailable=True))
    for name in ("text", "image", "lexical", "relevance"):
        by_signal = sorted(answer.hits, key=lambda hit: -hit.signals[name])
        assert by_signal[0].ranks[name] == 1
        assert all(one.ranks[name] <= two.ranks[name] for one, two in pairwise(by_signal))
    assert all(not hit.ranks for hit in asked(shop, "black shoes").hits)


def test_a_calibration_that_cannot_be_read_cuts_nothing(shop: Vitrine) -> None:
    generation = serving_generation(shop)
    kept = dict(generation.calibration)
    shop.catalog.generations.set_calibration(generation.id, kept | {"version": 0})
    shop.answering.look_again()
    try:
        answer = asked(shop, "xylophone")
        assert answer.hits
        assert "relevance" not in answer.hits[0].signals
    finally:
        shop.catalog.generations.set_calibration(generation.id, kept)
        shop.answering.look_again()


@pytest.fixture
def words_only(tmp_path: Path) -> Iterator[Vitrine]:
    """An opened shop without eyes, whose index knows the words themselves alone."""
    encoder = tmp_path / "never loaded"
    encoder.mkdir()
    (encoder / "open_clip_config.json").write_text(json.dumps({"model_cfg": {"embed_dim": 4}}))
    settings = {"data_dir": tmp_path / "shop", "encoder": f"local-dir:{encoder}", "engine_idle_exit_s": 0.5}
    with open_vitrine(load_settings(settings)) as v:
        views = (View(LEXICAL, LEXICAL, 0, "", frozenset({REACHED_BY_TEXT})),)
        v.catalog.generations.add(Generation("g1", v.catalog.shop, views, status=READY))
        v.catalog.generations.serve("g1")
        yield v


def test_a_shop_of_words_alone_learns_as_well(words_only: Vitrine) -> None:
    accept_products(words_only, [record(i, photos=[]) for i in range(PRODUCTS_MIN + 20)])
    index_all(words_only)
    assert calibrate_when_due(words_only, serving_generation(words_only))
    blue = asked(words_only, "blue shoe")
    assert {(hit.product["category"], hit.product["attributes"]["colour"]) for hit in blue.hits} == {("shoe", "blue")}
    assert asked(words_only, "xylophone").hits == ()


def test_a_small_shop_is_not_cut(v: Vitrine) -> None:
    accept_products(v, [record(i) for i in range(12)])
    index_all(v)
    assert not calibrate_when_due(v, serving_generation(v))
    answer = asked(v, "xylophone")
    assert len(answer.hits) == 12
