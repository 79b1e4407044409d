"""An encoder that only sees, with and without one beside it that reads: what reaches which view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

from core.examples import Example
from core.generations import IMAGE, LEXICAL, TEXT
from core.queries import SearchQuery
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.shop import photo, record


@pytest.fixture(scope="module")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small vision model with random weights, in a folder of transformers' format."""
    folder = tmp_path_factory.mktemp("eyes")
    torch.manual_seed(3)
    config = Dinov2Config(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, image_size=56, patch_size=14)
    Dinov2Model(config).save_pretrained(folder)
    BitImageProcessor(size={"shortest_edge": 64}, crop_size={"height": 56, "width": 56}).save_pretrained(folder)
    return f"local-dir:{folder}"


@contextmanager
def shop(tmp_path: Path, **settings: Any) -> Iterator[Vitrine]:
    overrides = {"data_dir": tmp_path / "vitrine-data", "engine_idle_exit_s": 1.0, **settings}
    with open_vitrine(load_settings(overrides)) as v:
        accept_products(v, [record(number) for number in range(12)])
        assert index_all(v) == 12
        yield v


def reached(v: Vitrine, query: SearchQuery) -> set[str]:
    """The views whose signal a query's best hit carries a number of."""
    signals = search(v, query).hits[0].signals
    return {view.name for view in serving_generation(v).views if np.isfinite(signals.get(view.name, np.nan))}


def test_photos_reach_the_eyes_and_words_the_reader_beside_them(tmp_path: Path, eyes: str) -> None:
    with shop(tmp_path, encoder=eyes, text_encoder="pocket") as v:
        views = {view.name: (view.encoder, view.dim, set(view.reached_by)) for view in serving_generation(v).views}
        assert views[IMAGE] == (eyes, 32, {"photo", "product"})
        assert views[TEXT] == ("pocket", 128, {"text", "product"})
        picture = Example(v.catalog.photos.get(v.catalog.products.get("p7").product.photos[0].digest))
        assert search(v, SearchQuery(images=(picture,), limit=3)).hits[0].product_id == "p7"
        assert reached(v, SearchQuery(images=(picture,))) == {IMAGE}
        words = search(v, SearchQuery(text="blue shoe", limit=1)).hits[0]
        assert (words.product["category"], words.product["attributes"]["colour"]) == ("shoe", "blue")
        assert reached(v, SearchQuery(text="blue shoe")) == {TEXT, LEXICAL}
        both = SearchQuery(text="blue", images=(Example(photo("blue", "bag", seed=50)),))
        assert reached(v, both) == {IMAGE, TEXT, LEXICAL}
        assert reached(v, SearchQuery(images=(Example(product_id="p3"),))) >= {IMAGE, TEXT}


def test_without_a_reader_words_find_by_the_words_themselves(tmp_path: Path, eyes: str) -> None:
    with shop(tmp_path, encoder=eyes) as v:
        assert [view.name for view in serving_generation(v).views] == [IMAGE, LEXICAL]
        assert reached(v, SearchQuery(text="blue shoe")) == {LEXICAL}
        picture = Example(v.catalog.photos.get(v.catalog.products.get("p5").product.photos[0].digest))
        assert search(v, SearchQuery(images=(picture,), limit=1)).hits[0].product_id == "p5"
