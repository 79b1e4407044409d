"""Encoder and engine without HTTP: the same queries in a process of its own, over the same data folder.

Started as `python -m benchmarks.engine_alone`, with the settings of the environment. Each line of its input is a JSON
list of texts; it answers each with a JSON list of milliseconds. What counts is encoding the query and the calls of the
engine's process, and nothing of what the search does around them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from core.filters import Filter
from core.indexing import ScoredTogether, StoredPoint, ViewQuery
from core.protocols import VectorStore
from core.queries import SearchQuery
from core.settings import load_settings
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation

_WARM = 20


@dataclass
class TimedStore:
    """The two calls of the store that a search makes, timed."""

    store: VectorStore
    took_ms: float = 0.0

    def score_together(self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None) -> ScoredTogether:
        """As the store answers it."""
        with self._timed():
            return self.store.score_together(generation_id, queries, where)

    def retrieve(
        self, generation_id: str, product_ids: Sequence[str], *, vectors: Sequence[str] = (), payload: bool = False
    ) -> Mapping[str, StoredPoint]:
        """As the store answers it."""
        with self._timed():
            return self.store.retrieve(generation_id, product_ids, vectors=vectors, payload=payload)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began_s = time.perf_counter()
        yield
        self.took_ms += (time.perf_counter() - began_s) * 1_000


def main() -> None:
    """Answer lines until the input ends."""
    with open_vitrine(load_settings()) as v:
        serving_generation(v)
        timed = TimedStore(v.store)
        inside = replace(v, store=cast("VectorStore", timed))
        for number in range(_WARM):
            _took_ms(inside, timed, f"warm up {number}")
        _answer([])
        for line in sys.stdin:
            texts: list[str] = json.loads(line)
            _answer([_took_ms(inside, timed, text) for text in texts])


def _took_ms(v: Vitrine, timed: TimedStore, text: str) -> float:
    timed.took_ms = 0.0
    answer = search(v, SearchQuery(text=text))
    return answer.took_ms["encode"] + timed.took_ms


def _answer(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
