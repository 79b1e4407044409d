"""A two-tower model that learns from a shop's products, and the folder it is written to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor, nn
from transformers.utils.logging import disable_progress_bar, enable_progress_bar, is_progress_bar_enabled

from core.encoders import EncoderDescription
from core.vectors import FloatArray
from encoders.finetuning.batches import Batch, in_pairs
from encoders.finetuning.clip import write_open_clip
from encoders.finetuning.losses import batch_hard_triplet
from encoders.finetuning.measuring import ITEM_TO_ITEM, Scores, by_label, in_blocks
from encoders.finetuning.optimizing import grouped, training_dtype
from encoders.finetuning.plan import Plan
from encoders.finetuning.products import Codes, Corpus, Pixels
from encoders.finetuning.unfreezing import train_mode
from encoders.loading import EncoderOptions
from encoders.open_clip_family import OpenClipEncoder
from encoders.registry import resolve
from encoders.transformers_family import TransformersEncoder
from encoders.transformers_files import model_file
from encoders.transformers_photos import TransformersPhotoEncoder
from encoders.two_tower import (
    CONFIG_FILE,
    IMAGE_FOLDER,
    PREFIX,
    TEXT_FOLDER,
    WEIGHTS_FILE,
    Fusion,
    fused,
    load_backbones,
)

# Of one label in a row, so that every batch has partners to be told from others.
EACH = 4


class TwoTowerTrainee:
    """Projections on two encoders, and after some epochs the encoders as well, by batch-hard triplets of labels.

    Raises
    ------
    ConfigurationError, EncoderUnavailable: a backbone that is not known, cannot be loaded, or cannot see or read.
    """

    kind = "two-tower"
    prefix = PREFIX
    config_file = CONFIG_FILE

    def __init__(self, image: str, text: str, plan: Plan, options: EncoderOptions) -> None:
        self._names = (image, text)
        self._backbones = load_backbones(image, text, options)
        self._plan = plan
        self._frozen = True
        self.device = self._backbones.device
        self.precision = training_dtype(self.device, options.precision)
        eyes, reader = self._backbones.eyes, self._backbones.reader
        # Before the run sets its seed, and the same every time all the same.
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(plan.seed)
            fusion = Fusion(eyes.description.dim, reader.description.dim, plan.half_dim).to(self.device)
        self._fusion = fusion
        self._all = nn.ModuleDict({"image": eyes.model, "text": reader.model, "fusion": fusion})

    @property
    def module(self) -> nn.Module:
        """Both backbones and the projections."""
        return self._all

    @property
    def description(self) -> EncoderDescription:
        """Of the image backbone."""
        return self._backbones.eyes.description

    @property
    def prepare_photo(self) -> Callable[[bytes], Pixels]:
        """As the image backbone prepares photos."""
        return self._backbones.eyes.prepare_photo

    def tokenize(self, texts: list[str]) -> list[str]:
        """The texts themselves: the backbone turns them into tokens of its own."""
        return texts

    def groups(self) -> list[dict[str, Any]]:
        """Projections at the full rate, backbones at a smaller one."""
        share = self._plan.backbone_rate
        return [
            *grouped(self._fusion.named_parameters(), self._plan),
            *grouped(self._backbones.image_weights(), self._plan, share),
            *grouped(self._backbones.text_weights(), self._plan, share),
        ]

    def begin_epoch(self, epoch: int) -> None:
        """Backbones stand still in the first epochs."""
        self._frozen = epoch < self._plan.frozen_epochs
        for _, weight in (*self._backbones.image_weights(), *self._backbones.text_weights()):
            weight.requires_grad_(not self._frozen)
        train_mode(self._all)
        if self._frozen:
            self._all["image"].eval()
            self._all["text"].eval()

    def order(self, rows: Codes, labels: Codes, epoch: int) -> Codes:
        """Several of one label after another."""
        return in_pairs(rows, labels, self._plan.seed, epoch, EACH)

    def part(self, batch: Batch, chosen: slice) -> Batch:
        """Some products of a batch."""
        return Batch(batch.photos[chosen], batch.texts[chosen], batch.labels[chosen], batch.text_codes[chosen])

    def loss(self, batch: Batch) -> Tensor:
        """Batch-hard triplet loss over fused vectors."""
        vectors = fused(self._backbones, self._fusion, list(batch.photos), batch.texts)
        return batch_hard_triplet(vectors, batch.labels.to(self.device), self._plan.margin)

    def after_step(self) -> None:
        """Nothing has bounds."""

    def measure(self, corpus: Corpus, rows: Codes) -> Scores:
        """How well fused vectors of title and first photo find products of their label."""
        self._all.eval()

        def embed(part: list[int]) -> FloatArray:
            with torch.inference_mode():
                photos, titles = [corpus.photo(row) for row in part], corpus.titles(part)
                vectors: FloatArray = fused(self._backbones, self._fusion, photos, titles).cpu().numpy()
                return vectors

        vectors = in_blocks(embed, rows)
        return {ITEM_TO_ITEM: by_label(vectors, vectors, corpus.labels[rows], itself=False)}

    def save(self, folder: Path) -> None:
        """Write both backbones in their own formats, the projections, and what joins them."""
        reader = self._backbones.reader
        self._save_eyes(folder / IMAGE_FOLDER)
        self._save_reader(folder / TEXT_FOLDER)
        weights = {name: weight.detach().cpu().contiguous() for name, weight in self._fusion.state_dict().items()}
        # Its `save_file` makes files that nobody but their owner can read.
        (folder / WEIGHTS_FILE).write_bytes(save(weights, metadata={"format": "pt"}))
        recipe = None if isinstance(reader, OpenClipEncoder) else reader.recipe
        config = {
            "half_dim": self._plan.half_dim,
            "image_base": self._names[0],
            "text_base": self._names[1],
            "pooling": None if recipe is None else recipe.pooling,
            "passage_prefix": "" if recipe is None else recipe.passage_prefix,
        }
        _write_json(folder / CONFIG_FILE, config)

    def _save_eyes(self, folder: Path) -> None:
        eyes, spec = self._backbones.eyes, resolve(self._names[0])
        if isinstance(eyes, OpenClipEncoder):
            write_open_clip(eyes, spec, folder)
            return
        _save_transformers(eyes, folder)
        _write_json(folder / "preprocessor_config.json", model_file(spec, "preprocessor_config.json"))

    def _save_reader(self, folder: Path) -> None:
        reader = self._backbones.reader
        if isinstance(reader, OpenClipEncoder):
            write_open_clip(reader, resolve(self._names[1]), folder)
            return
        _save_transformers(reader, folder)
        reader.tokenizer.save_pretrained(str(folder))
        _write_json(folder / "sentence_bert_config.json", {"max_seq_length": reader.recipe.tokens_max})


def _save_transformers(encoder: TransformersEncoder | TransformersPhotoEncoder, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shown = is_progress_bar_enabled()
    # The library's own bar would stand between those of the command.
    disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it without annotations.
    try:
        encoder.model.save_pretrained(str(folder))
    finally:
        if shown:
            enable_progress_bar()  # type: ignore[no-untyped-call]  # As above.


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
