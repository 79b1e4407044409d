"""The words of a catalogue, kept in step with what several processes store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from catalog.opening import Catalog
from core.errors import CatalogUnavailable
from core.products import Product
from retrieval.lexicon import LexiconShelf
from words.analysis import Analyzer


class Clock:
    """Moves when told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def catalog(catalog: Catalog) -> Catalog:
    catalog.products.store([Product("p1", "Blue shirt", brand="Acme", attributes={"colour": "Navy Blue"})], "job")
    return catalog


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(catalog: Catalog, clock: Clock) -> Iterator[LexiconShelf]:
    opened = LexiconShelf(catalog, Analyzer(), clock)
    yield opened
    opened.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline_s = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline_s, "it never came to hold"
        time.sleep(0.01)


def test_the_first_use_reads_the_catalogue(shelf: LexiconShelf) -> None:
    lexicon = shelf.current()
    assert lexicon.vocabulary.knows("navy")
    assert [found.text for found in lexicon.suggester.suggest("acm", 5)] == ["Acme"]
    assert shelf.current() is lexicon


def test_what_changes_is_followed_a_while_later(shelf: LexiconShelf, catalog: Catalog, clock: Clock) -> None:
    before = shelf.current()
    catalog.products.store([Product("p2", "Green mug")], "job")
    assert shelf.current() is before
    clock.now_s += 60
    assert shelf.current() is before
    until(lambda: shelf.current() is not before)
    assert shelf.current().vocabulary.knows("mug")
    catalog.products.delete(["p2"])
    clock.now_s += 120
    until(lambda: not shelf.current().vocabulary.knows("mug"))


def test_nothing_is_built_again_while_nothing_changes(shelf: LexiconShelf, clock: Clock) -> None:
    before = shelf.current()
    clock.now_s += 60
    assert shelf.current() is before
    shelf.warm_up().join()
    assert shelf.current() is before


def test_warming_up_builds_it_beforehand(shelf: LexiconShelf) -> None:
    shelf.warm_up().join()
    assert shelf.current().vocabulary.knows("shirt")


def test_products_that_cannot_be_bought_are_known_but_not_suggested(shelf: LexiconShelf, catalog: Catalog) -> None:
    catalog.products.store([Product("p3", "Wooden ladder", brand="Stiga", available=False)], "job")
    lexicon = shelf.current()
    assert lexicon.vocabulary.knows("stiga")
    assert lexicon.suggester.suggest("ladd", 5) == []


def test_a_closed_shelf_builds_no_more(catalog: Catalog) -> None:
    shelf = LexiconShelf(catalog, Analyzer())
    shelf.close()
    shelf.warm_up().join()
    with pytest.raises(CatalogUnavailable, match="closed"):
        shelf.current()
