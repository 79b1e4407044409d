"""Whatever happens in whatever order, the index ends as the catalogue is: workers that are late, stores that forget."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from catalog.opening import Catalog, open_catalog
from core.indexing import CollectionStatus, Failure, LeasedProduct
from core.products import Product
from tests.contract.catalog.databases import Clock
from tests.contract.catalog.examples import serve

IDS = st.sampled_from(["a", "b", "c"])
WORDS = st.sampled_from(["One", "Two"])
PRICES = st.sampled_from([1.0, 2.0])


@dataclass(frozen=True)
class Stored:
    """What a vector store holds of one product: the words its vectors were made of, and its payload."""

    version: int
    words: str
    price: float | None


class Store:
    """A vector store in the small, with the guards of the real one: an older version never replaces a newer."""

    def __init__(self) -> None:
        self.points: dict[str, Stored] = {}
        self.flushed: dict[str, Stored] = {}
        self.starts = 1

    @property
    def epoch(self) -> str:
        return f"e{self.starts}"

    def write(self, items: list[LeasedProduct]) -> str:
        for item in items:
            there = self.points.get(item.product_id)
            if item.product is None:
                self.points.pop(item.product_id, None)
            elif item.needs_encoding and (there is None or there.version <= item.version):
                self.points[item.product_id] = Stored(item.version, item.product.title, item.product.price)
            elif not item.needs_encoding and there is not None and there.version <= item.version:
                self.points[item.product_id] = Stored(item.version, there.words, item.product.price)
        return self.epoch

    def restart(self, *, lose_all: bool) -> CollectionStatus:
        self.starts += 1
        self.points = {} if lose_all else dict(self.flushed)
        self.flushed = dict(self.points)
        return CollectionStatus(self.epoch, len(self.points), lost_unflushed=not lose_all, lost_all=lose_all)


class Indexing(RuleBasedStateMachine):
    """Workers claim, write and report, each step at any time; products change and the store restarts in between."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        folder = Path(self.folder.name)
        self.catalog: Catalog = open_catalog(f"sqlite:///{folder / 'catalog.db'}", folder, clock=self.clock)
        serve(self.catalog)
        self.store = Store()
        self.truth: dict[str, tuple[str, float]] = {}
        self.claimed: list[tuple[str, list[LeasedProduct]]] = []
        self.written: list[tuple[str, list[LeasedProduct], str]] = []
        self.workers = 0
        self.unreconciled: list[CollectionStatus] = []
        self.reconcile_with(CollectionStatus(self.store.epoch, 0))

    @rule(product_id=IDS, words=WORDS, price=PRICES)
    def change(self, product_id: str, words: str, price: float) -> None:
        self.catalog.products.store([Product(id=product_id, title=words, price=price)], "job")
        self.truth[product_id] = (words, price)

    @rule(product_id=IDS)
    def delete(self, product_id: str) -> None:
        self.catalog.products.delete([product_id])
        self.truth.pop(product_id, None)

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.workers += 1
        owner = f"w{self.workers}"
        items = self.catalog.queue.claim("g1", owner, limit, 10)
        if items:
            self.claimed.append((owner, items))

    @precondition(lambda self: self.claimed)
    @rule(which=st.integers(0, 9))
    def write(self, which: int) -> None:
        owner, items = self.claimed.pop(which % len(self.claimed))
        self.written.append((owner, items, self.store.write(items)))

    @precondition(lambda self: self.written)
    @rule(which=st.integers(0, 9))
    def complete(self, which: int) -> None:
        owner, items, epoch = self.written.pop(which % len(self.written))
        self.catalog.queue.complete("g1", owner, items, epoch)

    @precondition(lambda self: self.claimed)
    @rule(which=st.integers(0, 9), permanent=st.booleans())
    def fail(self, which: int, permanent: bool) -> None:
        owner, items = self.claimed.pop(which % len(self.claimed))
        failures = [Failure(item.product_id, item.version, "reason", permanent) for item in items]
        self.catalog.queue.fail("g1", owner, failures, 3)

    @precondition(lambda self: self.claimed)
    @rule(which=st.integers(0, 9))
    def die_before_writing(self, which: int) -> None:
        self.claimed.pop(which % len(self.claimed))

    @rule(seconds=st.sampled_from([3, 11]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def flush(self) -> None:
        if not self.unreconciled:
            seq, epoch = self.catalog.generations.write_seq("g1"), self.store.epoch
            self.store.flushed = dict(self.store.points)
            self.catalog.generations.set_flushed("g1", seq, epoch)

    @rule(lose_all=st.booleans())
    def restart(self, lose_all: bool) -> None:
        if not self.unreconciled:
            self.unreconciled.append(self.store.restart(lose_all=lose_all))

    @precondition(lambda self: self.unreconciled)
    @rule()
    def reconcile(self) -> None:
        self.reconcile_with(self.unreconciled.pop())

    def reconcile_with(self, status: CollectionStatus) -> None:
        self.catalog.generations.reconcile("g1", status)

    @invariant()
    def nothing_that_is_gone_counts(self) -> None:
        assert self.catalog.products.count() == len(self.truth)
        assert self.catalog.queue.progress("g1").indexed <= len(self.truth)

    def teardown(self) -> None:
        """Let everything under way end, index what waits, and compare."""
        try:
            for status in self.unreconciled:
                self.reconcile_with(status)
            for owner, items, epoch in self.written:
                self.catalog.queue.complete("g1", owner, items, epoch)
            self.clock.advance(1_000)
            self.catalog.products.retry_failed()
            while items := self.catalog.queue.claim("g1", "last", 10, 10):
                self.catalog.queue.complete("g1", "last", items, self.store.write(items))
            found = {name: (point.words, point.price) for name, point in self.store.points.items()}
            assert found == self.truth
            progress = self.catalog.queue.progress("g1")
            assert (progress.waiting, progress.indexed, progress.failed) == (0, len(self.truth), 0)
        finally:
            self.catalog.close()
            self.folder.cleanup()


TestIndexing = Indexing.TestCase
TestIndexing.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
