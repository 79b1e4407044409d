"""Leases are extended while work goes on, and given back batch by batch."""

from __future__ import annotations

import threading

from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine, serving_generation
from tests.unit.workers.conftest import words
from workers.leases import Leases


def test_a_batch_that_takes_longer_than_its_lease_stays_its_workers(v: Vitrine) -> None:
    accept_products(v, words(4))
    with Leases(v.catalog.queue, "slow", lease_s=1.5) as leases:
        lease = leases.claim(serving_generation(v), 4)
        assert lease is not None
        for _ in range(8):
            threading.Event().wait(0.4)
            assert v.catalog.queue.claim("g1", "another", 4, 60.0) == []
    assert len(v.catalog.queue.claim("g1", "another", 4, 60.0)) == 4


def test_giving_one_batch_back_leaves_the_other_alone(v: Vitrine) -> None:
    accept_products(v, words(6))
    generation = serving_generation(v)
    with Leases(v.catalog.queue, "worker", lease_s=60.0) as leases:
        first, second = leases.claim(generation, 3), leases.claim(generation, 3)
        assert first is not None
        assert second is not None
        leases.release(first)
        progress = v.catalog.queue.progress("g1")
        assert (progress.pending, progress.leased) == (3, 3)
    assert v.catalog.queue.progress("g1").leased == 0


def test_an_empty_queue_gives_no_lease(v: Vitrine) -> None:
    with Leases(v.catalog.queue, "worker", lease_s=60.0) as leases:
        assert leases.claim(serving_generation(v), 3) is None
