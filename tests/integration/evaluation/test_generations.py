"""Two indexes of one shop compared, with every real part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.generations import LEXICAL, REACHED_BY_TEXT, Generation, View
from core.settings import load_settings
from evaluation.generations import LIKENESS, TITLE, compare_indexes
from retrieval import reindexing
from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import record

PRODUCTS = 48


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    settings = load_settings({"data_dir": tmp_path_factory.mktemp("shop"), "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as v:
        accept_products(v, [record(i) for i in range(PRODUCTS)])
        accept_products(v, [{"id": "bare", "title": "A shoe without a photo"}])
        index_all(v)
        yield v


@pytest.fixture(scope="module")
def random_index(shop: Vitrine, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    encoder = save_tiny_encoder(tmp_path_factory.mktemp("encoder"))
    settings = shop.settings.model_copy(update={"encoder": encoder})
    generation = reindexing.begin(shop, settings, anew=False).generation
    index_all(shop, generation)
    return generation


def test_an_index_of_random_weights_is_worse(shop: Vitrine, random_index: Generation) -> None:
    made = {one.name: one for one in compare_indexes(shop, serving_generation(shop), random_index)}
    assert set(made) == {TITLE, LIKENESS}
    assert made[TITLE].products == made[LIKENESS].products == PRODUCTS
    assert made[TITLE].worse
    assert made[TITLE].after < made[TITLE].before <= 1
    assert made[TITLE].low <= made[TITLE].after - made[TITLE].before <= made[TITLE].high


def test_the_other_way_round_it_is_better(shop: Vitrine, random_index: Generation) -> None:
    title = next(one for one in compare_indexes(shop, random_index, serving_generation(shop)) if one.name == TITLE)
    assert not title.worse
    assert title.low > 0


def test_an_index_is_not_worse_than_itself(shop: Vitrine) -> None:
    serving = serving_generation(shop)
    for one in compare_indexes(shop, serving, serving, sample=20):
        assert (one.before, one.low, one.high) == (one.after, 0.0, 0.0)
        # The one without a photo may be among those drawn.
        assert one.products in (19, 20)
        assert not one.worse


def test_an_index_without_eyes_cannot_be_compared(shop: Vitrine) -> None:
    views = (View(LEXICAL, LEXICAL, 0, "", frozenset({REACHED_BY_TEXT})),)
    assert compare_indexes(shop, serving_generation(shop), Generation("words", shop.catalog.shop, views)) == []
