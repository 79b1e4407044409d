"""A whole Vitrine on a temporary folder: SQLite, the embedded engine, the pocket model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.opening import Catalog, open_catalog
from core.settings import load_settings
from retrieval.wiring import Vitrine, open_vitrine


@pytest.fixture
def v(tmp_path: Path) -> Iterator[Vitrine]:
    settings = load_settings({"data_dir": tmp_path / "vitrine-data", "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as opened:
        yield opened


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}", tmp_path)
    yield opened
    opened.close()
