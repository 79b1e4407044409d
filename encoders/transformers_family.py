"""Text models through transformers, pooled as sentence-transformers would."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoTokenizer

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, EncoderUnavailable
from core.vectors import FloatArray
from encoders.devices import choose_device, choose_dtype, wait_for
from encoders.embedding import embed_rows
from encoders.hub import hub_access
from encoders.loading import EncoderOptions
from encoders.registry import POOLINGS, EncoderSpec, Pooling, with_config
from encoders.transformers_files import load_model, model_file

_TOKENS_MAX = 512
_PLAIN_MODULES = ("Transformer", "Pooling", "Normalize")
# As sentence-transformers writes them, long and, in newer files, short.
_POOLING: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_lasttoken": "last",
}
_SHORT = {"mean": "pooling_mode_mean_tokens", "cls": "pooling_mode_cls_token", "lasttoken": "pooling_mode_lasttoken"}


@dataclass(frozen=True, slots=True)
class TextRecipe:
    """How a model's token vectors become one vector per text.

    Attributes
    ----------
    pooling: `mean` over the tokens that are not padding, `cls`, the first token's, or `last`, the last one's.
    tokens_max: where texts are cut.
    query_prefix, passage_prefix: put before each text, as the model was trained.
    """

    pooling: Pooling
    tokens_max: int
    query_prefix: str
    passage_prefix: str


class TransformersEncoder:
    """A transformers text model as an `Encoder` that reads words only.

    Attributes
    ----------
    model, tokenizer, recipe: what computes, and how, for those who train or write it.
    """

    def __init__(
        self, description: EncoderDescription, model: Any, tokenizer: Any, recipe: TextRecipe, batch_size: int
    ) -> None:
        self._description = description
        self.model = model
        self.tokenizer = tokenizer
        self._tokenizer_lock = threading.Lock()
        self.recipe = recipe
        # Some tokenizers make nothing at all of an empty text, and there is no vector of nothing.
        self._empty = "" if tokenizer("")["input_ids"] else " "
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
        return self._embed([self.recipe.query_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Embed the words of products, cut after the model's context: float32 (n, dim), rows of unit length."""
        return self._embed([self.recipe.passage_prefix + text for text in texts])

    def text_features(self, texts: Sequence[str]) -> torch.Tensor:
        """What the model makes of the words of products, not scaled, with gradients where weights learn: (n, dim)."""
        return self._features([self.recipe.passage_prefix + text for text in texts])

    def bare_text_forward(self, texts: Sequence[str]) -> Callable[[], None]:
        """One forward pass over a batch whose tokens lie on the device already, waited for."""
        tokens = self._tokens(list(texts))

        def forward() -> None:
            with torch.inference_mode():
                self._states(tokens)
                wait_for(self.model.device)

        return forward

    def _blind(self, count: int, unit: str) -> ConfigurationError:
        return ConfigurationError(
            f"encoder {self._description.name!r} reads words only and was given {count} {unit}. Use it as "
            "VITRINE_TEXT_ENCODER and one that sees photos as VITRINE_ENCODER"
        )

    def _embed(self, texts: list[str]) -> FloatArray:
        rows = np.empty((len(texts), self._description.dim), dtype=np.float32)
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows[order] = embed_rows(
            [texts[i] for i in order],
            self._features,
            self._description.dim,
            device=self.model.device,
            batch_size=self._batch_size,
            parameters=self._description.parameters,
        )
        return rows

    def _features(self, texts: list[str]) -> torch.Tensor:
        tokens = self._tokens(texts)
        return _pool(self._states(tokens), tokens["attention_mask"], self.recipe.pooling)

    def _tokens(self, texts: list[str]) -> Any:
        # Fast tokenizers keep padding and truncation as shared state and refuse two threads at once.
        with self._tokenizer_lock:
            tokens = self.tokenizer(
                [text or self._empty for text in texts],
                padding=True,
                truncation=True,
                max_length=self.recipe.tokens_max,
                return_tensors="pt",
            )
        return tokens.to(self.model.device)

    def _states(self, tokens: Any) -> torch.Tensor:
        states: torch.Tensor = self.model(**tokens).last_hidden_state.float()
        return states


def _pool(states: torch.Tensor, present: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """One vector per text from those of its tokens: states (n, tokens, dim), present (n, tokens) of 0 and 1."""
    if pooling == "cls":
        return states[:, 0]
    if pooling == "last":
        # Padding may stand on either side, so the last token is the last one that is present.
        places = torch.arange(present.shape[1], device=present.device)
        last = (present * places).argmax(dim=1)
        return states[torch.arange(len(states), device=states.device), last]
    weights = present.unsqueeze(-1).float()
    return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-9)


def load_transformers(spec: EncoderSpec, options: EncoderOptions) -> TransformersEncoder:
    """Load a text model from a folder or from the hub.

    Raises
    ------
    ConfigurationError: a device that is not there.
    EncoderUnavailable: weights that cannot be found, fetched or loaded, or a model that needs more than pooling.
    """
    device = choose_device(options.device)
    with hub_access(spec.description.name, spec.on_hub):
        tokenizer = _tokenizer(spec)
        model, _ = load_model(spec, choose_dtype(device, options.precision))
        recipe = _recipe(spec, tokenizer, model.config)
    model.to(device)
    described = with_config(spec, model.config.to_dict()).description
    parameters = sum(weight.numel() for weight in model.parameters())
    size_bytes = described.size_bytes or 4 * parameters
    description = replace(described, parameters=parameters, size_bytes=size_bytes)
    return TransformersEncoder(description, model, tokenizer, recipe, options.batch_size)


def _tokenizer(spec: EncoderSpec) -> Any:
    """The model's tokenizer, made to pad behind the text.

    A model that reads from left to right then never sees the padding, and counts its places from the first token, so a
    text has the same vector whatever it shares its batch with. Models made for writing often have no padding token.
    """
    tokenizer = AutoTokenizer.from_pretrained(spec.location)
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _recipe(spec: EncoderSpec, tokenizer: Any, config: Any) -> TextRecipe:
    """The spec's own choices first, then what the model's files say, then the usual."""
    _refuse_further_modules(spec)
    prompts = model_file(spec, "config_sentence_transformers.json").get("prompts") or {}
    limits = (
        model_file(spec, "sentence_bert_config.json").get("max_seq_length"),
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
    config = model_file(spec, "1_Pooling/config.json")
    modes = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
    if not modes and config.get("pooling_mode"):
        modes = [_SHORT.get(config["pooling_mode"], str(config["pooling_mode"]))]
    if not modes:
        return "mean"
    if len(modes) == 1 and modes[0] in _POOLING:
        return _POOLING[modes[0]]
    raise EncoderUnavailable(
        f"encoder {spec.description.name!r} pools by {' and '.join(modes)}. Only {', '.join(POOLINGS)} are supported; "
        "?pooling=mean behind its name overrides that"
    )


def _refuse_further_modules(spec: EncoderSpec) -> None:
    """A dense layer behind the pooling would be left out silently and give other vectors than published."""
    modules = model_file(spec, "modules.json").get("modules", [])
    further = [m["type"] for m in modules if str(m.get("type", "")).rsplit(".", 1)[-1] not in _PLAIN_MODULES]
    if further:
        raise EncoderUnavailable(
            f"encoder {spec.description.name!r} needs {', '.join(further)}, which is not supported. Choose a model "
            "that is a transformer with pooling"
        )
