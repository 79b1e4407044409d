"""An index belongs to the encoders it was built with: what is said when another one stands in their place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from core.errors import SchemaMismatch
from core.generations import IMAGE, TEXT
from core.settings import load_settings
from retrieval.accepting import accept_products
from retrieval.wiring import loaded_encoder, open_vitrine, serving_generation
from tests.indexing import index_all
from tests.integration.workers.tiny_shop import save_tiny_encoder


def widen(folder: Path, dim: int) -> None:
    """Put a model of another dimension into the folder."""
    config: dict[str, Any] = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["embed_dim"] = dim
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    torch.manual_seed(1)
    weights = open_clip.CLIP(**config["model_cfg"]).state_dict()
    save_file({name: value.contiguous() for name, value in weights.items()}, folder / "open_clip_model.safetensors")


def test_weights_of_another_dimension_behind_the_same_name_offer_an_index_anew(tmp_path: Path) -> None:
    name = save_tiny_encoder(tmp_path / "encoder")
    settings = load_settings({"data_dir": tmp_path / "data", "encoder": name, "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as v:
        serving_generation(v)
    widen(tmp_path / "encoder", 40)
    with open_vitrine(settings) as v:
        view = serving_generation(v).view(IMAGE)
        assert view is not None
        with pytest.raises(SchemaMismatch, match=r"vectors of 40 numbers, .* built with 32\. .*vitrine reindex --anew"):
            loaded_encoder(v, view)


def test_settings_that_name_another_encoder_than_the_index_has_offer_to_reindex(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = save_tiny_encoder(tmp_path / "encoder")
    chosen = {"data_dir": tmp_path / "data", "engine_idle_exit_s": 1.0}
    with open_vitrine(load_settings({**chosen, "encoder": name})) as v:
        serving_generation(v)
    with open_vitrine(load_settings({**chosen, "encoder": "pocket"})) as v:
        generation = serving_generation(v)
        assert [view.encoder for view in generation.views if view.name in (IMAGE, TEXT)] == [name, name]
    assert "goes on with it; the settings say 'pocket'. `vitrine reindex` builds" in caplog.text


def test_other_weights_behind_the_same_name_have_everything_encoded_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = save_tiny_encoder(tmp_path / "encoder")
    settings = load_settings({"data_dir": tmp_path / "data", "encoder": name, "engine_idle_exit_s": 1.0})
    with open_vitrine(settings) as v:
        accept_products(v, [{"id": f"p{number}", "title": f"Red shirt {number}"} for number in range(3)])
        index_all(v)
        before = v.store.retrieve(serving_generation(v).id, ["p1"], vectors=[TEXT])["p1"].vectors[TEXT]
    with open_vitrine(settings) as v:
        assert v.catalog.queue.progress(serving_generation(v).id).waiting == 0
    config = json.loads((tmp_path / "encoder" / "open_clip_config.json").read_text())
    widen(tmp_path / "encoder", config["model_cfg"]["embed_dim"])
    with open_vitrine(settings) as v:
        generation = serving_generation(v)
        assert v.catalog.queue.progress(generation.id).waiting == 3
        index_all(v)
        after = v.store.retrieve(generation.id, ["p1"], vectors=[TEXT])["p1"].vectors[TEXT]
    assert "other weights than those of the index stand behind encoder" in caplog.text
    assert float(before @ after) < 0.99
    with open_vitrine(settings) as v:
        assert v.catalog.queue.progress(serving_generation(v).id).waiting == 0


def test_an_encoder_that_is_gone_keeps_nobody_from_opening_the_shop(tmp_path: Path) -> None:
    name = save_tiny_encoder(tmp_path / "encoder")
    chosen = {"data_dir": tmp_path / "data", "engine_idle_exit_s": 1.0}
    with open_vitrine(load_settings({**chosen, "encoder": name})) as v:
        known = serving_generation(v)
    (tmp_path / "encoder").rename(tmp_path / "elsewhere")
    with open_vitrine(load_settings(chosen)) as v:
        assert serving_generation(v) == known
