"""The pocket model's shape, its loss, and how it is written to disk in open_clip's own format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from scripts.pocket_data import CONTEXT_TOKENS, END, PADDING, PHOTO_PX, START, UNKNOWN, WHITE

EMBEDDING_DIM = 128
PAD_ID, EOS_ID = 0, 3  # [PAD] and [SEP] in the tokenizer's list of special tokens.
HEAD_SCALE = 16.0
LOGIT_SCALE_MAX = 4.6052  # ln(100), the limit of the CLIP paper (Radford et al. 2021, section 2.5).


def model_config(vocabulary_size: int) -> dict[str, Any]:
    """open_clip's model configuration: MobileNetV4-S for photos, two causal transformer layers for words."""
    return {
        "embed_dim": EMBEDDING_DIM,
        "custom_text": True,
        "vision_cfg": {
            "timm_model_name": "mobilenetv4_conv_small",
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "",
            "image_size": PHOTO_PX,
        },
        "text_cfg": {
            "hf_tokenizer_name": "pocket",
            "context_length": CONTEXT_TOKENS,
            "vocab_size": vocabulary_size,
            "width": 256,
            "heads": 4,
            "layers": 2,
            "mlp_ratio": 2.0,
            "pad_id": PAD_ID,
            "eos_id": EOS_ID,
            "pool_type": "eos",
        },
    }


def preprocess_config() -> dict[str, Any]:
    """open_clip's photo preparation: longest side to the model's size, padded with white to a square."""
    return {
        "size": PHOTO_PX,
        "mode": "RGB",
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "interpolation": "bicubic",
        "resize_mode": "longest",
        "fill_color": WHITE,
    }


class PocketTrainee(nn.Module):
    """The CLIP being trained with the label heads that both of its towers share; the heads are not kept."""

    def __init__(self, vocabulary_size: int, label_counts: dict[str, int]) -> None:
        super().__init__()
        config = model_config(vocabulary_size)
        del config["custom_text"]
        self.clip = open_clip.model.CustomTextCLIP(**config)
        self.heads = nn.ParameterDict(
            {name: nn.Parameter(torch.randn(count, EMBEDDING_DIM) * 0.1) for name, count in label_counts.items()}
        )

    def forward(self, photos: Tensor, texts: Tensor) -> tuple[Tensor, Tensor]:
        """Unit-length embeddings of float photos (n, 3, s, s) and token ids (m, t): (n, dim) and (m, dim)."""
        return self.clip.encode_image(photos, normalize=True), self.embed_texts(texts)

    def embed_texts(self, texts: Tensor) -> Tensor:
        """Texts of like length together, without the padding they do not need: the causal mask makes that exact."""
        lengths = (texts != PAD_ID).sum(dim=1)
        parts = lengths.argsort().chunk(4)
        embedded = [self._embed_short(texts[part, : int(lengths[part].max())]) for part in parts]
        return torch.cat(embedded)[torch.cat(parts).argsort()]

    def _embed_short(self, texts: Tensor) -> Tensor:
        """Embed token ids shorter than the context; open_clip does not cut its causal mask to them by itself."""
        tower, length = self.clip.text, texts.shape[1]
        whole = tower.attn_mask
        tower.attn_mask = whole[:length, :length]
        try:
            return functional.normalize(tower(texts), dim=-1)
        finally:
            tower.attn_mask = whole

    def label_logits(self, embeddings: Tensor, name: str) -> Tensor:
        """Scaled cosines to the prototype of each label: (n, labels)."""
        return HEAD_SCALE * embeddings @ functional.normalize(self.heads[name], dim=-1).T


@dataclass(frozen=True, slots=True)
class Batch:
    """Photos, a record text and a query text of the same products, with what is true of them.

    `codes` int64 (n, fields); `record_states` and `query_states` bool (n, fields) say which fields a text states.
    """

    photos: Tensor
    record_ids: Tensor
    query_ids: Tensor
    codes: Tensor
    record_states: Tensor
    query_states: Tensor
    labels: dict[str, Tensor]


def matches(states: Tensor, codes: Tensor) -> Tensor:
    """Whether text i is true of product j: bool (n, n); it is when they agree in every field that the text states."""
    agree = codes[:, None, :] == codes[None, :, :]
    return (agree | ~states[:, None, :]).all(dim=-1)


def contrast(texts: Tensor, others: Tensor, truth: Tensor, scale: Tensor) -> Tensor:
    """Symmetric contrastive loss where each row has all its true partners as targets, equally weighted.

    With one partner per row it is the loss of CLIP; several are averaged over as in SupCon (Khosla et al. 2020, eq. 2).
    """
    logits = scale * texts @ others.T
    wanted = truth.to(logits.dtype)
    forward = functional.cross_entropy(logits, wanted / wanted.sum(dim=1, keepdim=True))
    backward = functional.cross_entropy(logits.T, wanted.T / wanted.T.sum(dim=1, keepdim=True))
    return (forward + backward) / 2


def training_loss(trainee: PocketTrainee, batch: Batch, label_weights: dict[str, float]) -> Tensor:
    """Contrast of photo with record, photo with query and record with query, plus the labels of photo and record."""
    texts = torch.cat([batch.record_ids, batch.query_ids])
    photo, both = trainee(batch.photos, texts)
    record, query = both.chunk(2)
    scale = trainee.clip.logit_scale.exp()
    query_truth = matches(batch.query_states, batch.codes)
    loss = contrast(record, photo, matches(batch.record_states, batch.codes), scale)
    loss = loss + 0.4 * contrast(query, photo, query_truth, scale) + 0.3 * contrast(query, record, query_truth, scale)
    for name, weight in label_weights.items():
        for embeddings in (photo, record):
            logits = trainee.label_logits(embeddings, name)
            loss = loss + weight * functional.cross_entropy(logits, batch.labels[name], label_smoothing=0.1)
    return loss


def save_model(clip: nn.Module, tokenizer: Tokenizer, target: Path) -> None:
    """Write weights (fp16 safetensors), configuration and tokenizer so that `local-dir:` loads them."""
    target.mkdir(parents=True, exist_ok=True)
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in clip.state_dict().items()
    }
    weights_file = target / "open_clip_model.safetensors"
    save_file(weights, str(weights_file), metadata={"format": "pt"})
    weights_file.chmod(0o644)  # safetensors lets only the owner read, which would follow the file into packages.
    config = {"model_cfg": model_config(tokenizer.get_vocab_size()), "preprocess_cfg": preprocess_config()}
    (target / "open_clip_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it without annotations.
        tokenizer_object=tokenizer,
        model_max_length=CONTEXT_TOKENS,
        pad_token=PADDING,
        unk_token=UNKNOWN,
        cls_token=START,
        sep_token=END,
    )
    wrapped.save_pretrained(str(target))
