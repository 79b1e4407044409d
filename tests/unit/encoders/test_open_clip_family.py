"""open_clip models: what open_clip itself computes is the reference for every vector."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from core.errors import ConfigurationError, EncoderUnavailable
from core.protocols import Encoder
from encoders import EncoderOptions, load_encoder
from encoders.registry import POCKET_DIR

Scene = Callable[..., Image.Image]
AsFile = Callable[..., bytes]
TEXTS = ["navy blue shirts for men", "Titan Women Silver Watch. Watches. year 2016", "", "ünïcode ✓ 50%", "word " * 300]
CPU = EncoderOptions(device="cpu", precision="float32", batch_size=3)


def small_vision_transformer() -> dict[str, Any]:
    """A configuration of the shape of CLIP's own: square crop, byte-pair tokens, causal text."""
    return {
        "model_cfg": {
            "embed_dim": 24,
            "vision_cfg": {"image_size": 48, "layers": 1, "width": 64, "head_width": 32, "patch_size": 16},
            "text_cfg": {"context_length": 40, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
        },
        "preprocess_cfg": {"mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28], "interpolation": "bicubic"},
    }


@pytest.fixture(scope="module")
def vision_transformer_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vit")
    config = small_vision_transformer()
    torch.manual_seed(3)
    model = open_clip.model.CLIP(**config["model_cfg"])
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module", params=["pocket", "vision transformer"])
def folder(request: pytest.FixtureRequest, vision_transformer_dir: Path) -> Path:
    return POCKET_DIR if request.param == "pocket" else vision_transformer_dir


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return load_encoder(f"local-dir:{folder}", CPU)


@pytest.fixture(scope="module")
def reference(folder: Path) -> tuple[Any, Any, Any]:
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    return model.eval(), prepare, open_clip.get_tokenizer(f"local-dir:{folder}")


@pytest.fixture(scope="module")
def photos(scene: Scene, as_file: AsFile) -> list[bytes]:
    sizes = [(60, 80), (80, 60), (500, 500), (37, 200), (301, 40), (1, 1), (224, 224)]
    return [as_file(scene(*size, seed), "JPEG" if seed % 2 else "PNG") for seed, size in enumerate(sizes)]


def test_photo_vectors_are_those_of_open_clip(
    encoder: Encoder, reference: tuple[Any, Any, Any], photos: list[bytes]
) -> None:
    model, prepare, _ = reference
    batch = torch.stack([prepare(Image.open(io.BytesIO(photo))) for photo in photos])
    with torch.inference_mode():
        expected = model.encode_image(batch, normalize=True).numpy()
    vectors = encoder.embed_photos([encoder.prepare_photo(photo) for photo in photos])
    np.testing.assert_allclose(vectors, expected, atol=2e-5)


def test_text_vectors_are_those_of_open_clip(encoder: Encoder, reference: tuple[Any, Any, Any]) -> None:
    model, _, tokenize = reference
    with torch.inference_mode():
        expected = model.encode_text(tokenize(TEXTS), normalize=True).numpy()
    np.testing.assert_allclose(encoder.embed_queries(TEXTS), expected, atol=2e-5)
    np.testing.assert_allclose(encoder.embed_passages(TEXTS), expected, atol=2e-5)


def test_a_batch_equals_its_members_alone(encoder: Encoder, photos: list[bytes]) -> None:
    prepared = [encoder.prepare_photo(photo) for photo in photos]
    alone = np.concatenate([encoder.embed_photos([one]) for one in prepared])
    np.testing.assert_allclose(encoder.embed_photos(prepared), alone, atol=2e-5)
    alone = np.concatenate([encoder.embed_queries([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.embed_queries(TEXTS), alone, atol=2e-5)


def test_parallel_equals_serial(encoder: Encoder, photos: list[bytes]) -> None:
    def embed(number: int) -> np.ndarray:
        photo = encoder.embed_photos([encoder.prepare_photo(photos[number % len(photos)])])
        return np.concatenate([photo, encoder.embed_queries([TEXTS[number % len(TEXTS)]])])

    serial = [embed(number) for number in range(20)]
    with ThreadPoolExecutor(8) as threads:
        parallel = list(threads.map(embed, range(20)))
    np.testing.assert_allclose(parallel, serial, atol=2e-5)


def test_vectors_are_float32_rows_of_unit_length(encoder: Encoder, photos: list[bytes]) -> None:
    dim = encoder.description.dim
    for vectors, count in (
        (encoder.embed_photos([encoder.prepare_photo(photo) for photo in photos]), len(photos)),
        (encoder.embed_queries(TEXTS), len(TEXTS)),
        (encoder.embed_photos([]), 0),
        (encoder.embed_passages([]), 0),
    ):
        assert vectors.dtype == np.float32
        assert vectors.shape == (count, dim)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_prepared_photos_are_bytes_of_the_models_size(
    encoder: Encoder, reference: tuple[Any, Any, Any], photos: list[bytes]
) -> None:
    shapes = {(one.shape, one.dtype.name) for one in map(encoder.prepare_photo, photos)}
    assert len(shapes) == 1
    assert shapes.pop() == ((*reference[0].visual.image_size, 3), "uint8")


def test_a_large_jpeg_decoded_small_keeps_its_vector(
    encoder: Encoder, reference: tuple[Any, Any, Any], scene: Scene, as_file: AsFile
) -> None:
    model, prepare, _ = reference
    photo = as_file(scene(1600, 2000, 5), "JPEG")
    with torch.inference_mode():
        expected = model.encode_image(prepare(Image.open(io.BytesIO(photo)))[None], normalize=True).numpy()
    vector = encoder.embed_photos([encoder.prepare_photo(photo)])
    assert float((vector * expected).sum()) > 0.999


def test_the_loaded_description_is_measured(encoder: Encoder) -> None:
    description = encoder.description
    assert description.parameters > 100_000
    assert description.size_bytes > 100_000
    assert (description.family, description.photo, description.text) == ("open_clip", True, True)


def test_bfloat16_stays_close_to_float32(vision_transformer_dir: Path, scene: Scene, as_file: AsFile) -> None:
    name = f"local-dir:{vision_transformer_dir}"
    exact, rough = (
        load_encoder(name, EncoderOptions(device="cpu", precision=precision)) for precision in ("float32", "bfloat16")
    )
    photo = [exact.prepare_photo(as_file(scene(90, 90)))]
    assert rough.embed_photos(photo).dtype == np.float32
    assert float((rough.embed_photos(photo) * exact.embed_photos(photo)).sum()) > 0.99
    assert float((rough.embed_queries(["hat"]) * exact.embed_queries(["hat"])).sum()) > 0.99


def test_random_weights_are_the_same_every_time() -> None:
    first, second = (load_encoder("open_clip:ViT-S-32-alt/random", CPU) for _ in range(2))
    assert first.description.dim == 256
    assert np.array_equal(first.embed_queries(["hat"]), second.embed_queries(["hat"]))


def test_unknown_weights_are_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="laion2b_s34b_b79k"):
        load_encoder("open_clip:ViT-B-32/laion3b", CPU)


def test_a_missing_device_is_a_configuration_error() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(ConfigurationError, match="no cuda"):
        load_encoder("pocket", EncoderOptions(device="cuda"))


def test_a_folder_without_weights_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text(json.dumps(small_vision_transformer()))
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        load_encoder(f"local-dir:{tmp_path}", CPU)


def test_damaged_weights_are_unavailable(tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text(json.dumps(small_vision_transformer()))
    (tmp_path / "model.safetensors").write_bytes(b"not weights at all")
    with pytest.raises(EncoderUnavailable, match="VITRINE_ENCODER=pocket"):
        load_encoder(f"local-dir:{tmp_path}", CPU)


def test_weights_of_another_shape_are_unavailable(tmp_path: Path, vision_transformer_dir: Path) -> None:
    config = small_vision_transformer()
    config["model_cfg"]["embed_dim"] = 25
    (tmp_path / "open_clip_config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").write_bytes((vision_transformer_dir / "model.safetensors").read_bytes())
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        load_encoder(f"local-dir:{tmp_path}", CPU)
