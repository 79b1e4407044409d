"""Several pictures, parts of pictures, and pictures of what is not wanted, with every real part."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.errors import InvalidPhoto, InvalidQuery, NotFound
from core.examples import Crop, Example
from core.queries import SearchQuery
from retrieval.accepting import accept_products
from retrieval.search.batch import search_each
from retrieval.search.blending import Part, blended
from retrieval.search.encode import WORDS_BESIDE_PHOTOS, encode_query
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, serving_generation
from tests.indexing import index_all
from tests.shop import photo, record

PRODUCTS = 24


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    accept_products(v, [record(i) for i in range(PRODUCTS)])
    assert index_all(v) == PRODUCTS
    return v


def found(v: Vitrine, query: SearchQuery) -> list[str]:
    return [hit.product_id for hit in search(v, query).hits]


def own_photo(v: Vitrine, product_id: str) -> bytes:
    return v.catalog.photos.get(v.catalog.products.get(product_id).product.photos[0].digest)


def beside(left: bytes, right: bytes) -> bytes:
    """Two photos of one size side by side."""
    pictures = [Image.open(io.BytesIO(data)) for data in (left, right)]
    both = Image.new("RGB", (pictures[0].width * 2, pictures[0].height))
    for i, picture in enumerate(pictures):
        both.paste(picture, (i * picture.width, 0))
    encoded = io.BytesIO()
    both.save(encoded, "PNG")
    return encoded.getvalue()


def image_signals(v: Vitrine, query: SearchQuery) -> dict[str, float]:
    return {hit.product_id: hit.signals["image"] for hit in search(v, query).hits}


def test_two_pictures_ask_for_what_lies_between_them(shop: Vitrine) -> None:
    pictures = [own_photo(shop, name) for name in ("p1", "p2")]
    both = image_signals(shop, SearchQuery(images=tuple(map(Example, pictures)), limit=PRODUCTS))
    alone = [image_signals(shop, SearchQuery(images=(Example(one),), limit=PRODUCTS, cutoff="off")) for one in pictures]
    total = {name: alone[0][name] + alone[1][name] for name in both}
    ratios = [both[name] / total[name] for name in both]
    np.testing.assert_allclose(ratios, ratios[0], rtol=1e-3)


def test_the_heavier_picture_decides(shop: Vitrine) -> None:
    shoe, bag = (Example(own_photo(shop, name)) for name in ("p1", "p2"))
    for name, pair in (("p1", (Example(shoe.photo, weight=50), bag)), ("p2", (shoe, Example(bag.photo, weight=50)))):
        assert found(shop, SearchQuery(images=pair))[0] == name


def test_a_part_of_a_picture_finds_what_it_shows(shop: Vitrine) -> None:
    both = beside(own_photo(shop, "p1"), own_photo(shop, "p2"))
    for crop, name in ((Crop(0, 0, 0.5, 1), "p1"), (Crop(0.5, 0, 0.5, 1), "p2")):
        hits = search(shop, SearchQuery(images=(Example(both, crop=crop),), limit=3)).hits
        assert hits[0].product_id == name
        assert hits[0].score == pytest.approx(1.0, abs=0.02)


def test_a_part_of_a_product_is_of_its_first_photo(shop: Vitrine) -> None:
    from core.incoming import IncomingPhoto

    both = beside(own_photo(shop, "p1"), own_photo(shop, "p2"))
    accept_products(shop, [record(50, photos=[IncomingPhoto(both, "drawn")])])
    index_all(shop)
    whole = Example(product_id="p50", crop=Crop(0.5, 0, 0.5, 1))
    hits = search(shop, SearchQuery(images=(whole,), limit=3)).hits
    assert hits[0].product_id == "p2"
    assert set(hits[0].signals) == {"image", "standing"}
    assert "p50" not in found(shop, SearchQuery(images=(whole,), limit=100, cutoff="off"))


def test_words_count_less_beside_photos_than_beside_a_product(shop: Vitrine) -> None:
    generation = serving_generation(shop)

    def looked_for(**query: Any) -> Any:
        return encode_query(shop, generation, SearchQuery(**query))["image"]

    words = Part(looked_for(text="in red"), 3.0)
    shoe = Example(own_photo(shop, "p1"))
    look, product = (looked_for(images=(example,)) for example in (shoe, Example(product_id="p1")))
    weights = {"text": 3.0, "image": 2.0}
    beside_photo = looked_for(text="in red", images=(shoe,), weights=weights)
    lighter = Part(words.vector, WORDS_BESIDE_PHOTOS * words.weight)
    np.testing.assert_allclose(beside_photo, blended([Part(look, 2.0), lighter]), atol=1e-5)
    beside_product = looked_for(text="in red", images=(Example(product_id="p1"),), weights=weights)
    np.testing.assert_allclose(beside_product, blended([Part(product, 2.0), words]), atol=1e-5)


def test_what_is_not_wanted_sinks_and_is_not_among_the_hits(shop: Vitrine) -> None:
    blue_bag, green_bag = Example(product_id="p5"), Example(product_id="p2")
    plain = found(shop, SearchQuery(images=(blue_bag,), limit=PRODUCTS, cutoff="off"))
    away = found(shop, SearchQuery(images=(blue_bag,), unlike=(green_bag,), limit=PRODUCTS))
    assert set(away) == set(plain) - {"p2"}
    # The other green bag.
    assert away.index("p14") > plain.index("p14")


def test_words_are_turned_away_from_a_picture_too(shop: Vitrine) -> None:
    plain = image_signals(shop, SearchQuery(text="shirt", limit=PRODUCTS))
    away = image_signals(shop, SearchQuery(text="shirt", unlike=(Example(own_photo(shop, "p0")),), limit=PRODUCTS))
    assert away == pytest.approx(plain)
    turned = search(shop, SearchQuery(text="shirt", unlike=(Example(own_photo(shop, "p0")),), limit=PRODUCTS)).hits
    lost = {hit.product_id: hit.signals["image"] - hit.signals["away_image"] for hit in turned}
    # Others have its colour.
    assert "p0" in sorted(lost, key=lambda name: lost[name])[-3:]


def test_variants_of_what_is_wanted_are_left_out_and_those_of_the_unwanted_are_not(shop: Vitrine) -> None:
    accept_products(shop, [record(i, group_id=f"g{i % 2}") for i in (30, 31, 32, 33)])
    index_all(shop)
    query = SearchQuery(
        images=(Example(product_id="p30"), Example(product_id="p0")), unlike=(Example(product_id="p31"),), limit=100
    )
    hits = found(shop, query)
    assert not {"p30", "p32", "p0", "p31"} & set(hits)
    assert "p33" in hits


def test_pages_of_several_examples_fit_together(shop: Vitrine) -> None:
    query = SearchQuery(images=(Example(product_id="p0"), Example(product_id="p4")), unlike=(Example(product_id="p1"),))
    whole = found(shop, SearchQuery(images=query.images, unlike=query.unlike, limit=PRODUCTS))
    seen, cursor = [], None
    while True:
        page = search(shop, SearchQuery(images=query.images, unlike=query.unlike, limit=6, cursor=cursor))
        seen += [hit.product_id for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == whole


def test_an_example_that_is_not_there_is_named_with_its_place(shop: Vitrine) -> None:
    shirt = Example(product_id="p0")
    with pytest.raises(NotFound, match=r"images\[1\]: there is no product 'nowhere'"):
        search(shop, SearchQuery(images=(shirt, Example(product_id="nowhere"))))
    with pytest.raises(NotFound, match=r"unlike\[0\]: there is no product 'nowhere'"):
        search(shop, SearchQuery(images=(shirt,), unlike=(Example(product_id="nowhere", crop=Crop(0, 0, 1, 1)),)))
    with pytest.raises(InvalidPhoto, match=r"unlike\[1\]"):
        search(shop, SearchQuery(text="shirt", unlike=(shirt, Example(b"hello"))))


def test_a_part_of_a_product_without_a_photo_is_refused(shop: Vitrine) -> None:
    accept_products(shop, [record(70, photos=[])])
    index_all(shop)
    with pytest.raises(InvalidQuery, match=r"images\[0\]: has no photo"):
        search(shop, SearchQuery(images=(Example(product_id="p70", crop=Crop(0, 0, 1, 1)),)))


def test_a_product_that_waits_for_its_index_cannot_serve_yet(shop: Vitrine) -> None:
    accept_products(shop, [record(71)])
    with pytest.raises(NotFound, match="indexed product"):
        search(shop, SearchQuery(images=(Example(product_id="p71"),)))


def test_of_several_searches_each_is_answered_by_itself(shop: Vitrine) -> None:
    queries = [
        SearchQuery(text="blue shoe", limit=3),
        SearchQuery(images=(Example(product_id="nowhere"),)),
        SearchQuery(images=(Example(photo("red", "shirt", seed=99)),), limit=3),
        *(SearchQuery(text=f"{word} bag", limit=3) for word in ("red", "green", "black")),
    ]
    answers = search_each(shop, queries)
    assert isinstance(answers[1], NotFound)
    for query, answer in zip(queries, answers, strict=True):
        if not isinstance(answer, NotFound):
            assert [hit.product_id for hit in answer.hits] == found(shop, query)  # type: ignore[union-attr]


def test_no_searches_and_a_single_one_are_answered_too(shop: Vitrine) -> None:
    assert search_each(shop, []) == []
    (answer,) = search_each(shop, [SearchQuery(text="shoe")])
    assert not isinstance(answer, Exception)
