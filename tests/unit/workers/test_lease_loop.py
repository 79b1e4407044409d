"""The lease loop over a real database and a real engine."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core.errors import CatalogUnavailable, EncoderUnavailable, StoreUnavailable
from core.generations import BUILDING, IMAGE, Generation, View
from core.incoming import IncomingPhoto
from core.indexing import FAILED, INDEXED
from retrieval import indexing
from retrieval.accepting import accept_products
from retrieval.indexing import EncodedBatch, PreparedBatch
from retrieval.wiring import Vitrine, flush, serving_generation
from tests.shop import photo
from tests.unit.workers.conftest import words
from workers import lease_loop
from workers.lease_loop import LoopReport, run

ENCODE, COMPLETE = "encode", "complete"


def _until_settled(v: Vitrine) -> LoopReport:
    return run(v, threading.Event(), until=lambda: v.catalog.queue.progress("g1").waiting == 0)


def _states(v: Vitrine) -> dict[str, str]:
    return {stored.product.id: stored.state for stored in v.catalog.products.page(None, 1000)}


def _ids(batch: PreparedBatch | EncodedBatch) -> set[str]:
    items = batch.items if isinstance(batch, PreparedBatch) else batch.wanted
    return {item.product_id for item in items}


def _breaking(stage: str, error: BaseException, breaks: Callable[[set[str]], bool]) -> Callable[..., Any]:
    """A stage of indexing that fails for some batches; its last argument is the batch."""
    works = getattr(indexing, stage)

    def breaking(*arguments: Any) -> Any:
        if breaks(_ids(arguments[-1])):
            raise error
        return works(*arguments)

    return breaking


def test_everything_that_waits_is_indexed(v: Vitrine) -> None:
    accept_products(v, words(30))
    report = _until_settled(v)
    assert report.indexed == 30
    assert report.failed == report.lost == 0
    assert v.store.count("g1") == 30
    assert set(_states(v).values()) == {INDEXED}


def test_batches_are_reported_as_they_are_done(v: Vitrine) -> None:
    accept_products(v, words(20))
    seen: list[int] = []
    run(
        v,
        threading.Event(),
        on_batch=lambda batch: seen.append(batch.indexed),
        until=lambda: v.catalog.queue.progress("g1").waiting == 0,
    )
    assert sum(seen) == 20
    assert max(seen) <= v.settings.claim_batch


def test_a_deleted_product_leaves_the_index(v: Vitrine) -> None:
    accept_products(v, words(5))
    _until_settled(v)
    v.catalog.products.delete(["p03"])
    _until_settled(v)
    assert set(v.store.retrieve("g1", [f"p{n:02d}" for n in range(5)])) == {"p00", "p01", "p02", "p04"}


def test_every_live_generation_is_kept_up_to_date(v: Vitrine) -> None:
    accept_products(v, words(5))
    v.catalog.generations.add(Generation("g2", v.catalog.shop, serving_generation(v).views, status=BUILDING))
    run(v, threading.Event(), until=lambda: all(v.catalog.queue.progress(g).waiting == 0 for g in ("g1", "g2")))
    assert v.store.count("g1") == v.store.count("g2") == 5


def test_work_that_comes_later_is_found_without_a_message(v: Vitrine) -> None:
    stop = threading.Event()
    loop = threading.Thread(target=run, args=(v, stop))
    loop.start()
    try:
        for start in (0, 10):
            accept_products(v, words(20)[start : start + 10])
            while v.catalog.queue.progress("g1").indexed < start + 10:
                threading.Event().wait(0.02)
    finally:
        stop.set()
        loop.join()
    assert set(_states(v).values()) == {INDEXED}


@pytest.mark.parametrize("stage", [ENCODE, COMPLETE])
def test_a_product_that_breaks_its_batch_fails_alone(
    v: Vitrine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stage: str
) -> None:
    monkeypatch.setattr(lease_loop, stage, _breaking(stage, ValueError("boom"), lambda ids: "p05" in ids))
    accept_products(v, words(12))
    with caplog.at_level(logging.ERROR):
        run(v, threading.Event(), until=lambda: v.catalog.queue.progress("g1").indexed == 11)
    stored = v.catalog.products.get("p05")
    assert (stored.attempts, stored.error) == (1, "boom")
    assert "product 'p05' cannot be indexed" in caplog.text
    assert "Traceback" in caplog.text


def test_a_damaged_photo_fails_its_product_and_stops_no_other(v: Vitrine) -> None:
    seen = View(IMAGE, IMAGE, 4, v.settings.encoder, frozenset())
    v.catalog.generations.add(Generation("g2", v.catalog.shop, (seen,), status=BUILDING))
    accept_products(v, [words(1)[0] | {"photos": [IncomingPhoto(photo(), "drawn")]}, *words(5)[1:]])
    (stored,) = (path for path in (v.settings.data_dir / "photos").rglob("*") if path.is_file())
    stored.write_bytes(b"x" * stored.stat().st_size)

    def tried() -> bool:
        progress = v.catalog.queue.progress("g2")
        return progress.indexed == 4 and progress.leased == 0 and progress.pending == 1

    run(v, threading.Event(), until=tried)
    with pytest.raises(CatalogUnavailable, match="damaged"):
        v.catalog.photos.get(v.catalog.products.get("p00").product.photos[0].digest)
    v.catalog.generations.serve("g2")
    assert "damaged" in (v.catalog.products.get("p00").error or "")


@pytest.mark.parametrize(
    ("stage", "away"),
    [(COMPLETE, StoreUnavailable("the store is away")), (ENCODE, EncoderUnavailable("no weights"))],
)
def test_while_a_part_is_away_no_product_uses_up_an_attempt(
    v: Vitrine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, stage: str, away: Exception
) -> None:
    answers = iter([True, True, True])
    monkeypatch.setattr(lease_loop, stage, _breaking(stage, away, lambda _: next(answers, False)))
    monkeypatch.setattr("workers.outages.PAUSE_FIRST_S", 0.01)
    accept_products(v, words(12))
    with caplog.at_level(logging.WARNING):
        _until_settled(v)
    assert set(_states(v).values()) == {INDEXED}
    assert caplog.text.count(str(away)) == 1
    assert "goes on" in caplog.text


def test_whoever_is_told_to_leave_gives_every_lease_back(v: Vitrine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_loop, ENCODE, _breaking(ENCODE, SystemExit(3), lambda _: True))
    accept_products(v, words(30))
    with pytest.raises(SystemExit):
        run(v, threading.Event())
    progress = v.catalog.queue.progress("g1")
    assert (progress.leased, progress.pending) == (0, 30)


def test_a_stop_in_the_middle_finishes_what_is_encoded_and_gives_the_next_batch_back(v: Vitrine) -> None:
    accept_products(v, words(100))
    stop = threading.Event()
    report = run(v, stop, on_batch=lambda _: stop.set())
    progress = v.catalog.queue.progress("g1")
    assert report.batches == 2
    assert (progress.leased, progress.indexed, progress.pending) == (0, report.indexed, 100 - report.indexed)


def test_a_product_that_killed_its_workers_is_given_up_and_its_neighbours_are_not(v: Vitrine) -> None:
    accept_products(v, words(1))
    for deaths in range(2 * v.settings.attempts_max):
        # A lease that has ended before it began is what a worker leaves that dies at once. The neighbours come later.
        assert v.catalog.queue.claim("g1", f"dead {deaths}", 6, -1.0)
        if deaths == v.settings.attempts_max - 2:
            accept_products(v, words(6))
    assert {item.attempts for item in v.catalog.queue.claim("g1", "dead again", 6, -1.0)} == {6, 4}
    _until_settled(v)
    assert _states(v) == {"p00": FAILED, **{f"p{number:02d}": INDEXED for number in range(1, 6)}}
    assert "workers have died" in (v.catalog.products.get("p00").error or "")


def test_a_loss_is_noted_before_the_store_takes_it_as_known(v: Vitrine, monkeypatch: pytest.MonkeyPatch) -> None:
    accept_products(v, words(3))
    _until_settled(v)
    status = v.store.status("g1")
    monkeypatch.setattr(v.store, "status", lambda _: replace(status, epoch="another engine", lost_all=True))
    flush(v, v.catalog.generations.get("g1"))
    assert v.catalog.queue.progress("g1").waiting == 3


def test_what_was_indexed_is_flushed_before_the_loop_ends(v: Vitrine) -> None:
    accept_products(v, words(10))
    _until_settled(v)
    status = v.store.status("g1")
    lost = v.catalog.generations.reconcile(
        "g1", type(status)(epoch="another engine", points=status.points, lost_unflushed=True)
    )
    assert lost == 0
