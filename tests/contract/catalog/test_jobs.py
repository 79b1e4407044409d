from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog.opening import Catalog
from core.errors import CatalogUnavailable, Conflict, NotFound
from core.indexing import Failure, IndexProgress
from core.jobs import Rejection
from tests.contract.catalog.databases import Clock
from tests.contract.catalog.examples import index_all, product, products, serve


def rejection(index: int) -> Rejection:
    return Rejection(index, f"id{index}", "price", "-1", "must be at least 0")


def test_a_job_adds_up_what_became_of_its_batches(catalog: Catalog, clock: Clock) -> None:
    job_id = catalog.jobs.open("import")
    catalog.jobs.record(job_id, 3, 1, [rejection(7)])
    catalog.jobs.record(job_id, 2, 0, [rejection(9)])
    job = catalog.jobs.get(job_id)
    assert (job.id, job.kind, job.open) == (job_id, "import", True)
    assert job.created_at == datetime.fromtimestamp(clock.now_s, UTC)
    assert (job.accepted, job.unchanged, job.rejected) == (5, 1, 2)
    assert job.rejections == (rejection(7), rejection(9))


def test_the_first_thousand_rejections_are_kept_and_all_are_counted(catalog: Catalog) -> None:
    job_id = catalog.jobs.open("import")
    for start in (0, 600, 1200):
        catalog.jobs.record(job_id, 0, 0, [rejection(i) for i in range(start, start + 600)])
    job = catalog.jobs.get(job_id)
    assert job.rejected == 1_800
    assert [kept.index for kept in job.rejections] == list(range(1_000))


def test_an_unknown_job_is_not_found(catalog: Catalog) -> None:
    for call in (
        lambda: catalog.jobs.get("x"),
        lambda: catalog.jobs.close("x"),
        lambda: catalog.jobs.record("x", 1, 0, []),
    ):
        with pytest.raises(NotFound, match="'x'"):
            call()


def test_a_job_is_done_when_it_is_closed_and_nothing_of_it_waits(catalog: Catalog) -> None:
    serve(catalog)
    job_id = catalog.jobs.open("import")
    catalog.products.store(products(4), job_id)
    assert catalog.jobs.get(job_id).progress == IndexProgress(4, 0, 0, 0)
    first, second, *_ = catalog.queue.claim("g1", "w", 3, 60)
    catalog.queue.complete("g1", "w", [first], "")
    catalog.queue.fail("g1", "w", [Failure(second.product_id, second.version, "broken", True)], 3)
    assert catalog.jobs.get(job_id).progress == IndexProgress(1, 1, 1, 1)
    catalog.queue.release("g1", "w")
    index_all(catalog)
    assert not catalog.jobs.get(job_id).done
    catalog.jobs.close(job_id)
    assert catalog.jobs.get(job_id).done


def test_progress_follows_the_job_that_changed_a_product_last(catalog: Catalog) -> None:
    serve(catalog)
    first, second = catalog.jobs.open("import"), catalog.jobs.open("products")
    catalog.products.store(products(3), first)
    catalog.products.store([product("p00000", price=1.0), product("p00001")], second)
    assert catalog.jobs.get(first).progress.pending == 2
    assert catalog.jobs.get(second).progress.pending == 1
    catalog.products.delete(["p00001"])
    assert catalog.jobs.get(first).progress.pending == 1


def test_without_a_serving_generation_everything_waits(catalog: Catalog) -> None:
    job_id = catalog.jobs.open("import")
    catalog.products.store(products(2), job_id)
    assert catalog.jobs.get(job_id).progress == IndexProgress(2, 0, 0, 0)


def test_an_id_seen_before_is_named_with_its_first_line(catalog: Catalog) -> None:
    job_id = catalog.jobs.open("import")
    assert catalog.jobs.first_seen(job_id, [("a", 2), ("b", 3), ("a", 4)]) == {"a": 2}
    assert catalog.jobs.first_seen(job_id, [("b", 5), ("c", 6), ("b", 7)]) == {"b": 3}
    assert catalog.jobs.first_seen(job_id, [("c", 6)]) == {}
    other = catalog.jobs.open("import")
    assert catalog.jobs.first_seen(other, [("a", 2)]) == {}


def test_many_ids_in_one_call_are_all_noted(catalog: Catalog) -> None:
    job_id = catalog.jobs.open("import")
    many = [(f"id{i}", i) for i in range(1_300)]
    assert catalog.jobs.first_seen(job_id, many) == {}
    assert catalog.jobs.first_seen(job_id, [(name, line + 5_000) for name, line in many]) == dict(many)


def test_seeing_an_id_in_an_unknown_job_is_refused(catalog: Catalog) -> None:
    with pytest.raises((Conflict, CatalogUnavailable)):
        catalog.jobs.first_seen("x", [("a", 1)])


def test_what_an_import_has_not_seen_can_be_deleted_in_pieces(catalog: Catalog) -> None:
    catalog.products.store(products(10), "before")
    catalog.products.delete(["p00009"])
    job_id = catalog.jobs.open("import")
    catalog.jobs.first_seen(job_id, [("p00000", 2), ("p00005", 3), ("new", 4)])
    assert catalog.jobs.missing_count(job_id) == 7
    deleted: list[str] = []
    while missing := catalog.jobs.missing(job_id, 3):
        catalog.products.delete(missing)
        deleted += missing
    assert deleted == ["p00001", "p00002", "p00003", "p00004", "p00006", "p00007", "p00008"]
    assert catalog.products.count() == 2


def test_a_closed_import_forgets_what_it_has_seen(catalog: Catalog) -> None:
    catalog.products.store(products(1), "before")
    job_id = catalog.jobs.open("import")
    catalog.jobs.first_seen(job_id, [("p00000", 2)])
    assert catalog.jobs.missing_count(job_id) == 0
    catalog.jobs.close(job_id)
    assert catalog.jobs.missing_count(job_id) == 1


def test_an_import_that_was_never_closed_is_forgotten_after_a_week(catalog: Catalog, clock: Clock) -> None:
    catalog.products.store(products(1), "before")
    job_id = catalog.jobs.open("import")
    catalog.jobs.first_seen(job_id, [("p00000", 2)])
    catalog.queue.purge()
    assert catalog.jobs.missing_count(job_id) == 0
    clock.advance(8 * 24 * 3600)
    catalog.queue.purge()
    assert catalog.jobs.missing_count(job_id) == 1
