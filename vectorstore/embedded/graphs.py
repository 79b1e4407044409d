"""When graphs are built, and of which shards.

Flat search over codes takes the longer the more products there are; from some 200,000 on, graphs (HNSW) pay. Building
them takes minutes, in which the engine would answer nobody. So a child builds them on a copy, and searches and writes
go on; see docs/decisions/0017-graphs.md.
"""

from __future__ import annotations

import logging
import threading
import time

from core.errors import VitrineError
from vectorstore.embedded.builder import Builder
from vectorstore.embedded.shard import Shard

_log = logging.getLogger(__name__)

POINTS_MIN = 200_000
# So many outside the graphs cost every search a millisecond or two.
OUTSIDE_MIN = 20_000
# While products stream in there are soon enough again. A build may take a fifth of the time.
_RESTS_PER_BUILD = 4.0
_REST_MIN_S = 60.0
# What fails now, for want of space for example, fails again at once.
_REST_AFTER_FAILURE_S = 600.0


class Graphs:
    """Has graphs built for the shards that are large enough, one shard after the other, in a thread of its own.

    It does not wait for a quiet time: a busy shop has none, and the building process steps back behind everybody.

    Parameters
    ----------
    points_min: a shard of so many points gets graphs; until then the engine's own process optimizes it.
    outside_min: so many points that have been written since are worth building again.
    rest_s: nothing is built in the first seconds, because many a process serves one command and leaves; nor in so many
        after a build.
    """

    def __init__(
        self, points_min: int = POINTS_MIN, outside_min: int = OUTSIDE_MIN, rest_s: float = _REST_MIN_S
    ) -> None:
        self._points_min = points_min
        self._outside_min = outside_min
        self._thread: threading.Thread | None = None
        self._builder = Builder()
        self._rest_min_s = rest_s
        self._rest_until_s = time.monotonic() + rest_s

    def tend(self, shard: Shard) -> bool:
        """Begin to build if it is time; returns whether the shard is too large for the engine to optimize it itself."""
        if not shard.has_graphs and shard.points < self._points_min:
            return False
        due = not shard.has_graphs or shard.unoptimized_points >= self._outside_min
        if due and not self.building and time.monotonic() >= self._rest_until_s:
            self._builder = Builder()
            self._thread = threading.Thread(target=self._build, args=(shard, self._builder), name="graphs", daemon=True)
            self._thread.start()
        return True

    @property
    def building(self) -> bool:
        """Whether one is being built or put into service."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Stop what is being built, and wait for what is being put into service."""
        self._rest_until_s = float("inf")
        self._builder.stop()
        if self._thread is not None:
            self._thread.join()

    def _build(self, shard: Shard, builder: Builder) -> None:
        began_s = time.monotonic()
        rest_s = _REST_AFTER_FAILURE_S
        try:
            _log.info("building graphs of generation %s, %d points", shard.generation.id, shard.points)
            shard.rebuild(builder)
            took_s = time.monotonic() - began_s
            rest_s = max(self._rest_min_s, _RESTS_PER_BUILD * took_s)
            _log.info("generation %s is served with new graphs after %.0f s", shard.generation.id, took_s)
        except VitrineError as error:
            _log.warning("generation %s is served on without new graphs: %s", shard.generation.id, error)
        finally:
            builder.close()
            self._rest_until_s = max(self._rest_until_s, time.monotonic() + rest_s)
