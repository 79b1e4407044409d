"""An open_clip model that learns from a shop's products, and the folder it is written to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from core.encoders import EncoderDescription
from core.errors import InvalidInput
from core.vectors import unit_rows
from encoders.finetuning.batches import Batch, shuffled
from encoders.finetuning.losses import contrastive, supervised_contrastive
from encoders.finetuning.measuring import (
    EXACT,
    IMAGE_TO_IMAGE,
    ITEM_TO_ITEM,
    TEXT_TO_IMAGE,
    Scores,
    by_label,
    exact,
    in_blocks,
)
from encoders.finetuning.optimizing import grouped, training_dtype
from encoders.finetuning.plan import LOGIT_SCALE_MAX, Plan
from encoders.finetuning.products import Codes, Corpus, Pixels
from encoders.finetuning.unfreezing import train_mode, unfreeze_last
from encoders.hub import hub_access
from encoders.loading import EncoderOptions
from encoders.open_clip_family import OpenClipEncoder, load_open_clip
from encoders.registry import OPEN_CLIP, EncoderSpec, resolve

CONFIG_FILE, WEIGHTS_FILE = "open_clip_config.json", "open_clip_model.safetensors"


class ClipTrainee:
    """Both towers of an open_clip model, by contrast of photos and texts and by labels.

    Parameters
    ----------
    base: name of the encoder to begin with.

    Raises
    ------
    ConfigurationError, EncoderUnavailable: there is no such encoder, or its weights cannot be loaded.
    InvalidInput: it is no open_clip model, or a part of it cannot be frozen.
    """

    kind = "clip"
    prefix = "local-dir:"
    config_file = CONFIG_FILE

    def __init__(self, base: str, plan: Plan, options: EncoderOptions) -> None:
        self._spec = resolve(base)
        if self._spec.description.family != OPEN_CLIP:
            raise InvalidInput(
                "is no open_clip model", field="--base", value=base, remedy="Two-tower models take any encoder"
            )
        # The optimizer's small steps would be lost in half precision; autocast computes in it where that is faster.
        self._encoder = load_open_clip(self._spec, replace(options, precision="float32"))
        self._plan = plan
        self._model: Any = self._encoder.model
        self.device = self._encoder.device
        self.precision = training_dtype(self.device, options.precision)
        unfreeze_last(self._model, plan.image_blocks, plan.text_blocks)

    @property
    def module(self) -> nn.Module:
        """Both towers and the temperature."""
        module: nn.Module = self._model
        return module

    @property
    def description(self) -> EncoderDescription:
        """Of the model to begin with."""
        return self._encoder.description

    @property
    def prepare_photo(self) -> Callable[[bytes], Pixels]:
        """As the encoder prepares photos."""
        return self._encoder.prepare_photo

    def tokenize(self, texts: list[str]) -> Tensor:
        """Token ids (n, context)."""
        return self._encoder.tokenize(texts)

    def groups(self) -> list[dict[str, Any]]:
        """Parameters that learn, by how they decay."""
        named = ((name, weight) for name, weight in self._model.named_parameters() if weight.requires_grad)
        return grouped(named, self._plan)

    def begin_epoch(self, epoch: int) -> None:
        """Every epoch is like another."""
        del epoch
        train_mode(self._model)

    def order(self, rows: Codes, labels: Codes, epoch: int) -> Codes:
        """In which order products are learned from in one epoch."""
        del labels
        return shuffled(rows, self._plan.seed, epoch)

    def part(self, batch: Batch, chosen: slice) -> Batch:
        """Some products of a batch."""
        return Batch(batch.photos[chosen], batch.texts[chosen], batch.labels[chosen], batch.text_codes[chosen])

    def loss(self, batch: Batch) -> Tensor:
        """Symmetric contrastive loss blended with the supervised one over photos and texts together."""
        photos = self._unit(self._encoder.photo_features(list(batch.photos)))
        texts = self._unit(self._model.encode_text(batch.texts.to(self.device)))
        scale = self._model.logit_scale.exp().float()
        together = contrastive(photos, texts, scale, batch.text_codes.to(self.device))
        share = self._plan.supervised_share
        if share == 0:
            return together
        labels = batch.labels.to(self.device)
        supervised = supervised_contrastive(
            torch.cat([photos, texts]), torch.cat([labels, labels]), self._plan.temperature
        )
        return (1 - share) * together + share * supervised

    def after_step(self) -> None:
        """The temperature stays within what the model was made for (Radford et al. 2021, section 2.5)."""
        with torch.no_grad():
            self._model.logit_scale.clamp_(0.0, LOGIT_SCALE_MAX)

    def measure(self, corpus: Corpus, rows: Codes) -> Scores:
        """How well titles and first photos of some products find each other."""
        self._model.eval()
        titles = corpus.titles(rows)
        photos = in_blocks(lambda part: self._encoder.embed_photos([corpus.photo(row) for row in part]), rows)
        texts = in_blocks(lambda part: self._encoder.embed_queries(corpus.titles(part)), rows)
        items, labels = unit_rows(photos + texts), corpus.labels[rows]
        return {
            TEXT_TO_IMAGE: by_label(texts, photos, labels, itself=True),
            IMAGE_TO_IMAGE: by_label(photos, photos, labels, itself=False),
            ITEM_TO_ITEM: by_label(items, items, labels, itself=False),
            EXACT: exact(texts, photos, titles),
        }

    def save(self, folder: Path) -> None:
        """Write the model in open_clip's format."""
        write_open_clip(self._encoder, self._spec, folder)

    def _unit(self, vectors: Tensor) -> Tensor:
        return functional.normalize(vectors.float(), dim=-1)


