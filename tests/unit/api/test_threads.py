"""Work in threads keeps its deadline and its errors."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from api.threads import WorkPool
from core.errors import DeadlineExceeded


@pytest.fixture
def pool() -> Iterator[WorkPool]:
    made = WorkPool("test", 1)
    yield made
    made.close()


def test_the_result_comes_back(pool: WorkPool) -> None:
    assert asyncio.run(pool.run(lambda: 6 * 7, 30.0)) == 42


def test_a_late_answer_is_given_up(pool: WorkPool) -> None:
    release = threading.Event()
    with pytest.raises(DeadlineExceeded, match="query_deadline_s"):
        asyncio.run(pool.run(lambda: release.wait(30.0), 0.05))
    release.set()


def test_waiting_for_a_free_thread_counts_and_what_was_given_up_never_begins(pool: WorkPool) -> None:
    release, begun = threading.Event(), threading.Event()

    async def two() -> None:
        first = asyncio.ensure_future(pool.run(lambda: release.wait(30.0)))
        await asyncio.sleep(0)
        with pytest.raises(DeadlineExceeded):
            await pool.run(begun.set, 0.05)
        release.set()
        assert await first
        await pool.run(lambda: None)

    asyncio.run(two())
    assert not begun.is_set()


def test_a_timeout_inside_the_work_is_not_taken_for_the_deadline(pool: WorkPool) -> None:
    def work() -> None:
        raise TimeoutError("the disk")

    with pytest.raises(TimeoutError, match="the disk"):
        asyncio.run(pool.run(work, 30.0))
