"""Products of several photos, asked for by a picture: photo by photo, with every real part."""

from __future__ import annotations

import numpy as np
import pytest

from core.examples import Example
from core.hits import Hit
from core.queries import SearchQuery
from retrieval.accepting import accept_products
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine
from tests.indexing import index_all
from tests.shop import photo, record

PRODUCTS = 12


@pytest.fixture
def shop(v: Vitrine) -> Vitrine:
    """Products of one photo, and `p90` that is shown as a red shirt and as a blue shoe."""
    shown = [record(0)["photos"][0], record(1)["photos"][0]]
    accept_products(v, [*(record(i) for i in range(PRODUCTS)), record(90, photos=shown)])
    index_all(v)
    return v


def asked(v: Vitrine, query: SearchQuery) -> dict[str, Hit]:
    return {hit.product_id: hit for hit in search(v, query).hits}


def test_the_nearest_photo_counts_beside_the_mean_of_all(shop: Vitrine) -> None:
    hits = asked(shop, SearchQuery(images=(Example(photo("blue", "shoe", seed=1)),), limit=50, cutoff="off"))
    found = hits["p90"]
    assert found.signals["photos"] == pytest.approx(1.0, abs=0.01)
    assert found.signals["image"] < 0.95
    assert found.score == pytest.approx((found.signals["photos"] + found.signals["image"]) / 2, abs=1e-4)
    assert all(np.isnan(hit.signals["photos"]) for name, hit in hits.items() if name != "p90")
    assert hits["p1"].score == pytest.approx(hits["p1"].signals["image"])


def test_what_is_not_wanted_is_compared_photo_by_photo_as_well(shop: Vitrine) -> None:
    shoe, shirt = Example(photo("blue", "shoe", seed=1)), Example(photo("red", "shirt", seed=0))
    found = asked(shop, SearchQuery(images=(shoe,), unlike=(shirt,), limit=50, cutoff="off"))["p90"]
    assert found.signals["away_image"] < found.signals["image"]
    assert found.score == pytest.approx((found.signals["photos"] + found.signals["away_image"]) / 2, abs=1e-4)


@pytest.mark.parametrize(
    "query",
    [
        SearchQuery(text="blue shoe"),
        SearchQuery(text="blue shoe", images=(Example(photo("blue", "shoe", seed=1)),)),
        SearchQuery(images=(Example(product_id="p1"),)),
    ],
    ids=["words", "words and a photo", "a product"],
)
def test_only_photos_by_themselves_are_compared_so(shop: Vitrine, query: SearchQuery) -> None:
    assert all("photos" not in hit.signals for hit in search(shop, query).hits)


def test_where_no_product_has_several_photos_nothing_is_added(v: Vitrine) -> None:
    accept_products(v, [record(i) for i in range(3)])
    index_all(v)
    (first, *_) = search(v, SearchQuery(images=(Example(photo("blue", "shoe", seed=1)),))).hits
    assert set(first.signals) == {"image", "standing"}
