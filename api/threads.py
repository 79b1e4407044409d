"""Blocking work beside the event loop, in pools of bounded size, with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from core.errors import DeadlineExceeded

_Result = TypeVar("_Result")


class WorkPool:
    """A fixed number of threads.

    A plain executor and not anyio's limiter, because work whose caller has given up keeps its thread here: when a part
    hangs, the pool fills up and later callers meet their deadline, instead of ever more threads being started.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"vitrine-{name}")

    async def run(self, work: Callable[[], _Result], deadline_s: float | None = None) -> _Result:
        """Do `work` in a thread and await its result; waiting for a free thread counts towards the deadline.

        Raises
        ------
        DeadlineExceeded: it takes longer. Work that has begun goes on, its result is dropped.
        """
        future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        if deadline_s is None:
            return await future
        try:
            async with asyncio.timeout(deadline_s) as limit:
                return await future
        except TimeoutError:
            if not limit.expired():
                raise
            raise DeadlineExceeded(
                f"the answer took longer than {deadline_s:g} s. Ask for less, or raise query_deadline_s"
            ) from None

    def close(self) -> None:
        """Start nothing more; what runs is not waited for."""
        self._executor.shutdown(wait=False, cancel_futures=True)
