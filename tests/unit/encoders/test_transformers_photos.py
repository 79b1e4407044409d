"""Vision models of transformers: the models themselves are the reference for every vector."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import (
    AutoImageProcessor,
    BitImageProcessor,
    ConvNextImageProcessor,
    Dinov2Config,
    Dinov2Model,
    ResNetConfig,
    ResNetModel,
    ViTConfig,
    ViTForImageClassification,
    ViTImageProcessor,
)

from core.errors import ConfigurationError, EncoderUnavailable, InvalidPhoto
from core.protocols import Encoder
from encoders import EncoderOptions, describe_encoder, load_encoder

Scene = Callable[..., Image.Image]
AsFile = Callable[..., bytes]
CPU = EncoderOptions(device="cpu", precision="float32", batch_size=3)


@dataclass(frozen=True)
class Published:
    """A small model as its authors would have published it, and what its vectors are read from."""

    folder: Path
    model: Any
    dim: int
    vectors: Callable[[Any], torch.Tensor]


def resnet() -> tuple[Any, Any, int]:
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1])
    return ResNetModel(config), ConvNextImageProcessor(size={"shortest_edge": 56}, crop_pct=0.875), 16


def dinov2() -> tuple[Any, Any, int]:
    config = Dinov2Config(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, image_size=56, patch_size=14)
    processor = BitImageProcessor(size={"shortest_edge": 64}, crop_size={"height": 56, "width": 56})
    return Dinov2Model(config), processor, 32


def classifier() -> tuple[Any, Any, int]:
    """Published without a pooler, as ViTs that were trained to classify are."""
    config = ViTConfig(hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=48)
    return ViTForImageClassification(config), ViTImageProcessor(size={"height": 48, "width": 48}), 24


MADE: dict[str, tuple[Callable[[], tuple[Any, Any, int]], Callable[[Any, Any], torch.Tensor]]] = {
    "resnet": (resnet, lambda model, pixels: model(pixels).pooler_output.flatten(1)),
    "dinov2": (dinov2, lambda model, pixels: model(pixels).pooler_output),
    "vit": (classifier, lambda model, pixels: model.vit(pixels).last_hidden_state[:, 0]),
}


@pytest.fixture(scope="module", params=list(MADE))
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Published:
    make, vectors = MADE[request.param]
    torch.manual_seed(5)
    model, processor, dim = make()
    folder = tmp_path_factory.mktemp(request.param)
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    return Published(folder, model, dim, lambda pixels: vectors(model, pixels))


@pytest.fixture(scope="module")
def encoder(published: Published) -> Encoder:
    return load_encoder(f"local-dir:{published.folder}", CPU)


@pytest.fixture(scope="module")
def photos(scene: Scene, as_file: AsFile) -> list[bytes]:
    sizes = [(60, 80), (301, 40), (1, 1), (224, 224)]
    return [as_file(scene(*size, seed), "JPEG" if seed % 2 else "PNG") for seed, size in enumerate(sizes)]


def test_photo_vectors_are_those_of_transformers(encoder: Encoder, published: Published, photos: list[bytes]) -> None:
    load: Callable[..., Any] = AutoImageProcessor.from_pretrained
    processor = load(published.folder, backend="pil")
    pictures = [Image.open(io.BytesIO(photo)).convert("RGB") for photo in photos]
    pixels = torch.cat([processor(picture, return_tensors="pt")["pixel_values"] for picture in pictures])
    with torch.inference_mode():
        expected = torch.nn.functional.normalize(published.vectors(pixels), dim=-1).numpy()
    prepared = [encoder.prepare_photo(photo) for photo in photos]
    vectors = encoder.embed_photos(prepared)
    assert (vectors.dtype, vectors.shape) == (np.dtype(np.float32), (len(photos), published.dim))
    np.testing.assert_allclose(vectors, expected, atol=2e-5)
    alone = np.concatenate([encoder.embed_photos([one]) for one in prepared])
    np.testing.assert_allclose(vectors, alone, atol=2e-5)


def test_half_precision_as_on_a_gpu_stays_close(encoder: Encoder, published: Published, photos: list[bytes]) -> None:
    options = EncoderOptions(device="cpu", precision="bfloat16")
    rough = load_encoder(f"local-dir:{published.folder}", options)
    prepared = [encoder.prepare_photo(photos[0])]
    assert float((rough.embed_photos(prepared) * encoder.embed_photos(prepared)).sum()) > 0.99


def test_it_is_described_as_one_that_sees_and_does_not_read(encoder: Encoder, published: Published) -> None:
    known = describe_encoder(f"local-dir:{published.folder}")
    assert (known.dim, known.photo, known.text) == (published.dim, True, False)
    loaded = encoder.description
    assert (loaded.name, loaded.dim, loaded.photo, loaded.text) == (known.name, known.dim, True, False)
    assert loaded.parameters > 1_000
    assert encoder.embed_photos([]).shape == (0, published.dim)


def test_words_are_refused_with_what_to_do(encoder: Encoder) -> None:
    for embed in (encoder.embed_queries, encoder.embed_passages):
        with pytest.raises(ConfigurationError, match=r"sees photos only and was given 1 texts.*VITRINE_TEXT_ENCODER"):
            embed(["hat"])


def test_bytes_that_are_no_photo_are_refused(encoder: Encoder) -> None:
    with pytest.raises(InvalidPhoto):
        encoder.prepare_photo(b"not a photo")


@pytest.fixture(scope="module")
def tiny_vit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    model, processor, _ = classifier()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def test_a_folder_that_does_not_say_how_photos_are_prepared_is_unavailable(tiny_vit: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_vit, tmp_path / "model")
    (tmp_path / "model" / "preprocessor_config.json").unlink()
    with pytest.raises(EncoderUnavailable, match=r"has no preprocessor_config.json.*Copy that file"):
        load_encoder(f"local-dir:{tmp_path}/model", CPU)


def test_weights_of_another_architecture_are_unavailable(tiny_vit: Path, tmp_path: Path) -> None:
    model, _, _ = resnet()
    shutil.copytree(tiny_vit, tmp_path / "model")
    model.config.save_pretrained(tmp_path / "model")
    with pytest.raises(EncoderUnavailable, match=r"another architecture.*\(ResNetModel\): \d+ tensors are missing"):
        load_encoder(f"local-dir:{tmp_path}/model", CPU)


def test_a_model_of_two_towers_is_sent_to_open_clip(tmp_path: Path) -> None:
    config = {"model_type": "clip", "text_config": {}, "vision_config": {}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(EncoderUnavailable, match=r"has two towers.*open_clip"):
        describe_encoder(f"local-dir:{tmp_path}")
