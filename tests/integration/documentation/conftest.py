"""The shop that the documents speak of: shirts, shoes and bags with a tiny encoder, for the API and the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from core.incoming import IncomingPhoto
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine, open_vitrine
from tests.indexing import index_all
from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import COLOURS, KINDS, photo


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    """Opened once; its settings are those of the command as well, see `settled`."""
    encoder = save_tiny_encoder(tmp_path_factory.mktemp("encoder"))
    chosen = {"data_dir": tmp_path_factory.mktemp("shop"), "encoder": encoder, "engine_idle_exit_s": 2.0}
    with open_vitrine(load_settings(chosen)) as v:
        accept_products(v, list(_records()))
        index_all(v)
        yield v


def _records() -> Iterator[dict[str, Any]]:
    for number in range(1, 25):
        colour, kind = list(COLOURS)[number % 4], KINDS[number // 4 % 3]
        yield {
            "id": f"sku-{number}",
            "title": f"{colour.capitalize()} cotton {kind} {number}",
            "brand": ("Acme", "Bolt")[number % 2],
            "category": f"{kind.capitalize()}s",
            "price": 9.0 + number,
            "currency": "EUR",
            "group_id": f"{kind}-{number // 12}",
            "available": number != 24,
            "colour": colour.capitalize(),
            "photos": [IncomingPhoto(photo(colour, kind, seed=number), "drawn")],
        }


@pytest.fixture
def settled(shop: Vitrine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds the shop, and in its folder a photo."""
    monkeypatch.setenv("VITRINE_DATA_DIR", str(shop.settings.data_dir))
    monkeypatch.setenv("VITRINE_ENCODER", shop.settings.encoder)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "some.jpg").write_bytes(photo("red", "shirt", seed=99))


@pytest.fixture
def client(shop: Vitrine) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(shop), base_url="http://127.0.0.1") as opened:
        yield opened
