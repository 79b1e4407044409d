from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.opening import Catalog, open_catalog
from core.errors import Conflict, NotFound
from core.indexing import Failure
from core.products import Photo, Product
from tests.contract.catalog.databases import Clock
from tests.contract.catalog.examples import index_all, photo, product, products, serve

FULL = Product(
    id="ß/1 ☂",
    title="Regenschirm “Größe L”",
    description="Zwei\nZeilen, 100 % dicht",
    brand="Ånd",
    category="Schirme",
    price=19.99,
    currency="EUR",
    url="https://shop.example/1?a=b&c=%20",
    photos=(photo("first"), photo("second", 1)),
    attributes={"colour": "blue", "sizes": (38, 40.5), "organic": True, "tags": ("a", "b"), "weight_g": 400},
    group_id="g",
    available=False,
    created_at=datetime(2024, 2, 29, 12, 30, 0, 123456, tzinfo=UTC),
)


def test_a_product_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    stored = catalog.products.store([FULL], "job")
    assert (stored.accepted, stored.unchanged, stored.changed_ids) == (1, 0, (FULL.id,))
    found = catalog.products.get(FULL.id)
    assert found.product == FULL
    assert (found.version, found.state, found.error, found.attempts) == (1, "pending", None, 0)
    assert catalog.products.get_many([FULL.id, "unknown"]) == {FULL.id: FULL}


