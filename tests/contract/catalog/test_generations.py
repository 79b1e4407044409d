from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.opening import Catalog
from core.errors import Conflict, NotFound
from core.generations import Generation, View
from core.indexing import CollectionStatus, Failure
from tests.contract.catalog.databases import Clock
from tests.contract.catalog.examples import generation, index_all, product, products, serve

FULL = Generation(
    "2026-11",
    "default",
    (
        View("image", "image", 512, "pocket", frozenset({"text", "photo"})),
        View("lexical", "lexical", 0, "", frozenset({"text"})),
    ),
    calibration={"image": [0.1, 0.9], "cut": {"at": 0.3}},
    ranker="r1",
)


def test_a_generation_comes_back_as_it_was_added(catalog: Catalog) -> None:
    catalog.generations.add(FULL)
    assert catalog.generations.get(FULL.id) == FULL
    assert catalog.generations.live() == [FULL]
    assert catalog.generations.serving() is None
    catalog.generations.serve(FULL.id)
    assert catalog.generations.serving() == FULL


def test_adding_one_twice_or_for_another_shop_is_a_conflict(catalog: Catalog) -> None:
    catalog.generations.add(generation())
    with pytest.raises(Conflict, match="already"):
        catalog.generations.add(generation())
    with pytest.raises(Conflict, match="'other'"):
        catalog.generations.add(Generation("g2", "other", ()))


def test_an_unknown_generation_is_not_found(catalog: Catalog) -> None:
    for call in (
        lambda: catalog.generations.get("x"),
        lambda: catalog.generations.serve("x"),
        lambda: catalog.generations.set_status("x", "ready"),
        lambda: catalog.generations.write_seq("x"),
        lambda: catalog.generations.reconcile("x", CollectionStatus("e", 0)),
    ):
        with pytest.raises(NotFound, match="'x'"):
            call()


def test_another_encoder_of_a_view_queues_every_product_once(catalog: Catalog) -> None:
    catalog.generations.add(FULL)
    catalog.products.store(products(3), "job")
    index_all(catalog, FULL.id)
    assert catalog.generations.change_encoder(FULL.id, "lexical", "words-2-german") == 3
    assert catalog.generations.change_encoder(FULL.id, "lexical", "words-2-german") == 0
    changed = catalog.generations.get(FULL.id)
    assert [view.encoder for view in changed.views] == ["pocket", "words-2-german"]
    assert [item.needs_encoding for item in catalog.queue.claim(FULL.id, "o", 10, 60)] == [True] * 3
    with pytest.raises(NotFound, match="'x'"):
        catalog.generations.change_encoder("x", "lexical", "words-2-german")


def test_a_new_generation_queues_every_living_product(catalog: Catalog) -> None:
    catalog.products.store(products(5), "job")
    catalog.products.delete(["p00004"])
    catalog.generations.add(generation())
    assert catalog.queue.progress("g1").pending == 4


def test_serving_changes_at_once_and_back(catalog: Catalog) -> None:
    for name in ("g1", "g2"):
        catalog.generations.add(generation(name))
    for name in ("g1", "g2", "g1"):
        catalog.generations.serve(name)
        serving = catalog.generations.serving()
        assert serving is not None
        assert serving.id == name


def test_which_one_served_before_is_known(catalog: Catalog) -> None:
    for name in ("a", "b", "c"):
        catalog.generations.add(generation(name))
    assert catalog.generations.served_before() == ""
    for name, before in (("a", ""), ("b", "a"), ("b", "a"), ("a", "b"), ("c", "a")):
        catalog.generations.serve(name)
        assert catalog.generations.served_before() == before


def test_the_serving_generation_cannot_retire_and_a_retired_one_cannot_serve(catalog: Catalog) -> None:
    serve(catalog)
    with pytest.raises(Conflict, match="serves"):
        catalog.generations.set_status("g1", "retired")
    catalog.generations.add(generation("g2"))
    catalog.generations.set_status("g2", "retired")
    with pytest.raises(Conflict, match="retired"):
        catalog.generations.serve("g2")
    with pytest.raises(Conflict, match="'done'"):
        catalog.generations.set_status("g1", "done")


def test_a_retired_generation_gets_no_work_until_it_is_built_again(catalog: Catalog) -> None:
    serve(catalog)
    catalog.generations.add(generation("g2"))
    catalog.products.store(products(3), "job")
    catalog.generations.set_status("g2", "retired")
    catalog.products.store([product("p00000", price=1.0)], "job")
    assert catalog.queue.progress("g2").waiting == 0
    assert [live.id for live in catalog.generations.live()] == ["g1"]
    catalog.generations.set_status("g2", "building")
    assert catalog.queue.progress("g2").pending == 3


