"""One tiny encoder for all, and a fresh shop for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.workers.processes import TinyShop
from tests.integration.workers.tiny_shop import describe_tiny_encoder, save_tiny_encoder
from tests.services.postgresql import postgresql_server
from tests.services.rabbitmq import rabbitmq_url
from tests.services.redis import redis_url

__all__ = ["postgresql_server", "rabbitmq_url", "redis_url"]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of an encoder with random weights."""
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder") / "tiny")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[TinyShop]:
    """An empty shop whose leases end soon, so that what a killed worker held is found again soon.

    Its encoder has a configuration and no weights: the index is of words. `shop_with_photos` has both.
    """
    encoder = describe_tiny_encoder(tmp_path / "encoder")
    made = _shop(tmp_path, encoder).with_words_only()
    yield made
    made.end_engine()


@pytest.fixture
def shop_with_photos(tmp_path: Path, tiny_encoder: str) -> Iterator[TinyShop]:
    """The same with an encoder that is really loaded, and photos that are really decoded."""
    made = _shop(tmp_path, tiny_encoder)
    yield made
    made.end_engine()


def _shop(tmp_path: Path, encoder: str) -> TinyShop:
    return TinyShop(
        {
            "VITRINE_DATA_DIR": str(tmp_path / "shop"),
            "VITRINE_ENCODER": encoder,
            "VITRINE_LEASE_S": "3",
            "VITRINE_FLUSH_EVERY_S": "0.5",
            "VITRINE_CLAIM_BATCH": "16",
            "VITRINE_DEVICE": "cpu",
        }
    )
