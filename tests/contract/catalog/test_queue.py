from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from catalog.opening import Catalog
from core.indexing import CollectionStatus, Failure, IndexProgress, LeasedProduct
from tests.contract.catalog.databases import Clock
from tests.contract.catalog.examples import generation, index_all, photo, product, products, serve


@pytest.fixture(autouse=True)
def _serving(catalog: Catalog) -> None:
    serve(catalog)


def claim(catalog: Catalog, owner: str = "a", limit: int = 100, lease_s: float = 60) -> list[LeasedProduct]:
    return catalog.queue.claim("g1", owner, limit, lease_s)


def state(catalog: Catalog, product_id: str = "p") -> str:
    return catalog.products.get(product_id).state


def progress(catalog: Catalog) -> tuple[int, int, int, int]:
    now = catalog.queue.progress("g1")
    return now.pending, now.leased, now.indexed, now.failed


def test_a_claim_brings_products_with_their_photos(catalog: Catalog) -> None:
    stored = product("p", photos=(photo("x"), photo("y", 1)), attributes={"sizes": (1, 2)})
    catalog.products.store([stored], "job")
    (item,) = claim(catalog)
    assert item.product is not None
    assert dataclasses.replace(item.product, created_at=None) == stored
    assert (item.version, item.needs_encoding, item.attempts) == (1, True, 0)
    assert item.encode_hash == stored.encode_hash()
    assert state(catalog) == "leased"


def test_looking_where_nothing_can_be_claimed_waits_for_no_writer(catalog: Catalog) -> None:
    catalog.products.store([product("held"), product("done")], "job")
    held, done = claim(catalog, "a")
    assert catalog.queue.complete("g1", "a", [done], "") == 1
    catalog.queue.extend("g1", "a", [held], 60)
    with ThreadPoolExecutor(1) as others, catalog._database._engine.begin() as writing:
        writing.execute(sa.text("UPDATE jobs SET open = open"))
        assert others.submit(claim, catalog, "b").result(timeout=30) == []
        assert others.submit(catalog.generations.reconcile, "g1", CollectionStatus("", 2)).result(timeout=30) == 0


def test_two_owners_never_hold_the_same_product(catalog: Catalog) -> None:
    catalog.products.store(products(10), "job")
    first = {item.product_id for item in claim(catalog, "a", 6)}
    second = {item.product_id for item in claim(catalog, "b", 6)}
    assert (len(first), len(second)) == (6, 4)
    assert not first & second
    assert claim(catalog, "c") == []
    assert progress(catalog) == (0, 10, 0, 0)


def test_what_was_stored_first_is_claimed_first(catalog: Catalog, clock: Clock) -> None:
    for name in ("z", "m", "a"):
        catalog.products.store([product(name)], "job")
        clock.advance(1)
    assert [item.product_id for item in claim(catalog, limit=2)] == ["z", "m"]


