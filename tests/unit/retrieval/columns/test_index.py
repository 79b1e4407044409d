"""The columns follow a real catalogue that others write to, too."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from catalog.opening import Catalog, open_catalog
from core.errors import CatalogUnavailable
from retrieval.columns.index import LOOK_EVERY_S, ColumnIndex
from retrieval.columns.table import Coded, Columns
from tests.unit.retrieval.columns.products import product


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


Open = Callable[[], Catalog]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens one more catalogue over the same database, as another process would."""
    catalogs = []

    def open_one() -> Catalog:
        catalogs.append(open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}", tmp_path))
        return catalogs[-1]

    yield open_one
    for catalog in catalogs:
        catalog.close()


def live(columns: Columns) -> list[str]:
    return sorted(columns.ids[row] for row in np.flatnonzero(columns.alive))


def test_what_others_write_is_seen_once_it_is_time_to_look(opened: Open) -> None:
    ours, theirs, clock = opened(), opened(), Clock()
    index = ColumnIndex(ours, clock)
    theirs.products.store([product("a"), product("b")], "job")
    assert live(index.current()) == ["a", "b"]
    theirs.products.delete(["a"])
    theirs.products.store([product("c")], "job")
    assert live(index.current()) == ["a", "b"]
    clock.now_s += LOOK_EVERY_S
    assert live(index.current()) == ["b", "c"]


def test_nothing_is_loaded_when_nothing_has_changed(opened: Open) -> None:
    catalog, clock = opened(), Clock()
    index = ColumnIndex(catalog, clock)
    catalog.products.store([product("a")], "job")
    first = index.current()
    clock.now_s += LOOK_EVERY_S
    catalog.products.store([product("a")], "job")
    assert index.current() is first


def test_whoever_knows_more_does_not_wait_for_the_next_look(opened: Open) -> None:
    catalog = opened()
    index = ColumnIndex(catalog, Clock())
    assert live(index.latest()) == []
    catalog.products.store([product("a")], "job")
    assert live(index.current()) == []
    assert live(index.latest()) == ["a"]


def test_a_deleted_product_that_comes_back_is_what_it_is_now(opened: Open) -> None:
    catalog = opened()
    index = ColumnIndex(catalog, Clock())
    catalog.products.store([product("a", brand="Old")], "job")
    index.latest()
    catalog.products.delete(["a"])
    assert live(index.latest()) == []
    catalog.products.store([product("a", brand="New")], "job")
    columns = index.latest()
    assert live(columns) == ["a"]
    brand = columns.by_field["brand"]
    assert isinstance(brand, Coded)
    assert [brand.vocabulary.values[code] for code in brand.cells.of(np.array([0]))[0]] == ["New"]


def test_a_database_put_back_from_a_copy_is_read_anew(opened: Open, tmp_path: Path) -> None:
    first = opened()
    first.products.store([product("a")], "job")
    first.close()
    shutil.copy(tmp_path / "catalog.db", tmp_path / "copy.db")
    catalog = opened()
    index = ColumnIndex(catalog, Clock())
    catalog.products.store([product("b")], "job")
    assert live(index.latest()) == ["a", "b"]
    catalog.close()
    for leftover in tmp_path.glob("catalog.db*"):
        leftover.unlink()
    shutil.copy(tmp_path / "copy.db", tmp_path / "catalog.db")
    index.catalog = opened()
    assert live(index.latest()) == ["a"]


def test_rows_of_deleted_products_are_dropped_when_they_are_most(opened: Open) -> None:
    catalog = opened()
    index = ColumnIndex(catalog, Clock())
    catalog.products.store([product(f"{i:05}") for i in range(2_000)], "job")
    assert index.latest().count == 2_000
    catalog.products.delete([f"{i:05}" for i in range(1_500)])
    index.latest()
    catalog.products.store([product("new")], "job")
    columns = index.latest()
    assert (columns.count, len(live(columns))) == (501, 501)


def test_whoever_comes_while_another_follows_gets_what_there_was(opened: Open) -> None:
    catalog, clock = opened(), Clock()
    index = ColumnIndex(catalog, clock)
    before = index.current()
    catalog.products.store([product("a")], "job")
    clock.now_s += LOOK_EVERY_S
    with index._lock:
        assert index.current() is before
    assert live(index.current()) == ["a"]


def test_threads_that_come_first_together_build_once(opened: Open) -> None:
    catalog = opened()
    catalog.products.store([product(str(i)) for i in range(500)], "job")
    index = ColumnIndex(catalog)
    found: list[Columns] = []
    threads = [threading.Thread(target=lambda: found.append(index.current())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(columns) for columns in found}) == 1


def test_a_catalogue_that_is_gone_says_so_and_the_next_try_may_succeed(opened: Open, tmp_path: Path) -> None:
    catalog = opened()
    catalog.products.store([product("a")], "job")
    index = ColumnIndex(catalog, Clock())
    catalog.close()
    (tmp_path / "catalog.db").rename(tmp_path / "away.db")
    (tmp_path / "catalog.db").mkdir()
    with pytest.raises(CatalogUnavailable):
        index.current()
    (tmp_path / "catalog.db").rmdir()
    (tmp_path / "away.db").rename(tmp_path / "catalog.db")
    assert live(index.current()) == ["a"]


def test_closing_ends_a_build_beside_it(opened: Open) -> None:
    catalog = opened()
    catalog.products.store([product("a")], "job")
    index = ColumnIndex(catalog)
    index.warm_up()
    index.close()
    with pytest.raises(CatalogUnavailable, match="closed"):
        ColumnIndex(catalog, _closing=index._closing).current()


def test_nothing_is_begun_that_a_closed_shop_would_wait_for(opened: Open) -> None:
    index = ColumnIndex(opened())
    index.close()
    index.warm_up()
    assert "column build" not in {thread.name for thread in threading.enumerate()}