def write_open_clip(encoder: OpenClipEncoder, spec: EncoderSpec, folder: Path) -> None:
    """Write weights, tokenizer and configuration into a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    model: Any = encoder.model
    weights = {name: weight.detach().cpu().contiguous() for name, weight in model.state_dict().items()}
    # Its `save_file` makes files that nobody but their owner can read.
    (folder / WEIGHTS_FILE).write_bytes(save(weights, metadata={"format": "pt"}))
    if isinstance(encoder.tokenizer, open_clip.tokenizer.HFTokenizer | open_clip.tokenizer.SigLipTokenizer):
        encoder.tokenizer.save_pretrained(str(folder))
    visual = dict(model.visual.preprocess_cfg)
    config = {"model_cfg": _model_config(spec), "preprocess_cfg": visual}
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=2, default=_plain) + "\n", encoding="utf-8")


def _model_config(spec: EncoderSpec) -> dict[str, Any]:
    """The architecture as open_clip wrote it, with nothing left that would be fetched."""
    scheme, _, rest = spec.location.partition(":")
    if scheme == "local-dir":
        config = json.loads((Path(rest) / CONFIG_FILE).read_text(encoding="utf-8"))["model_cfg"]
    elif scheme == "hf-hub":
        with hub_access(spec.description.name, spec.on_hub):
            # There is no public way to it.
            config = open_clip.factory._get_hf_config(rest)["model_cfg"]  # noqa: SLF001
    else:
        config = open_clip.get_model_config(spec.location)
        published = open_clip.get_pretrained_cfg(spec.location, spec.weights) if spec.weights else {}
        if published.get("quick_gelu"):
            config["quick_gelu"] = True
    made: dict[str, Any] = config
    made["vision_cfg"]["timm_model_pretrained"] = False
    if "timm_model_name" not in made["vision_cfg"]:
        del made["vision_cfg"]["timm_model_pretrained"]
    return made


def _plain(value: object) -> object:
    """Sequences and numbers of other libraries, as JSON has them."""
    return value.tolist() if isinstance(value, np.generic) else list(value)  # type: ignore[call-overload]  # Refuses others.
