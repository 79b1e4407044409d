"""Rankers in memory. One that cannot be used costs its order, never an answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import VitrineError
from core.generations import Generation
from ranking.ranker import Ranker
from retrieval.reranking.folders import check_encoders, encoders_of, open_ranker

_log = logging.getLogger(__name__)

AFTER_FAILURE_S = 30.0


@dataclass
class RankerShelf:
    """Rankers by id, each loaded once, when it is first needed. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    data_dir: Path
    now_s: Callable[[], float] = time.monotonic
    _loaded: dict[str, Ranker] = field(default_factory=dict)
    _retry_s: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def usable(self, ranker_id: str, generation: Generation) -> Ranker | None:
        """The ranker of that id; None where the id is empty, or it cannot be used for this generation.

        Whoever comes while somebody else is loading it goes on without.
        """
        if not ranker_id:
            return None
        ranker = self._loaded.get(ranker_id)
        if ranker is None or dict(ranker.encoders) != encoders_of(generation):
            return self._load(ranker_id, generation)
        return ranker

    def _load(self, ranker_id: str, generation: Generation) -> Ranker | None:
        if self.now_s() < self._retry_s.get(ranker_id, 0.0) or not self._lock.acquire(blocking=False):
            return None
        try:
            ranker = self._loaded.get(ranker_id) or open_ranker(self.data_dir, ranker_id)
            check_encoders(ranker, generation)
            self._loaded[ranker_id] = ranker
        except VitrineError as error:
            self._retry_s[ranker_id] = self.now_s() + AFTER_FAILURE_S
            _log.warning("hits are not ranked by %r: %s", ranker_id, error)
            return None
        finally:
            self._lock.release()
        return ranker
