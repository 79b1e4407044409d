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
from retrieval.wiring import loaded_encoder, open_vitrine, serving_generation
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
