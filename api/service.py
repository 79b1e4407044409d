"""What every handler needs, made once per application."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from litestar import Response
from litestar.enums import MediaType

from api.encoding import to_json
from api.health.readiness import Readiness
from api.metrics import Metrics
from api.products.thumbnails import Thumbnails
from api.requests import BodyDecoders
from api.threads import WorkPool
from retrieval.wiring import Vitrine

Answer = TypeVar("Answer")

# Searches wait for the encoder and the engine, which serve many at once; more threads than that wait in vain.
_QUERY_THREADS = 16
# One database writer works at a time; a second one checks its products and photos meanwhile.
_WRITE_THREADS = 4


@dataclass(frozen=True)
class Service:
    """The opened parts and the threads that use them.

    Attributes
    ----------
    wake: tells the workers, after a commit, that there is something to index.
    closing: set when the server is about to end, so that streams end by themselves.
    queries, writes, photos, health: pools apart from each other, so that an import or a page of photos delays no
        search, and health is told however busy the others are.
    """

    v: Vitrine
    wake: Callable[[], None]
    metrics: Metrics
    readiness: Readiness
    thumbnails: Thumbnails
    decoders: BodyDecoders = field(default_factory=BodyDecoders)
    closing: threading.Event = field(default_factory=threading.Event)
    queries: WorkPool = field(default_factory=lambda: WorkPool("query", _QUERY_THREADS))
    writes: WorkPool = field(default_factory=lambda: WorkPool("write", _WRITE_THREADS))
    health: WorkPool = field(default_factory=lambda: WorkPool("health", 2))
    photos: WorkPool = field(default_factory=lambda: WorkPool("photo", max(2, os.cpu_count() or 1)))

    @property
    def deadline_s(self) -> float:
        """How long an answer may take."""
        return self.v.settings.query_deadline_s

    async def read(self, work: Callable[[], Answer]) -> Response[Answer]:
        """What `work` finds, as JSON; looking and encoding are one visit to a thread.

        Raises
        ------
        DeadlineExceeded
        """
        return _json(await self.queries.run(lambda: to_json(work()), self.deadline_s))

    async def write(self, work: Callable[[], Answer]) -> Response[Answer]:
        """What `work` tells of what it has changed, as JSON; changes have no deadline."""
        return _json(await self.writes.run(lambda: to_json(work())))

    def close(self) -> None:
        """Stop the threads; the opened parts stay with whoever opened them."""
        for pool in (self.queries, self.writes, self.photos, self.health):
            pool.close()


def _json(body: Any) -> Response[Any]:
    return Response(body, media_type=MediaType.JSON)
