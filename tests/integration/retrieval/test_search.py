"""Accept, index, search: the whole way with every real part."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InvalidFilter, InvalidPhoto, InvalidQuery, NotFound
from core.examples import Example
from core.filters import Equals, Range
from core.incoming import IncomingPhoto
from core.queries import SearchQuery
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.deleting import delete_product
from retrieval.editing import patch_product
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.shop import photo, record


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    accept_products(v, [record(i) for i in range(24)])
    assert index_all(v) == 24
    return v


def found(v: Vitrine, query: SearchQuery) -> list[str]:
    return [hit.product_id for hit in search(v, query).hits]


def test_words_find_what_they_name(shop: Vitrine) -> None:
    answer = search(shop, SearchQuery(text="blue shoe", limit=2))
    assert {hit.product["category"] for hit in answer.hits} == {"shoe"}
    assert answer.hits[0].product["attributes"]["colour"] == "blue"


def test_every_hit_carries_the_signal_of_every_view_that_was_reached(shop: Vitrine) -> None:
    for hit in search(shop, SearchQuery(text="blue shoe", limit=24)).hits:
        assert set(hit.signals) == {"image", "text", "lexical", "standing"}
        assert np.isfinite([hit.signals["image"], hit.signals["text"]]).all()


def test_a_photo_finds_itself_first(shop: Vitrine) -> None:
    picture = shop.catalog.photos.get(shop.catalog.products.get("p7").product.photos[0].digest)
    hits = search(shop, SearchQuery(images=(Example(picture),), limit=3)).hits
    assert hits[0].product_id == "p7"
    assert hits[0].score == pytest.approx(1.0, abs=0.01)


def test_words_and_photo_together_lie_between_both(shop: Vitrine) -> None:
    red_shirt = photo("red", "shirt", seed=99)
    both = search(shop, SearchQuery(text="blue", images=(Example(red_shirt),), limit=24))
    only_words = search(shop, SearchQuery(text="blue", images=(Example(red_shirt),), weights={"image": 0}, limit=24))
    only_photo = search(shop, SearchQuery(text="blue", images=(Example(red_shirt),), weights={"text": 0}, limit=24))
    assert [h.product_id for h in only_words.hits] == found(shop, SearchQuery(text="blue", limit=24))
    assert [h.product_id for h in only_photo.hits] == found(shop, SearchQuery(images=(Example(red_shirt),), limit=24))
    assert both.hits[0].score not in (only_words.hits[0].score, only_photo.hits[0].score)


def test_similar_products_leave_out_the_one_asked_with(shop: Vitrine) -> None:
    similar = found(shop, SearchQuery(images=(Example(product_id="p3"),), limit=24))
    assert "p3" not in similar
    assert len(similar) == 23


def test_filters_bind_every_view(shop: Vitrine) -> None:
    cheap = search(shop, SearchQuery(text="shirt", filter=Range("price", lt=6.0), limit=24))
    assert {hit.product_id for hit in cheap.hits} == {f"p{i}" for i in range(6)}
    red = search(shop, SearchQuery(text="shirt", filter=Equals("attributes.colour", "red"), limit=24))
    assert {hit.product["attributes"]["colour"] for hit in red.hits} == {"red"}


def test_an_attribute_that_no_product_has_is_refused(shop: Vitrine) -> None:
    with pytest.raises(InvalidFilter, match=r"no product has this attribute.*attributes\.color.*colour"):
        search(shop, SearchQuery(text="shirt", filter=Equals("attributes.color", "red")))


def test_unavailable_products_are_left_out_unless_asked_for(shop: Vitrine) -> None:
    patch_product(shop, "p1", {"available": False})
    assert index_all(shop) == 0
    assert "p1" not in found(shop, SearchQuery(text="blue shoe", limit=24))
    assert "p1" in found(shop, SearchQuery(text="blue shoe", limit=24, include_unavailable=True))


def test_a_patch_of_the_price_encodes_nothing_and_shows_at_once(shop: Vitrine) -> None:
    patch_product(shop, "p1", {"price": 999})
    assert index_all(shop) == 0
    assert found(shop, SearchQuery(text="shoe", filter=Range("price", gte=500.0))) == ["p1"]


def test_a_patch_of_the_words_is_encoded_anew(shop: Vitrine) -> None:
    patch_product(shop, "p1", {"title": "xylophone"})
    assert index_all(shop) == 1
    hits = search(shop, SearchQuery(text="xylophone", limit=24)).hits
    assert np.nanmax([hit.signals["lexical"] for hit in hits]) > 0
    assert [hit.product_id for hit in hits if hit.signals["lexical"] > 0] == ["p1"]


def test_a_deleted_product_is_found_no_more(shop: Vitrine) -> None:
    delete_product(shop, "p1")
    index_all(shop)
    assert "p1" not in found(shop, SearchQuery(text="blue shoe", limit=24))
    with pytest.raises(NotFound):
        delete_product(shop, "p1")
    with pytest.raises(NotFound):
        search(shop, SearchQuery(images=(Example(product_id="p1"),)))


def test_the_same_products_again_change_nothing(shop: Vitrine) -> None:
    again = accept_products(shop, [record(i) for i in range(24)])
    assert (again.accepted, again.unchanged, again.rejected) == (0, 24, ())
    assert index_all(shop) == 0


def test_a_product_with_several_photos_is_found_by_each(shop: Vitrine) -> None:
    views = [record(0)["photos"][0], record(1)["photos"][0]]
    accept_products(shop, [record(50, photos=views)])
    assert index_all(shop) == 2
    assert "p50" in found(shop, SearchQuery(images=(Example(views[0].data),), limit=8))


def test_a_truncated_photo_fails_its_own_product_only(shop: Vitrine) -> None:
    cut_off = IncomingPhoto(photo()[:-300], "drawn")
    answer = accept_products(shop, [record(60, photos=[cut_off]), record(61)])
    assert answer.accepted == 2
    index_all(shop)
    assert [(item.product.id, item.state) for item in shop.catalog.products.failures(10)] == [("p60", "failed")]
    assert "photos[0]" in str(shop.catalog.products.get("p60").error)
    assert "p61" in found(shop, SearchQuery(text="shirt", limit=100))


def test_one_bad_record_never_spoils_the_batch(v: Vitrine) -> None:
    answer = accept_products(
        v,
        [record(0), record(1, price=-1), record(2, title=""), record(0), "nonsense", record(3, photos=["/etc/passwd"])],  # type: ignore[list-item]
    )
    assert answer.accepted == 1
    assert [(r.index, r.field) for r in answer.rejected] == [
        (1, "price"), (2, "title"), (3, "id"), (4, "product"), (5, "photos[0]"),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", [b"", b"not a picture", photo()[:20]])
def test_a_query_photo_that_cannot_be_used_is_refused(shop: Vitrine, broken: bytes) -> None:
    with pytest.raises(InvalidPhoto, match="image"):
        search(shop, SearchQuery(images=(Example(broken),)))


def test_a_picture_in_an_index_without_eyes_is_refused(shop: Vitrine) -> None:
    with pytest.raises(NotFound, match="no-such"):
        search(shop, SearchQuery(images=(Example(product_id="no-such"),)))
    with pytest.raises(InvalidQuery):
        SearchQuery(text="  ")


def test_an_empty_shop_answers_with_nothing(v: Vitrine) -> None:
    assert search(v, SearchQuery(text="shirt")).hits == ()


def test_a_search_says_how_long_each_stage_took(shop: Vitrine) -> None:
    took = search(shop, SearchQuery(text="shirt")).took_ms
    assert {"generation", "encode", "recall", "fusion", "payloads", "total"} <= set(took)
    assert took["total"] >= took["encode"]


def test_rrf_finds_the_same_products(shop: Vitrine) -> None:
    with open_vitrine(load_settings({"data_dir": shop.settings.data_dir, "fusion": "rrf"})) as other:
        assert set(found(other, SearchQuery(text="blue shoe", limit=24))) == set(
            found(shop, SearchQuery(text="blue shoe", limit=24))
        )


def test_two_openings_of_a_new_shop_share_one_generation(v: Vitrine) -> None:
    with open_vitrine(v.settings) as other:
        assert serving_generation(other).id == serving_generation(v).id
        assert len(v.catalog.generations.live()) == 1


def test_an_index_goes_on_with_its_own_encoder_whatever_the_settings_say(
    shop: Vitrine, caplog: pytest.LogCaptureFixture
) -> None:
    settings = load_settings({"data_dir": shop.settings.data_dir, "encoder": "open_clip:ViT-B-32/random"})
    with open_vitrine(settings) as other:
        assert found(other, SearchQuery(text="blue shoe")) == found(shop, SearchQuery(text="blue shoe"))
    assert "built with encoder 'pocket'" in caplog.text
    assert "vitrine reindex" in caplog.text
    caplog.clear()
    with open_vitrine(load_settings({"data_dir": shop.settings.data_dir})) as other:
        serving_generation(other)
    assert not caplog.text
