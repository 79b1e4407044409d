"""Text models through transformers, pooled as sentence-transformers would."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, EncoderUnavailable
from core.vectors import FloatArray
from encoders.devices import choose_device, choose_dtype, threads_for
from encoders.hub import hub_access
from encoders.loading import EncoderOptions
from encoders.registry import EncoderSpec, Pooling, with_dim

_TOKENS_MAX = 512
_PLAIN_MODULES = ("Transformer", "Pooling", "Normalize")


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """How a model's token vectors become one vector per text.

    Attributes
    ----------
    pooling: `mean` over the tokens that are not padding, or `cls`, the first token's.
    tokens_max: where texts are cut.
    query_prefix, passage_prefix: put before each text, as the model was trained.
    """

    pooling: Pooling
    tokens_max: int
    query_prefix: str
    passage_prefix: str


class TransformersEncoder:
    """A transformers text model as an `Encoder` that reads words only."""

    def __init__(
        self, description: EncoderDescription, model: Any, tokenizer: Any, recipe: TextRecipe, batch_size: int
    ) -> None:
        self._description = description
        self._model = model
        self._tokenizer = tokenizer
        self._tokenizer_lock = threading.Lock()
        self._recipe = recipe
        self._batch_size = batch_size

    @property
    def description(self) -> EncoderDescription:
        """What this encoder is, with its true dimension."""
        return self._description

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """Raises `ConfigurationError`: this model reads words only."""
        raise self._blind(len(photo), "bytes")

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        """Raises `ConfigurationError`: this model reads words only."""
        raise self._blind(len(prepared), "photos")

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Embed what people type: float32 (n, dim), rows of unit length."""
        return self._embed([self._recipe.query_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Embed the words of products, cut after the model's context: float32 (n, dim), rows of unit length."""
        return self._embed([self._recipe.passage_prefix + text for text in texts])

    def _blind(self, count: int, unit: str) -> ConfigurationError:
        return ConfigurationError(
            f"encoder {self._description.name!r} reads words only and was given {count} {unit}. Use it as "
            "VITRINE_TEXT_ENCODER and one that sees photos as VITRINE_ENCODER"
        )

    def _embed(self, texts: list[str]) -> FloatArray:
        rows = np.empty((len(texts), self._description.dim), dtype=np.float32)
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with torch.inference_mode(), threads_for(len(texts), self._description.parameters):
            for start in range(0, len(order), self._batch_size):
                part = order[start : start + self._batch_size]
                rows[part] = self._embed_batch([texts[i] for i in part])
        return rows

    def _embed_batch(self, texts: list[str]) -> FloatArray:
        # Fast tokenizers keep padding and truncation as shared state and refuse two threads at once.
        with self._tokenizer_lock:
            tokens = self._tokenizer(
                texts, padding=True, truncation=True, max_length=self._recipe.tokens_max, return_tensors="pt"
            )
        tokens = tokens.to(self._model.device)
        states = self._model(**tokens).last_hidden_state.float()
        if self._recipe.pooling == "cls":
            pooled = states[:, 0]
        else:
            present = tokens["attention_mask"].unsqueeze(-1).float()
            pooled = (states * present).sum(dim=1) / present.sum(dim=1).clamp(min=1e-9)
        vectors: FloatArray = torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()
        return vectors


def load_transformers(spec: EncoderSpec, options: EncoderOptions) -> TransformersEncoder:
    """Load a text model from a folder or from the hub.

    Raises
    ------
    ConfigurationError: a device that is not there.
    EncoderUnavailable: weights that cannot be found, fetched or loaded, or a model that needs more than pooling.
    """
    device = choose_device(options.device)
    with hub_access(spec.description.name, spec.on_hub):
        tokenizer = AutoTokenizer.from_pretrained(spec.location)
        model = AutoModel.from_pretrained(spec.location, dtype=choose_dtype(device, options.precision))
        recipe = _recipe(spec, tokenizer, model.config)
    model.to(device).eval().requires_grad_(False)
    described = with_dim(spec, model.config.to_dict()).description
    parameters = sum(weight.numel() for weight in model.parameters())
    size_bytes = described.size_bytes or 4 * parameters
    description = replace(described, parameters=parameters, size_bytes=size_bytes)
    return TransformersEncoder(description, model, tokenizer, recipe, options.batch_size)


def _recipe(spec: EncoderSpec, tokenizer: Any, config: Any) -> TextRecipe:
    """The spec's own choices first, then what the model's files say, then the usual."""
    _refuse_further_modules(spec)
    prompts = _model_file(spec, "config_sentence_transformers.json").get("prompts") or {}
    limits = (
        _model_file(spec, "sentence_bert_config.json").get("max_seq_length"),
        getattr(config, "max_position_embeddings", None),
        tokenizer.model_max_length,
        _TOKENS_MAX,
    )
    return TextRecipe(
        pooling=spec.pooling or _published_pooling(spec),
        tokens_max=min(limit for limit in limits if isinstance(limit, int) and limit > 0),
        query_prefix=spec.query_prefix if spec.query_prefix is not None else prompts.get("query", ""),
        passage_prefix=(
            spec.passage_prefix
            if spec.passage_prefix is not None
            else prompts.get("passage", prompts.get("document", ""))
        ),
    )


def _published_pooling(spec: EncoderSpec) -> Pooling:
    config = _model_file(spec, "1_Pooling/config.json")
    modes = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    if not modes and config.get("pooling_mode") in ("mean", "cls"):
        modes = [{"mean": "pooling_mode_mean_tokens", "cls": "pooling_mode_cls_token"}[config["pooling_mode"]]]
    if not modes or modes == ["pooling_mode_mean_tokens"]:
        return "mean"
    if modes == ["pooling_mode_cls_token"]:
        return "cls"
    raise EncoderUnavailable(
        f"encoder {spec.description.name!r} pools by {' and '.join(modes)}. Only mean and CLS pooling are supported; "
        "?pooling=mean behind its name overrides that"
    )


def _refuse_further_modules(spec: EncoderSpec) -> None:
    """A dense layer behind the pooling would be left out silently and give other vectors than published."""
    modules = _model_file(spec, "modules.json").get("modules", [])
    further = [m["type"] for m in modules if str(m.get("type", "")).rsplit(".", 1)[-1] not in _PLAIN_MODULES]
    if further:
        raise EncoderUnavailable(
            f"encoder {spec.description.name!r} needs {', '.join(further)}, which is not supported. Choose a model "
            "that is a transformer with pooling"
        )


def _model_file(spec: EncoderSpec, name: str) -> dict[str, Any]:
    """A small JSON file of the model, empty when it has none; a list stands under the file's own name."""
    path = _local_path(spec.location, name)
    if path is None:
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {Path(name).stem: content}


def _local_path(location: str, name: str) -> Path | None:
    folder = Path(location)
    if folder.is_dir():
        return folder / name if (folder / name).is_file() else None
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(location, name))
    except LocalEntryNotFoundError:  # The hub was not asked, so whether the file exists is unknown.
        raise
    except EntryNotFoundError:
        return None
