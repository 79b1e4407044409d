"""A shop so small that real processes can be killed in it again and again: a tiny encoder, and drawn products."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from core.incoming import IncomingPhoto

_CONFIG = {
    "model_cfg": {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8},
        "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}


def describe_tiny_encoder(folder: Path) -> str:
    """Write the configuration of an open_clip model and return the name by which settings call it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(_CONFIG))
    return f"local-dir:{folder}"


def save_tiny_encoder(folder: Path) -> str:
    """Save an open_clip model with random weights and return the name by which settings call it."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    name = describe_tiny_encoder(folder)
    torch.manual_seed(7)
    model = open_clip.CLIP(**_CONFIG["model_cfg"])
    weights = {key: tensor.contiguous() for key, tensor in model.state_dict().items()}
    save_file(weights, folder / "open_clip_model.safetensors")
    return name


def records(count: int, *, prefix: str = "p") -> Iterator[dict[str, Any]]:
    """Products with one drawn photo each, all different, as an import hands them over."""
    for number in range(count):
        yield {
            "id": f"{prefix}{number:05d}",
            "title": f"Shirt number {number}",
            "price": number + 0.5,
            "colour": "blue" if number % 2 else "green",
            "photos": [IncomingPhoto(_drawn(number), "drawn")],
        }


def _drawn(number: int) -> bytes:
    photo = Image.new("RGB", (48, 64), (number * 7 % 256, number * 13 % 256, number * 29 % 256))
    ImageDraw.Draw(photo).ellipse((4, 4, 8 + number % 36, 8 + number % 50), fill=(255, 255, number % 256))
    data = io.BytesIO()
    photo.save(data, "JPEG", quality=80)
    return data.getvalue()
