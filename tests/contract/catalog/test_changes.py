from __future__ import annotations

import threading

from catalog.changes import ProductFacts
from catalog.opening import Catalog
from tests.contract.catalog.examples import product, products


def read(catalog: Catalog, since: int | None) -> tuple[int, dict[str, ProductFacts]]:
    with catalog.changes.since(since) as (latest, parts):
        return latest, {facts.id: facts for part in parts for facts in part}


def test_a_new_shop_has_no_change(catalog: Catalog) -> None:
    assert read(catalog, None) == (0, {})


def test_every_batch_that_changes_something_has_the_next_number(catalog: Catalog) -> None:
    catalog.products.store(products(3), "job")
    first = catalog.changes.latest()
    catalog.products.store(products(3), "job")
    assert catalog.changes.latest() == first
    catalog.products.store([product("p00001", price=11.0)], "job")
    catalog.products.delete(["p00000"])
    catalog.products.delete(["p00000", "unknown"])
    assert catalog.changes.latest() == first + 2


def test_only_what_changed_since_is_read_with_deletions_said(catalog: Catalog) -> None:
    catalog.products.store(products(3), "job")
    before, everything = read(catalog, None)
    catalog.products.store([product("p00001", price=11.0, attributes={"sizes": (1, 2)})], "job")
    catalog.products.delete(["p00000"])
    after, changed = read(catalog, before)
    assert sorted(everything) == ["p00000", "p00001", "p00002"]
    assert (changed["p00001"].price, changed["p00001"].attributes) == (11.0, {"sizes": [1, 2]})
    assert [facts.id for facts in changed.values() if facts.deleted] == ["p00000"]
    assert len(changed) == 2
    assert read(catalog, after) == (after, {})
    assert sorted(read(catalog, None)[1]) == ["p00001", "p00002"]


def test_writers_at_once_leave_no_change_out(catalog: Catalog) -> None:
    def write(prefix: str) -> None:
        for i in range(5):
            catalog.products.store([product(f"{prefix}{i}")], "job")

    writers = [threading.Thread(target=write, args=(prefix,)) for prefix in "abcd"]
    for writer in writers:
        writer.start()
    seen: set[str] = set()
    latest = 0
    while len(seen) < 20 and (latest < 20 or any(writer.is_alive() for writer in writers)):
        latest, changed = read(catalog, latest)
        seen |= changed.keys()
    for writer in writers:
        writer.join()
    assert seen == {f"{prefix}{i}" for prefix in "abcd" for i in range(5)}
    assert catalog.changes.latest() == 20
