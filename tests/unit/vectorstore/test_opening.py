from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from core.errors import ConfigurationError
from core.settings import Settings
from vectorstore.embedded.store import EmbeddedStore
from vectorstore.opening import open_store
from vectorstore.served.store import ServedStore


def test_without_a_url_the_engine_is_embedded(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path), "database", "default")
    assert isinstance(store, EmbeddedStore)
    store.close()


def test_with_a_url_the_engine_is_served_and_nothing_is_sent_yet(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, qdrant_url="https://qdrant.example:6333", qdrant_api_key=SecretStr("key"))
    store = open_store(settings, "database", "default")
    assert isinstance(store, ServedStore)
    store.close()


@pytest.mark.parametrize(
    "url", ["localhost:6333", "", "ftp://x", "http://", "http://host:notaport", "http://host:99999"]
)
def test_a_url_that_is_none_is_a_configuration_error(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="qdrant_url"):
        open_store(Settings(data_dir=tmp_path, qdrant_url=url), "database", "default")
