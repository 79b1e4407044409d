"""A whole Vitrine on a temporary folder: SQLite, the embedded engine, the pocket model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.settings import load_settings
from retrieval.indexing import index, prepare
from retrieval.wiring import Vitrine, open_vitrine, serving_generation

IndexAll = Callable[[Vitrine], int]


@pytest.fixture
def v(tmp_path: Path) -> Iterator[Vitrine]:
    settings = load_settings({"data_dir": tmp_path / "vitrine-data", "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as opened:
        yield opened


@pytest.fixture
def index_all() -> IndexAll:
    """Works off everything that waits; returns how many photos were encoded."""

    def work(v: Vitrine) -> int:
        generation = serving_generation(v)
        encoded = 0
        while items := v.catalog.queue.claim(generation.id, "test", 64, 60.0):
            encoded += index(v, generation, "test", prepare(v, generation, items)).encoded_photos
        return encoded

    return work