def test_storing_the_same_again_changes_nothing(catalog: Catalog) -> None:
    catalog.products.store([FULL, product("b")], "first")
    again = catalog.products.store([FULL, product("b")], "second")
    assert (again.accepted, again.unchanged, again.changed_ids) == (0, 2, ())
    assert catalog.products.get("b").version == 1


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"description": "More"},
        {"brand": "Acme"},
        {"price": None},
        {"available": False},
        {"group_id": "g"},
        {"attributes": {"colour": "red"}},
        {"photos": ()},
        {"photos": (photo("a"), photo("b", 1))},
        {"photos": (Photo(0, photo("p").digest, "another source"),)},
        {"created_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_every_change_is_a_new_version(catalog: Catalog, change: dict[str, Any]) -> None:
    before = product("p")
    catalog.products.store([before], "job")
    catalog.products.store([dataclasses.replace(before, **change)], "job")
    found = catalog.products.get("p")
    assert found.version == 2
    for name, value in change.items():
        assert getattr(found.product, name) == value


def test_of_two_with_one_id_the_last_one_counts(catalog: Catalog) -> None:
    stored = catalog.products.store([product("p", title="First"), product("p", title="Last")], "job")
    assert stored.accepted == 2
    assert catalog.products.get("p").product.title == "Last"
    assert catalog.products.get("p").version == 1


def test_a_product_without_a_date_gets_the_first_moment_and_keeps_it(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    first = catalog.products.get("p").product.created_at
    assert first == datetime.fromtimestamp(clock.now_s, UTC)
    clock.advance(3600)
    assert catalog.products.store([product("p")], "job").unchanged == 1
    catalog.products.store([product("p", price=11.0)], "job")
    found = catalog.products.get("p")
    assert found.product.created_at == first
    assert found.updated_at == datetime.fromtimestamp(clock.now_s, UTC)


def test_a_deleted_product_is_gone_everywhere(catalog: Catalog) -> None:
    catalog.products.store(products(3), "job")
    assert catalog.products.delete(["p00001", "unknown", "p00001"]) == 1
    with pytest.raises(NotFound):
        catalog.products.get("p00001")
    assert set(catalog.products.get_many(["p00000", "p00001"])) == {"p00000"}
    assert [found.product.id for found in catalog.products.page(None, 10)] == ["p00000", "p00002"]
    assert catalog.products.count() == 2
    assert catalog.products.delete(["p00001"]) == 0


def test_a_deleted_product_that_comes_back_is_a_new_version_with_its_old_date(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    first = catalog.products.get("p").product.created_at
    catalog.products.delete(["p"])
    clock.advance(60)
    assert catalog.products.store([product("p")], "job").accepted == 1
    found = catalog.products.get("p")
    assert found.version == 3
    assert found.product.created_at == first


def test_replace_counts_only_for_the_version_that_was_read(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    assert catalog.products.replace(product("p", price=1.0), 1, "patch")
    assert not catalog.products.replace(product("p", price=2.0), 1, "patch")
    assert catalog.products.get("p").product.price == 1.0
    assert catalog.products.get("p").version == 2


def test_replace_of_an_unknown_or_deleted_product_is_not_found(catalog: Catalog) -> None:
    with pytest.raises(NotFound, match="'p'"):
        catalog.products.replace(product("p"), 1, "patch")
    catalog.products.store([product("p")], "job")
    catalog.products.delete(["p"])
    with pytest.raises(NotFound):
        catalog.products.replace(product("p"), 2, "patch")


def test_pages_follow_the_ids_byte_by_byte(catalog: Catalog) -> None:
    ids = ["A", "B", "a", "b", "Ä", "z-1", "z1", "é"]
    catalog.products.store([product(product_id) for product_id in ids], "job")
    listed: list[str] = []
    after = None
    while page := catalog.products.page(after, 3):
        listed += [found.product.id for found in page]
        after = listed[-1]
    assert listed == sorted(ids, key=str.encode)


def test_attribute_kinds_are_remembered_and_contradictions_are_mixed(catalog: Catalog) -> None:
    catalog.products.store([product("a", attributes={"size": 38, "colour": "red", "new": True, "tags": ()})], "job")
    assert catalog.products.attribute_kinds() == {"size": "number", "colour": "keyword", "new": "bool"}
    catalog.products.store(
        [product("b", attributes={"size": "XL", "tags": (1, 2.5), "colour": ("red", "blue")})], "job"
    )
    catalog.products.store([product("c", attributes={"size": 40})], "job")
    kinds = {"size": "mixed", "colour": "keyword", "new": "bool", "tags": "number"}
    assert catalog.products.attribute_kinds() == kinds


def test_a_batch_that_is_refused_leaves_nothing_behind(catalog: Catalog) -> None:
    serve(catalog)
    twice = product("bad", photos=(photo("a"), photo("b")))
    with pytest.raises(Conflict):
        catalog.products.store([product("good", attributes={"x": 1}), twice], "job")
    assert catalog.products.count() == 0
    assert catalog.products.attribute_kinds() == {}
    assert catalog.queue.progress("g1").waiting == 0


def test_a_batch_may_be_larger_than_one_statement(catalog: Catalog) -> None:
    serve(catalog)
    many = products(1_200)
    assert catalog.products.store(many, "job").accepted == 1_200
    changed = [dataclasses.replace(p, photos=(photo("new"),)) for p in many]
    assert catalog.products.store(changed, "job").accepted == 1_200
    found = catalog.products.get_many([p.id for p in many])
    assert {p.photos for p in found.values()} == {(photo("new"),)}
    assert catalog.products.delete([p.id for p in many]) == 1_200
    assert catalog.products.count() == 0


def test_failures_are_listed_and_retried(catalog: Catalog, clock: Clock) -> None:
    serve(catalog)
    catalog.products.store(products(3), "job")
    items = catalog.queue.claim("g1", "w", 10, 60)
    catalog.queue.fail("g1", "w", [Failure(i.product_id, i.version, "broken photo", True) for i in items[:2]], 3)
    catalog.queue.complete("g1", "w", items[2:], "")
    listed = catalog.products.failures(10)
    assert [(f.product.id, f.state, f.error, f.attempts) for f in listed] == [
        ("p00000", "failed", "broken photo", 1),
        ("p00001", "failed", "broken photo", 1),
    ]
    assert len(catalog.products.failures(1)) == 1
    assert catalog.products.retry_failed(["p00001", "unknown"]) == 1
    assert catalog.products.retry_failed() == 1
    assert catalog.products.failures(10) == []
    assert index_all(catalog) == 2
    assert catalog.products.get("p00000").state == "indexed"
    assert catalog.products.get("p00000").error is None


def test_a_change_gives_a_failed_product_a_new_chance(catalog: Catalog) -> None:
    serve(catalog)
    catalog.products.store([product("p")], "job")
    (item,) = catalog.queue.claim("g1", "w", 10, 60)
    catalog.queue.fail("g1", "w", [Failure("p", item.version, "broken photo", True)], 3)
    catalog.products.store([product("p", photos=(photo("better"),))], "job")
    found = catalog.products.get("p")
    assert (found.state, found.error, found.attempts) == ("pending", None, 0)


def test_a_failed_product_that_is_sent_again_as_it_was_is_tried_again(catalog: Catalog) -> None:
    serve(catalog)
    both = [product("failed"), product("indexed")]
    catalog.products.store(both, "job")
    failing, fine = catalog.queue.claim("g1", "w", 10, 60)
    catalog.queue.fail("g1", "w", [Failure("failed", failing.version, "photo is gone", True)], 3)
    catalog.queue.complete("g1", "w", [fine], "")
    again = catalog.products.store(both, "again")
    assert (again.accepted, again.unchanged, again.changed_ids) == (1, 1, ("failed",))
    found = catalog.products.get("failed")
    assert (found.state, found.error, found.attempts) == ("pending", None, 0)
    assert catalog.products.get("indexed").state == "indexed"
    assert index_all(catalog) == 1
    assert catalog.products.store(both, "and again").unchanged == 2


def test_shops_in_one_database_do_not_see_each_other(catalog: Catalog, database_url: str, tmp_path: Path) -> None:
    serve(catalog)
    other = open_catalog(database_url, tmp_path, shop="other")
    try:
        catalog.products.store([product("p", attributes={"a": 1})], "job")
        other.products.store([product("p", title="Theirs", attributes={"b": 1})], "job")
        assert catalog.products.get("p").product.title == "Shirt p"
        assert other.products.get("p").product.title == "Theirs"
        assert other.products.delete(["p"]) == 1
        assert catalog.products.count() == 1
        assert catalog.products.attribute_kinds() == {"a": "number"}
        assert other.generations.serving() is None
        assert other.database_id == catalog.database_id
    finally:
        other.close()


def test_moments_of_other_zones_come_back_as_the_same_moment(catalog: Catalog) -> None:
    moment = datetime(2024, 1, 1, 1, 0, tzinfo=UTC) - timedelta(microseconds=1)
    catalog.products.store([product("p", created_at=moment)], "job")
    assert catalog.products.get("p").product.created_at == moment
