"""One suite for every vector store.

Four ways to run it: the embedded engine, the client's local mode, the same behind a real gRPC connection, and a real
server where `VITRINE_TEST_QDRANT_URL` names one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest

from core.generations import Generation
from core.protocols import VectorStore
from tests.contract.vectorstore.builders import DATABASE, Collection, Engine, views

ENGINES = ("embedded", "local", "wire", "server")
_NUMBERS = count()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened: list[VectorStore] = []

    def remember(store: VectorStore) -> VectorStore:
        opened.append(store)
        return store

    openers = {"embedded": _embedded, "local": _local, "wire": _wire, "server": _server}
    with ExitStack() as stack:
        make = openers[request.param](tmp_path_factory.mktemp(request.param), stack)
        yield Engine(request.param, lambda database_id: remember(make(database_id)))
        for store in opened:
            store.close()


def _embedded(folder: Path, stack: ExitStack) -> Callable[[str], VectorStore]:
    from vectorstore.embedded.store import EmbeddedStore

    return lambda database_id: EmbeddedStore(folder, database_id, "default", idle_exit_s=5.0)


def _local(folder: Path, stack: ExitStack) -> Callable[[str], VectorStore]:
    from qdrant_client import QdrantClient

    from vectorstore.served.store import ServedStore

    client = QdrantClient(":memory:")
    return lambda database_id: ServedStore(client, database_id, "default")


def _wire(folder: Path, stack: ExitStack) -> Callable[[str], VectorStore]:
    from tests.contract.vectorstore.wire import served
    from vectorstore.served.store import ServedStore

    port, _ = stack.enter_context(served())
    # The store looks for gRPC on the port after that of HTTP, of which it needs nothing.
    url = f"http://127.0.0.1:{port - 1}"
    return lambda database_id: ServedStore.connect(url, None, database_id, "default")


def _server(folder: Path, stack: ExitStack) -> Callable[[str], VectorStore]:
    url = os.environ.get("VITRINE_TEST_QDRANT_URL")
    if url is None:
        pytest.skip("VITRINE_TEST_QDRANT_URL names no Qdrant server")
    from vectorstore.served.store import ServedStore

    key = os.environ.get("VITRINE_TEST_QDRANT_API_KEY")
    return lambda database_id: ServedStore.connect(url, key, database_id, "default")


@pytest.fixture(scope="session")
def store(engine: Engine) -> VectorStore:
    return engine.open(DATABASE)


@pytest.fixture
def generation() -> Generation:
    return Generation(f"g{next(_NUMBERS)}-{uuid4().hex[:12]}", "default", views())


@pytest.fixture
def collection(store: VectorStore, generation: Generation) -> Iterator[Collection]:
    store.ensure(generation)
    yield Collection(store, generation)
    store.drop(generation.id)


@pytest.fixture(scope="module")
def untouched(store: VectorStore) -> Iterator[Collection]:
    """An empty collection that tests of what is refused share, because none of them writes anything."""
    generation = Generation(f"untouched-{uuid4().hex[:12]}", "default", views())
    store.ensure(generation)
    yield Collection(store, generation)
    store.drop(generation.id)
