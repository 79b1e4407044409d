"""What the opened parts do together, whichever use case asks."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from core.generations import Generation
from core.protocols import Encoder
from encoders import EncoderOptions, load_encoder
from retrieval.accepting import accept_products
from retrieval.wiring import EncoderShelf, Vitrine, reconcile, serving_generation
from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import record
from vectorstore.embedded.store import EmbeddedStore


class AskedStore(EmbeddedStore):
    """The real store, which remembers for which indexes it was asked."""

    asked: list[tuple[str, str]]

    def index_field(self, generation_id: str, field: str, kind: str) -> None:
        self.asked.append((field, kind))
        super().index_field(generation_id, field, kind)


@pytest.fixture
def asked(v: Vitrine) -> Iterator[tuple[Vitrine, Generation, list[tuple[str, str]]]]:
    store = AskedStore(v.settings.data_dir, v.catalog.database_id, v.catalog.shop, idle_exit_s=1.0)
    store.asked = []
    accept_products(
        v, [record(0, attributes={"colour": "red", "year": 2012, "odd": 1}), record(1, attributes={"odd": "x"})]
    )
    opened = replace(v, store=store)
    yield opened, serving_generation(opened), store.asked
    store.close()


def test_an_index_is_asked_for_once_and_again_when_the_engine_is_another(
    asked: tuple[Vitrine, Generation, list[tuple[str, str]]],
) -> None:
    v, generation, indexes = asked
    assert sorted(indexes) == [("attributes.colour", "keyword"), ("attributes.year", "number")]
    indexes.clear()
    reconcile(v, generation)
    assert indexes == []
    accept_products(v, [record(2, attributes={"washable": True})])
    reconcile(v, generation)
    assert indexes == [("attributes.washable", "bool")]
    indexes.clear()
    os.kill(json.loads((v.settings.data_dir / "engine.json").read_text())["pid"], signal.SIGKILL)
    reconcile(v, generation)
    assert sorted(name for name, _ in indexes) == ["attributes.colour", "attributes.washable", "attributes.year"]


def test_what_is_in_memory_is_at_hand_while_another_encoder_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (save_tiny_encoder(tmp_path / name) for name in ("first", "second"))
    shelf = EncoderShelf(EncoderOptions(device="cpu"))
    loaded = shelf.get(first)
    began, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr("retrieval.wiring.load_encoder", _held_back(began, go_on))
    with ThreadPoolExecutor(3) as threads:
        loading = [threads.submit(shelf.get, second) for _ in range(2)]
        assert began.wait(60)
        at_hand = threads.submit(lambda: (shelf.loaded, shelf.get(first)))
        try:
            assert at_hand.result(60) == (frozenset({first}), loaded)
        finally:
            go_on.set()
        assert loading[0].result() is loading[1].result()
    assert shelf.loaded == {first, second}


def _held_back(began: threading.Event, go_on: threading.Event) -> Callable[[str, EncoderOptions], Encoder]:
    def load(name: str, options: EncoderOptions) -> Encoder:
        began.set()
        assert go_on.wait(60)
        return load_encoder(name, options)

    return load