def test_write_numbers_grow_with_every_completed_batch(catalog: Catalog) -> None:
    serve(catalog)
    assert catalog.generations.write_seq("g1") == 0
    catalog.products.store(products(2), "job")
    for expected in (1, 2):
        catalog.queue.complete("g1", "w", catalog.queue.claim("g1", "w", 1, 60), "")
        assert catalog.generations.write_seq("g1") == expected


def unflushed(catalog: Catalog) -> None:
    """Two products flushed, two not, one of the latter changed since, under epoch e1."""
    serve(catalog)
    catalog.generations.reconcile("g1", CollectionStatus("e1", 0))
    catalog.products.store(products(2), "job")
    index_all(catalog, epoch="e1")
    catalog.generations.set_flushed("g1", catalog.generations.write_seq("g1"))
    catalog.products.store(products(2, "q"), "job")
    index_all(catalog, epoch="e1")
    catalog.products.store([product("q00001", price=1.0)], "job")


def test_after_an_unclean_end_what_was_not_flushed_is_encoded_again(catalog: Catalog) -> None:
    unflushed(catalog)
    assert catalog.generations.reconcile("g1", CollectionStatus("e2", 2, lost_unflushed=True)) == 1
    items = catalog.queue.claim("g1", "w", 10, 60)
    assert sorted((item.product_id, item.needs_encoding) for item in items) == [("q00000", True), ("q00001", True)]


def test_after_a_clean_end_nothing_is_queued(catalog: Catalog) -> None:
    unflushed(catalog)
    assert catalog.generations.reconcile("g1", CollectionStatus("e2", 4)) == 0
    items = catalog.queue.claim("g1", "w", 10, 60)
    assert [(item.product_id, item.needs_encoding) for item in items] == [("q00001", False)]


def test_after_the_collection_is_lost_everything_is_encoded_again(catalog: Catalog) -> None:
    unflushed(catalog)
    catalog.queue.claim("g1", "w", 10, 60)
    assert catalog.generations.reconcile("g1", CollectionStatus("e2", 0, lost_all=True)) == 4
    items = catalog.queue.claim("g1", "v", 10, 60)
    assert [item.needs_encoding for item in items] == [True] * 4


def test_a_lost_deletion_is_done_again(catalog: Catalog) -> None:
    unflushed(catalog)
    catalog.products.delete(["p00000"])
    index_all(catalog, epoch="e1")
    assert catalog.generations.reconcile("g1", CollectionStatus("e2", 4, lost_unflushed=True)) == 3
    items = catalog.queue.claim("g1", "w", 10, 60)
    assert {item.product_id for item in items if item.product is None} == {"p00000"}


def test_what_was_given_up_stays_given_up_and_is_encoded_when_retried(catalog: Catalog) -> None:
    unflushed(catalog)
    (item,) = catalog.queue.claim("g1", "w", 10, 60)
    catalog.queue.fail("g1", "w", [Failure(item.product_id, item.version, "broken", True)], 3)
    catalog.generations.reconcile("g1", CollectionStatus("e2", 0, lost_all=True))
    assert catalog.queue.progress("g1").failed == 1
    catalog.products.retry_failed()
    assert {i.needs_encoding for i in catalog.queue.claim("g1", "w", 10, 60)} == {True}


def test_the_same_epoch_or_none_changes_nothing(catalog: Catalog) -> None:
    unflushed(catalog)
    assert catalog.generations.reconcile("g1", CollectionStatus("e1", 0, lost_all=True)) == 0
    assert catalog.generations.reconcile("g1", CollectionStatus("", 0, lost_all=True)) == 0
    assert catalog.queue.progress("g1").indexed == 3


def test_of_several_that_see_a_new_epoch_one_queues(catalog: Catalog) -> None:
    unflushed(catalog)
    lost = CollectionStatus("e2", 0, lost_all=True)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: catalog.generations.reconcile("g1", lost), range(4)))
    assert sorted(counts) == [0, 0, 0, 3]


def test_the_flush_mark_never_goes_back_and_never_passes_an_epoch(catalog: Catalog, clock: Clock) -> None:
    unflushed(catalog)
    catalog.generations.set_flushed("g1", 1)
    catalog.generations.set_flushed("g1", 0)
    catalog.generations.set_flushed("g1", 99, epoch="e0")
    assert catalog.generations.reconcile("g1", CollectionStatus("e2", 2, lost_unflushed=True)) == 1


def test_a_generation_is_forgotten_once_it_is_retired(catalog: Catalog) -> None:
    catalog.generations.add(generation("g1"))
    catalog.generations.add(generation("g2"))
    with pytest.raises(Conflict, match="not retired"):
        catalog.generations.forget("g1")
    catalog.generations.set_status("g1", "retired")
    assert [one.id for one in catalog.generations.all()] == ["g1", "g2"]
    assert [one.id for one in catalog.generations.live()] == ["g2"]
    catalog.generations.forget("g1")
    catalog.generations.forget("g1")
    assert [one.id for one in catalog.generations.all()] == ["g2"]
