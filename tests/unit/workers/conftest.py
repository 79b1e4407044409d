"""A real shop whose index knows words only, so that no model library has to be loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.generations import LEXICAL, REACHED_BY_TEXT, READY, Generation, View
from core.settings import load_settings
from retrieval.wiring import Vitrine, open_vitrine, serving_generation

_WORDS_ONLY = (View(LEXICAL, LEXICAL, 0, "", frozenset({REACHED_BY_TEXT})),)


@pytest.fixture
def v(tmp_path: Path) -> Iterator[Vitrine]:
    """An opened shop with an empty index of words."""
    encoder = tmp_path / "never loaded"
    encoder.mkdir()
    (encoder / "open_clip_config.json").write_text(json.dumps({"model_cfg": {"embed_dim": 4}}))
    settings = load_settings(
        {
            "data_dir": tmp_path / "shop",
            "encoder": f"local-dir:{encoder}",
            "engine_idle_exit_s": 0.2,
            "flush_every_s": 0.2,
            "claim_batch": 8,
        }
    )
    with open_vitrine(settings) as opened:
        generation = Generation("g1", opened.catalog.shop, _WORDS_ONLY, status=READY)
        opened.catalog.generations.add(generation)
        opened.catalog.generations.serve(generation.id)
        serving_generation(opened)
        yield opened


def words(count: int) -> list[dict[str, Any]]:
    """Products without photos."""
    return [{"id": f"p{number:02d}", "title": f"Shirt number {number}"} for number in range(count)]
