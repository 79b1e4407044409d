"""How long each stage of a search takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class StageClock:
    """How long each stage took, in milliseconds; one that comes several times, all of them together."""

    took_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside, under this name."""
        start = time.perf_counter()
        yield
        took_ms = self.took_ms.get(name, 0.0) + (time.perf_counter() - start) * 1_000
        self.took_ms[name] = round(took_ms, 3)