def test_a_lease_that_has_ended_goes_to_another_owner_and_counts_as_a_try(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    claim(catalog, "a", lease_s=60)
    clock.advance(60)
    assert claim(catalog, "b") == []
    clock.advance(1)
    (item,) = claim(catalog, "b")
    assert item.attempts == 1
    assert catalog.queue.complete("g1", "b", [item], "") == 1
    assert catalog.products.get("p").attempts == 0


def test_a_completed_product_is_indexed_and_waits_no_more(catalog: Catalog) -> None:
    catalog.products.store(products(3), "job")
    items = claim(catalog)
    assert catalog.queue.complete("g1", "a", items, "") == 3
    assert progress(catalog) == (0, 0, 3, 0)
    assert claim(catalog) == []
    assert catalog.queue.complete("g1", "a", [], "") == 0


def test_a_change_of_the_price_needs_no_encoding(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    index_all(catalog)
    catalog.products.store([product("p", price=5.0)], "job")
    (item,) = claim(catalog)
    assert (item.version, item.needs_encoding) == (2, False)


def test_a_change_of_the_words_needs_encoding(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    index_all(catalog)
    catalog.products.store([product("p", title="Trousers")], "job")
    (item,) = claim(catalog)
    assert item.needs_encoding


def test_a_completion_of_an_older_version_counts_for_nothing(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    old = claim(catalog)
    catalog.products.store([product("p", price=5.0)], "job")
    assert catalog.queue.complete("g1", "a", old, "") == 0
    (item,) = claim(catalog)
    assert (item.version, item.needs_encoding) == (2, True)


def test_words_that_go_back_while_they_are_encoded_are_encoded_again(catalog: Catalog) -> None:
    catalog.products.store([product("p", title="One")], "job")
    index_all(catalog)
    catalog.products.store([product("p", title="Two")], "job")
    claim(catalog)
    catalog.products.store([product("p", title="One")], "job")
    (item,) = claim(catalog, "b")
    assert item.needs_encoding, "the first worker may have written the vectors of Two"


def test_a_late_completion_of_what_another_owner_has_indexed_queues_it_again(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    late = claim(catalog, "a", lease_s=1)
    clock.advance(2)
    catalog.queue.complete("g1", "b", claim(catalog, "b"), "")
    assert state(catalog) == "indexed"
    assert catalog.queue.complete("g1", "a", late, "") == 0
    assert state(catalog) == "pending"


def test_a_late_completion_leaves_the_lease_of_the_same_version_alone(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    late = claim(catalog, "a", lease_s=1)
    clock.advance(2)
    current = claim(catalog, "b")
    assert catalog.queue.complete("g1", "a", late, "") == 0
    assert catalog.queue.complete("g1", "b", current, "") == 1


def test_a_late_write_of_a_deleted_product_deletes_it_again(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    late = claim(catalog, "a", lease_s=1)
    catalog.products.delete(["p"])
    (tombstone,) = claim(catalog, "b")
    assert tombstone.product is None
    assert not tombstone.needs_encoding
    assert catalog.queue.complete("g1", "b", [tombstone], "") == 1
    assert catalog.queue.complete("g1", "a", late, "") == 0
    (again,) = claim(catalog, "b")
    assert (again.product_id, again.product) == ("p", None)


def test_a_late_write_breaks_the_lease_of_the_one_who_is_deleting(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    late = claim(catalog, "a")
    catalog.products.delete(["p"])
    deleting = claim(catalog, "b")
    assert catalog.queue.complete("g1", "a", late, "") == 0
    assert catalog.queue.complete("g1", "b", deleting, "") == 0
    assert [item.product for item in claim(catalog, "c")] == [None]


def test_a_late_deletion_of_a_product_that_came_back_encodes_it_again(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    index_all(catalog)
    catalog.products.delete(["p"])
    late = claim(catalog, "a")
    catalog.products.store([product("p")], "job")
    back = claim(catalog, "b")
    assert back[0].needs_encoding
    assert catalog.queue.complete("g1", "b", back, "") == 1
    assert catalog.queue.complete("g1", "a", late, "") == 0
    (item,) = claim(catalog, "b")
    assert item.needs_encoding
    assert item.product is not None


def test_confirmed_deletions_count_nowhere_in_the_progress(catalog: Catalog) -> None:
    catalog.products.store(products(3), "job")
    index_all(catalog)
    catalog.products.delete(["p00000"])
    assert progress(catalog) == (1, 0, 2, 0)
    index_all(catalog)
    assert progress(catalog) == (0, 0, 2, 0)


def test_extending_holds_what_is_still_ours_and_names_it(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store(products(3), "job")
    items = claim(catalog, "a", lease_s=10)
    catalog.products.store([product("p00001", price=1.0)], "job")
    assert catalog.queue.extend("g1", "b", items, 100) == set()
    assert catalog.queue.extend("g1", "a", items, 100) == {"p00000", "p00002"}
    clock.advance(50)
    assert [item.product_id for item in claim(catalog, "b")] == ["p00001"]


def test_a_completion_under_another_epoch_counts_for_nothing(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    catalog.generations.reconcile("g1", CollectionStatus("e1", 0))
    items = claim(catalog)
    catalog.generations.reconcile("g1", CollectionStatus("e2", 0))
    assert catalog.queue.complete("g1", "a", items, "e1") == 0
    assert state(catalog) == "pending"
    assert index_all(catalog, epoch="e2") == 1


def test_failures_are_tried_again_after_growing_pauses_and_then_given_up(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    pauses = []
    for attempt in range(3):
        (item,) = claim(catalog)
        assert item.attempts == attempt
        assert catalog.queue.fail("g1", "a", [Failure("p", item.version, f"reason {attempt}", False)], 3) == 1
        waited = 0
        while state(catalog) == "pending" and not (again := claim(catalog, "probe")):
            clock.advance(1)
            waited += 1
        if state(catalog) == "leased":
            catalog.queue.release("g1", "probe")
            assert again[0].attempts == attempt + 1
        pauses.append(waited)
    assert pauses == [2, 4, 0]
    found = catalog.products.get("p")
    assert (found.state, found.attempts, found.error) == ("failed", 3, "reason 2")
    assert progress(catalog) == (0, 0, 0, 1)


def test_a_permanent_failure_is_given_up_at_once(catalog: Catalog) -> None:
    catalog.products.store([product("p")], "job")
    (item,) = claim(catalog)
    assert catalog.queue.fail("g1", "a", [Failure("p", item.version, "x" * 5000, True)], 3) == 1
    found = catalog.products.get("p")
    assert found.state == "failed"
    assert len(found.error or "") == 2000


def test_a_failure_of_a_lost_lease_or_an_old_version_counts_for_nothing(catalog: Catalog) -> None:
    catalog.products.store(products(2), "job")
    first, second = claim(catalog, "a")
    catalog.products.store([product("p00000", price=1.0)], "job")
    failures = [Failure(item.product_id, item.version, "late", True) for item in (first, second)]
    assert catalog.queue.fail("g1", "b", failures, 3) == 0
    assert catalog.queue.fail("g1", "a", failures, 3) == 1
    assert (state(catalog, "p00000"), state(catalog, "p00001")) == ("pending", "failed")


def test_release_gives_everything_of_one_owner_back_at_once(catalog: Catalog) -> None:
    catalog.products.store(products(4), "job")
    claim(catalog, "a", 3)
    claim(catalog, "b", 1)
    assert catalog.queue.release("g1", "a") == 3
    assert progress(catalog) == (3, 1, 0, 0)
    assert {item.attempts for item in claim(catalog, "c")} == {0}


def test_every_generation_has_its_own_queue(catalog: Catalog) -> None:
    catalog.products.store(products(2), "job")
    index_all(catalog)
    catalog.generations.add(generation("g2"))
    assert catalog.queue.progress("g1") == IndexProgress(0, 0, 2, 0)
    assert catalog.queue.progress("g2") == IndexProgress(2, 0, 0, 0)
    catalog.products.store([product("p00000", price=1.0)], "job")
    assert [item.needs_encoding for item in claim(catalog)] == [False]
    assert {item.needs_encoding for item in catalog.queue.claim("g2", "a", 10, 60)} == {True}


def test_a_deleted_product_is_forgotten_after_the_grace_when_every_generation_confirmed(
    catalog: Catalog, clock: Clock
) -> None:
    catalog.generations.add(generation("g2"))
    catalog.products.store(products(2), "job")
    for name in ("g1", "g2"):
        index_all(catalog, name)
    catalog.products.delete(["p00000"])
    index_all(catalog, "g1")
    clock.advance(3601)
    assert catalog.queue.purge() == 0
    index_all(catalog, "g2")
    assert catalog.queue.purge() == 1
    assert catalog.products.count() == 1
    catalog.products.store([product("p00000")], "job")
    assert catalog.products.get("p00000").version == 1


def test_a_deletion_is_not_forgotten_before_the_grace_or_before_it_is_flushed(catalog: Catalog, clock: Clock) -> None:
    catalog.generations.reconcile("g1", CollectionStatus("e1", 0))
    catalog.products.store([product("p")], "job")
    index_all(catalog, epoch="e1")
    catalog.products.delete(["p"])
    index_all(catalog, epoch="e1")
    catalog.generations.set_flushed("g1", catalog.generations.write_seq("g1") - 1)
    clock.advance(3601)
    assert catalog.queue.purge() == 0
    catalog.generations.set_flushed("g1", catalog.generations.write_seq("g1"))
    clock.advance(-3600)
    assert catalog.queue.purge() == 0
    clock.advance(3600)
    assert catalog.queue.purge() == 1


def test_a_late_write_after_the_product_was_forgotten_harms_nothing(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store([product("p")], "job")
    late = claim(catalog, "a")
    catalog.products.delete(["p"])
    index_all(catalog)
    clock.advance(3601)
    assert catalog.queue.purge() == 1
    assert catalog.queue.complete("g1", "a", late, "") == 0
    assert catalog.queue.extend("g1", "a", late, 10) == set()
    assert catalog.queue.fail("g1", "a", [Failure("p", 1, "late", False)], 3) == 0


def test_claims_larger_than_one_statement_work(catalog: Catalog) -> None:
    catalog.products.store(products(1_300), "job")
    items = claim(catalog, limit=2_000)
    assert len(items) == 1_300
    assert len(catalog.queue.extend("g1", "a", items, 60)) == 1_300
    assert catalog.queue.complete("g1", "a", items, "") == 1_300
