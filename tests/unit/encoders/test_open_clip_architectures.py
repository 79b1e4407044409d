"""Every kind of architecture that open_clip lists, small and with random weights: open_clip itself is the reference."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import tokenizers
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from core.protocols import Encoder
from encoders import EncoderOptions, load_encoder
from encoders.registry import open_clip_architectures, resolve

Scene = Callable[..., Image.Image]
AsFile = Callable[..., bytes]
CPU = EncoderOptions(device="cpu", precision="float32", batch_size=2)
BYTE_PAIRS = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
WORDS = ["red", "blue", "shirt", "for", "men"]

# As their published configurations, with fewer and narrower layers.
FAMILIES: dict[str, dict[str, Any]] = {
    "SigLIP": {
        "init_logit_bias": -10,
        "custom_text": True,
        "vision_cfg": {
            "image_size": 160,
            "timm_model_name": "test_vit3",
            "timm_model_pretrained": False,
            "timm_pool": "map",
            "timm_proj": "none",
        },
        "embed_dim": 96,
        "text_cfg": {
            "context_length": 12,
            "vocab_size": 16,
            "hf_tokenizer_name": "timm/ViT-B-16-SigLIP",
            "tokenizer_kwargs": {"clean": "canonicalize"},
            "width": 32,
            "heads": 2,
            "layers": 1,
            "no_causal_mask": True,
            "proj_bias": True,
            "pool_type": "last",
            "norm_kwargs": {"eps": 1e-6},
        },
    },
    "MobileCLIP": {
        "embed_dim": 24,
        "custom_text": True,
        "vision_cfg": {
            "timm_model_name": "fastvit_mci0",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": None,
            "timm_drop": 0.0,
            "timm_drop_path": 0.0,
            "image_size": 64,
        },
        "text_cfg": {**BYTE_PAIRS, "no_causal_mask": True},
    },
    "timm": {
        "embed_dim": 24,
        "vision_cfg": {
            "timm_model_name": "test_convnext",
            "timm_model_pretrained": False,
            "timm_pool": "",
            "timm_proj": "linear",
            "image_size": 64,
        },
        "text_cfg": BYTE_PAIRS,
    },
    "ResNet of CLIP": {
        "embed_dim": 24,
        "vision_cfg": {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None},
        "text_cfg": BYTE_PAIRS,
    },
    "CoCa": {
        "embed_dim": 24,
        "vision_cfg": {
            "image_size": 32,
            "layers": 1,
            "width": 32,
            "head_width": 16,
            "patch_size": 16,
            "attentional_pool": True,
            "attn_pooler_heads": 2,
            "output_tokens": True,
        },
        "text_cfg": {**BYTE_PAIRS, "embed_cls": True, "output_tokens": True},
        "multimodal_cfg": {
            "context_length": 16,
            "vocab_size": 49408,
            "width": 32,
            "heads": 2,
            "layers": 1,
            "attn_pooler_heads": 2,
        },
        "custom_text": True,
    },
}


@dataclass(frozen=True)
class Saved:
    """A model's folder and open_clip's own way to use it."""

    folder: Path
    model: Any
    prepare: Any
    tokenize: Any


@pytest.fixture(scope="module", params=list(FAMILIES))
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("family")
    config = FAMILIES[request.param]
    torch.manual_seed(4)
    model = made(config)
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / "model.safetensors")
    preprocessing = {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4], "interpolation": "bilinear"}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": preprocessing}))
    if "hf_tokenizer_name" in config["text_cfg"]:
        save_tokenizer(folder)
    model, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    return Saved(folder, model.eval(), prepare, open_clip.get_tokenizer(f"local-dir:{folder}"))


def made(config: dict[str, Any]) -> Any:
    settings = {name: value for name, value in config.items() if name != "custom_text"}
    if "multimodal_cfg" in config:
        return open_clip.CoCa(**settings)
    kind = open_clip.CustomTextCLIP if config.get("custom_text") else open_clip.CLIP
    return kind(**settings)


def save_tokenizer(folder: Path) -> None:
    """Like SigLIP's: an end token behind every text, and the same token as padding up to the context's length."""
    specials = {"</s>": 0, "[UNK]": 1}
    vocabulary = {**specials, **{word: number for number, word in enumerate(WORDS, start=len(specials))}}
    words = tokenizers.Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    words.normalizer = Lowercase()
    words.pre_tokenizer = Whitespace()
    words.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 0)])
    wrap: Callable[..., Any] = PreTrainedTokenizerFast
    wrap(tokenizer_object=words, unk_token="[UNK]", pad_token="</s>", eos_token="</s>").save_pretrained(folder)


@pytest.fixture(scope="module")
def encoder(saved: Saved) -> Encoder:
    return load_encoder(f"local-dir:{saved.folder}", CPU)


def test_photo_vectors_are_those_of_open_clip(encoder: Encoder, saved: Saved, scene: Scene, as_file: AsFile) -> None:
    photos = [as_file(scene(*size, seed)) for seed, size in enumerate([(60, 80), (301, 40), (224, 224)])]
    batch = torch.stack([saved.prepare(Image.open(io.BytesIO(photo))) for photo in photos])
    with torch.inference_mode():
        expected = saved.model.encode_image(batch, normalize=True).numpy()
    vectors = encoder.embed_photos([encoder.prepare_photo(photo) for photo in photos])
    assert vectors.shape == (3, encoder.description.dim)
    np.testing.assert_allclose(vectors, expected, atol=2e-5)


def test_text_vectors_are_those_of_open_clip(encoder: Encoder, saved: Saved) -> None:
    texts = ["Red shirt, for MEN!", "", "blue " * 40]
    with torch.inference_mode():
        expected = saved.model.encode_text(saved.tokenize(texts), normalize=True).numpy()
    np.testing.assert_allclose(encoder.embed_queries(texts), expected, atol=2e-5)


def test_half_precision_as_on_a_gpu_stays_close(encoder: Encoder, saved: Saved, scene: Scene, as_file: AsFile) -> None:
    rough = load_encoder(f"local-dir:{saved.folder}", EncoderOptions(device="cpu", precision="bfloat16"))
    photo = [encoder.prepare_photo(as_file(scene(90, 90, 1)))]
    assert float((rough.embed_photos(photo) * encoder.embed_photos(photo)).sum()) > 0.99
    assert float((rough.embed_queries(["red shirt"]) * encoder.embed_queries(["red shirt"])).sum()) > 0.99


def test_a_text_that_fills_the_context_is_cut_where_the_model_ends(saved: Saved, encoder: Encoder) -> None:
    longer, cut = encoder.embed_passages(["blue " * 40, "blue " * 200])
    np.testing.assert_allclose(longer, cut, atol=1e-6)
    assert saved.tokenize(["blue " * 40]).shape[1] in (12, 16)


def test_every_architecture_that_open_clip_lists_has_a_name_and_a_dimension() -> None:
    architectures = open_clip_architectures()
    assert set(architectures) == set(open_clip.list_models())
    for name, dim in architectures.items():
        assert resolve(f"open_clip:{name}/random").description.dim == dim
