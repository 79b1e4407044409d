"""A second index beside the serving one, with every real part."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from core.errors import ConfigurationError, Conflict, NotFound
from core.examples import Example
from core.indexing import Failure
from core.queries import SearchQuery
from core.settings import Settings
from retrieval import reindexing
from retrieval.accepting import accept_products
from retrieval.indexing import index, prepare
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, answering_generation, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import photo, record

BLUE_SHOE = SearchQuery(text="blue shoe", limit=24, cutoff="off")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    accept_products(v, [record(i) for i in range(12)])
    index_all(v)
    return v


def wanting(v: Vitrine, encoder: str) -> Settings:
    return v.settings.model_copy(update={"encoder": encoder})


def ids(v: Vitrine, generation_id: str) -> set[str]:
    page, after = v.store.product_ids(generation_id, None, 1000)
    assert after is None
    return set(page)


def answers_with(v: Vitrine, generation_id: str) -> None:
    until_s = time.monotonic() + 60
    while answering_generation(v).id != generation_id:
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_an_index_is_built_beside_put_into_service_taken_back_and_pruned(shop: Vitrine, tiny: str) -> None:
    old = serving_generation(shop)
    before = [hit.product_id for hit in search(shop, BLUE_SHOE).hits]
    new = reindexing.begin(shop, wanting(shop, tiny), anew=False).generation
    with pytest.raises(Conflict, match="12 products wait"):
        reindexing.put_into_service(shop, new)
    index_all(shop, new)
    accept_products(shop, [record(12)])
    assert [hit.product_id for hit in search(shop, BLUE_SHOE).hits] == before
    index_all(shop)
    index_all(shop, new)
    assert ids(shop, old.id) == ids(shop, new.id) == {f"p{i}" for i in range(13)}
    assert reindexing.put_into_service(shop, new).id == old.id
    answers_with(shop, new.id)
    alike = search(shop, SearchQuery(images=(Example(photo=photo("blue", "shoe")),), limit=13, cutoff="off"))
    assert {hit.product_id for hit in alike.hits} == {f"p{i}" for i in range(13)}

    accept_products(shop, [record(13)])
    index_all(shop, new)
    index_all(shop, old)
    assert reindexing.roll_back(shop).id == old.id
    answers_with(shop, old.id)
    assert "p13" in {hit.product_id for hit in search(shop, BLUE_SHOE).hits}
    assert reindexing.prune(shop) == [new.id]
    assert [one.id for one in shop.catalog.generations.all()] == [old.id]
    with pytest.raises(NotFound):
        shop.store.status(new.id)
    with pytest.raises(Conflict, match="no other index"):
        reindexing.roll_back(shop)
    assert reindexing.prune(shop) == []


def test_what_was_begun_goes_on(shop: Vitrine, tiny: str) -> None:
    first = reindexing.begin(shop, wanting(shop, tiny), anew=False)
    items = shop.catalog.queue.claim(first.generation.id, "test", 5, 60.0)
    index(shop, first.generation, "test", prepare(shop, first.generation, items))
    with open_vitrine(shop.settings) as other:
        again = reindexing.begin(other, wanting(other, tiny), anew=False)
        assert (again.resumed, again.generation.id) == (True, first.generation.id)
        assert other.catalog.queue.progress(again.generation.id).indexed == 5


def test_the_same_encoders_are_built_again_only_on_demand(shop: Vitrine) -> None:
    with pytest.raises(Conflict, match="--anew"):
        reindexing.begin(shop, shop.settings, anew=False)
    begun = reindexing.begin(shop, shop.settings, anew=True)
    assert begun.generation.id != serving_generation(shop).id
    assert shop.catalog.queue.progress(begun.generation.id).waiting == 12
    assert reindexing.begin(shop, shop.settings, anew=True).generation.id == begun.generation.id
    with pytest.raises(ConfigurationError, match="nonesuch"):
        reindexing.begin(shop, wanting(shop, "nonesuch"), anew=False)


def test_an_index_that_lacks_much_is_put_into_service_by_force_only(shop: Vitrine, tiny: str) -> None:
    new = reindexing.begin(shop, wanting(shop, tiny), anew=False).generation
    items = shop.catalog.queue.claim(new.id, "test", 2, 60.0)
    failures = [Failure(item.product_id, item.version, "no", permanent=True) for item in items]
    shop.catalog.queue.fail(new.id, "test", failures, 1)
    index_all(shop, new)
    with pytest.raises(Conflict, match="lacks 2 of 12"):
        reindexing.put_into_service(shop, new)
    reindexing.put_into_service(shop, new, force=True)
    assert serving_generation(shop).id == new.id


def test_another_process_follows_when_it_is_ready(shop: Vitrine, tiny: str) -> None:
    with open_vitrine(shop.settings) as server:
        old = answering_generation(server).id
        before = search(server, BLUE_SHOE)
        new = reindexing.begin(shop, wanting(shop, tiny), anew=False).generation
        index_all(shop, new)
        reindexing.put_into_service(shop, new)
        while answering_generation(server).id == old:
            # Nothing is loaded for the sake of a search.
            assert search(server, BLUE_SHOE).took_ms["generation"] < 5_000
        assert tiny in server.encoders.loaded
        after = search(server, BLUE_SHOE)
        assert {hit.product_id for hit in after.hits} == {hit.product_id for hit in before.hits}


def test_a_process_that_cannot_load_the_encoder_goes_on_as_before(
    shop: Vitrine, tiny: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(tiny.removeprefix("local-dir:"), folder)
    new = reindexing.begin(shop, wanting(shop, f"local-dir:{folder}"), anew=False).generation
    index_all(shop, new)
    with open_vitrine(shop.settings) as server:
        old = answering_generation(server).id
        before = [hit.product_id for hit in search(server, BLUE_SHOE).hits]
        (folder / "open_clip_model.safetensors").unlink()
        reindexing.put_into_service(shop, new)
        until_s = time.monotonic() + 60
        while "the one before goes on" not in caplog.text:
            assert [hit.product_id for hit in search(server, BLUE_SHOE).hits] == before
            assert time.monotonic() < until_s
        assert answering_generation(server).id == old
