"""The pocket model's shape, how a run starts from it, and how it is written to disk in open_clip's own format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from scripts.pocket_data import PHOTO_SIZE, WHITE, Pixels
from scripts.pocket_words import CONTEXT_TOKENS, END, PADDING, START, UNKNOWN

TRUNK = "mobilenetv4_conv_small"
EMBEDDING_DIM = 128
PAD_ID, EOS_ID = 0, 3  # [PAD] and [SEP] in the tokenizer's list of special tokens.
HEAD_SCALE = 16.0
LOGIT_SCALE_MAX = 4.6052  # ln(100), the limit of the CLIP paper (Radford et al. 2021, section 2.5).
WEIGHTS_FILE = "open_clip_model.safetensors"
EMBEDDED_TOKENS = "text.token_embedding.weight"


def model_config(vocabulary_size: int) -> dict[str, Any]:
    """open_clip's model configuration: MobileNetV4-S for photos, two causal transformer layers for words."""
    return {
        "embed_dim": EMBEDDING_DIM,
        "custom_text": True,
        "vision_cfg": {
            "timm_model_name": TRUNK,
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "",
            "image_size": list(PHOTO_SIZE),
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
    """open_clip's photo preparation: as large as fits into the model's size, padded with white."""
    return {
        "size": list(PHOTO_SIZE),
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

    def embed_texts(self, texts: Tensor) -> Tensor:
        """Unit-length embeddings of token ids (n, t): (n, dim).

        Texts of like length go together, without the padding they do not need: the causal mask makes that exact.
        """
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


def embed_photos(tower: nn.Module, photos: Tensor) -> Tensor:
    """Unit-length embeddings of float photos (n, 3, h, w) by a photo tower: (n, dim)."""
    return functional.normalize(tower(photos), dim=-1)


def embed_prepared(tower: nn.Module, photos: Pixels, size: tuple[int, int]) -> Tensor:
    """Unit-length vectors of prepared photos, uint8 (n, h, w, 3), at a size: (n, dim); the tower only looks."""
    tower.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(photos), 256):
            part = torch.from_numpy(photos[start : start + 256]).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
            if part.shape[-2:] != size:
                part = functional.interpolate(part, size, mode="bilinear", antialias=True)
            found.append(embed_photos(tower, part))
    return torch.cat(found)


def take_weights(trainee: PocketTrainee, tokenizer: Tokenizer, source: Path) -> list[str]:
    """Begin with the weights of a saved model wherever they fit, tokens by their spelling; what was not found there.

    A token that the other vocabulary lacks gets the mean of the pieces that it was read in.
    """
    found = {name: weight.float() for name, weight in load_file(str(source / WEIGHTS_FILE)).items()}
    own = trainee.clip.state_dict()
    other = Tokenizer.from_file(str(source / "tokenizer.json"))
    other.no_padding()
    rows = found[EMBEDDED_TOKENS]
    for token, number in tokenizer.get_vocab().items():
        known = other.token_to_id(token)
        pieces = [known] if known is not None else other.encode(token.removeprefix("##"), add_special_tokens=False).ids
        own[EMBEDDED_TOKENS][number] = rows[pieces].mean(dim=0)
    fitting = {name for name in own if name in found and found[name].shape == own[name].shape} - {EMBEDDED_TOKENS}
    trainee.clip.load_state_dict(own | {name: found[name].to(own[name].dtype) for name in fitting})
    return sorted(set(own) - fitting - {EMBEDDED_TOKENS})


def save_model(clip: nn.Module, tokenizer: Tokenizer, target: Path) -> None:
    """Write weights (fp16 safetensors), configuration and tokenizer so that `local-dir:` loads them."""
    target.mkdir(parents=True, exist_ok=True)
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in clip.state_dict().items()
    }
    weights_file = target / WEIGHTS_FILE
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
