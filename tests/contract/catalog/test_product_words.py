from __future__ import annotations

from catalog.opening import Catalog
from catalog.product_words import WordedProduct
from tests.contract.catalog.examples import photo, product, products


def words(catalog: Catalog) -> list[WordedProduct]:
    with catalog.words.all() as parts:
        return [worded for part in parts for worded in part]


def test_every_product_comes_once_with_its_words(catalog: Catalog) -> None:
    catalog.products.store([*products(1_200), product("x", brand="Acme", description="Soft", available=False)], "job")
    found = words(catalog)
    assert [worded.id for worded in found] == [*(f"p{i:05}" for i in range(1_200)), "x"]
    assert found[-1] == WordedProduct("x", "Shirt x", "Acme", None, "Soft", {}, False)


def test_deleted_products_have_no_words(catalog: Catalog) -> None:
    catalog.products.store([product("a"), product("b", attributes={"tags": ("x", "y")})], "job")
    catalog.products.delete(["a"])
    assert [(worded.id, worded.attributes) for worded in words(catalog)] == [("b", {"tags": ["x", "y"]})]


def test_the_photo_that_is_shown_first_is_told_by_product(catalog: Catalog) -> None:
    two = product("two", photos=(photo("first"), photo("second", 1)))
    catalog.products.store([two, product("none", photos=())], "job")
    assert catalog.words.first_photos(["two", "two", "none", "unknown"]) == {"two": photo("first").digest}
    assert catalog.words.first_photos([]) == {}
