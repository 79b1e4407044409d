"""Several real processes on one database, some of them killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from catalog.opening import Catalog
from tests.contract.catalog.databases import Clock
from tests.contract.catalog.examples import generation, index_all, products, serve
from tests.contract.catalog.process import BATCH

ROOT = Path(__file__).parents[3]


def start(task: str, url: str, folder: Path, name: str = "-", count: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.contract.catalog.process", task, url, str(folder), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outcome(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split()


def test_four_processes_write_at_once_and_none_is_turned_away(
    catalog: Catalog, database_url: str, tmp_path: Path
) -> None:
    serve(catalog)
    writers = [start("store", database_url, tmp_path, f"w{i}", 12) for i in range(4)]
    for writer in writers:
        assert len(outcome(writer)) == 12
    assert catalog.products.count() == 4 * 12 * BATCH
    assert catalog.queue.progress("g1").pending == 4 * 12 * BATCH


def test_processes_that_index_side_by_side_count_every_product_once(
    catalog: Catalog, database_url: str, tmp_path: Path
) -> None:
    serve(catalog)
    catalog.products.store(products(1_000), "job")
    workers = [start("index", database_url, tmp_path, f"w{i}", 40) for i in range(3)]
    counted = [int(outcome(worker)[0]) for worker in workers]
    assert sum(counted) == 1_000
    assert catalog.queue.progress("g1").indexed == 1_000


@pytest.mark.parametrize("acknowledged_before_the_kill", [1, 3, 6])
def test_a_killed_writer_leaves_whole_batches_and_every_acknowledged_one(
    catalog: Catalog, clock: Clock, database_url: str, tmp_path: Path, acknowledged_before_the_kill: int
) -> None:
    serve(catalog)
    writer = start("store", database_url, tmp_path, "w", 500)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(acknowledged_before_the_kill)]
    writer.kill()
    out, _ = writer.communicate()
    acknowledged += [int(line) for line in out.split()]

    stored = catalog.products.page(None, 100_000)
    batches = Counter(found.product.id.split("-")[1] for found in stored)
    assert set(batches.values()) == {BATCH}
    assert {f"{number:04}" for number in acknowledged} <= set(batches)
    assert all(len(found.product.photos) == 1 for found in stored)
    assert catalog.queue.progress("g1").pending == len(stored)
    assert catalog.products.store(products(3, "after"), "job").accepted == 3
    # The writer went by the real time, in which its products have just been queued.
    clock.now_s = time.time() + 60
    assert index_all(catalog) == len(stored) + 3


def test_a_product_stored_while_a_generation_is_added_is_never_missed(
    catalog: Catalog, database_url: str, tmp_path: Path
) -> None:
    writer = start("store", database_url, tmp_path, "w", 30)
    assert writer.stdout is not None
    for number in range(1, 5):
        writer.stdout.readline()
        catalog.generations.add(generation(f"g{number}"))
    outcome(writer)
    for number in range(1, 5):
        assert catalog.queue.progress(f"g{number}").pending == 30 * BATCH
