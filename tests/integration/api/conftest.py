"""One real Vitrine for the tests of a module: SQLite, the embedded engine, the pocket model, and a few products."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.experimenting import stop_experiment
from retrieval.wiring import Vitrine, open_vitrine
from tests.indexing import index_all
from tests.shop import record

Client = TestClient[Litestar]
PRODUCTS = 12


@pytest.fixture(scope="module")
def v(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    """The products `p0` to `p11` are indexed. Tests that write use ids of their own."""
    settings = load_settings({"data_dir": tmp_path_factory.mktemp("shop"), "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as opened:
        accept_products(opened, [record(number) for number in range(PRODUCTS)])
        index_all(opened)
        yield opened


@pytest.fixture
def nothing_left(v: Vitrine) -> Iterator[None]:
    """Takes away what would change other tests' searches."""
    yield
    for rule in v.catalog.rules.all():
        v.catalog.rules.delete(rule.id)
    v.catalog.synonyms.put([], instead_of_all=True)
    running = v.catalog.experiments.running()
    if running is not None:
        stop_experiment(v, running.id)


@pytest.fixture
def wakes() -> list[str]:
    """One entry for every time the workers were woken."""
    return []


@pytest.fixture
def client(v: Vitrine, wakes: list[str]) -> Iterator[Client]:
    """The application without a key, driven in this process."""
    with TestClient(create_app(v, lambda: wakes.append("woken")), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def work_off(v: Vitrine) -> Callable[[], int]:
    """See `index_all`."""
    return lambda: index_all(v)
