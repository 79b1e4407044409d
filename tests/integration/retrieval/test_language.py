"""The language of the words, and what happens when it changes."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.generations import LEXICAL
from core.queries import SearchQuery
from core.settings import Settings, load_settings
from retrieval.accepting import accept_products
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all


def _settings(folder: Path, language: str) -> Settings:
    return load_settings({"data_dir": folder, "engine_idle_exit_s": 1.0, "language": language})


def _lexical(v: Vitrine, text: str) -> list[str]:
    hits = search(v, SearchQuery(text=text, limit=10)).hits
    return [hit.product_id for hit in hits if hit.signals[LEXICAL] > 0]


def test_another_language_makes_the_words_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    records = [{"id": "h", "title": "Grüne Häuser"}, {"id": "s", "title": "Blaue Schuhe"}]
    with open_vitrine(_settings(tmp_path, "english")) as v:
        accept_products(v, records)
        index_all(v)
        assert _lexical(v, "haus") == []
    with caplog.at_level(logging.WARNING), open_vitrine(_settings(tmp_path, "german")) as v:
        generation = serving_generation(v)
        assert v.catalog.queue.progress(generation.id).waiting == 2
        assert "2 products are queued to be indexed again" in caplog.text
        index_all(v)
        assert _lexical(v, "haus") == ["h"]
        assert _lexical(v, "für die Schuh") == ["s"]
    with open_vitrine(_settings(tmp_path, "german")) as v:
        assert v.catalog.queue.progress(serving_generation(v).id).waiting == 0


def test_an_unknown_language_is_refused_when_the_shop_is_opened(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="klingon"):
        open_vitrine(_settings(tmp_path, "klingon"))
