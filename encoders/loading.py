"""From a name to a loaded encoder. The model libraries are imported here, when an encoder is really loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, shown
from core.protocols import Encoder
from encoders.hub import hub_access
from encoders.registry import OPEN_CLIP, TWO_TOWER, EncoderSpec, resolve, with_config

Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """How encoders run.

    Attributes
    ----------
    device: `auto` takes CUDA, then MPS, then the CPU.
    batch_size: photos or texts in one forward pass.
    photo_pixels_max: larger photos are refused from their header.
    precision: `auto` takes bfloat16 where the hardware computes in it faster.
    """

    device: Device = "auto"
    batch_size: int = 64
    photo_pixels_max: int = 100_000_000
    precision: Precision = "auto"


def describe_encoder(name: str) -> EncoderDescription:
    """What is known of an encoder without loading it, its dimension always.

    Raises
    ------
    ConfigurationError: no such name.
    EncoderUnavailable: its configuration is on a hub that cannot be reached, or in a folder that holds none.
    """
    return _complete(resolve(name)).description


def load_encoder(name: str, options: EncoderOptions | None = None) -> Encoder:
    """Load an encoder, fetching its weights when they are not here yet, with progress on standard error.

    Raises
    ------
    ConfigurationError: no such name or device.
    EncoderUnavailable: weights that cannot be found, fetched or loaded; says what to do.
    """
    spec = resolve(name)
    chosen = options or EncoderOptions()
    if spec.description.family == TWO_TOWER:
        raise whole_products_only(name)
    if spec.description.family == OPEN_CLIP:
        from encoders.open_clip_family import load_open_clip

        return load_open_clip(spec, chosen)
    # Whether a model on the hub sees or reads, its configuration tells.
    spec = _complete(spec)
    if spec.description.photo:
        from encoders.transformers_photos import load_transformers_photos

        return load_transformers_photos(spec, chosen)
    from encoders.transformers_family import load_transformers

    return load_transformers(spec, chosen)


def whole_products_only(name: str) -> ConfigurationError:
    """What is said where photos or words are to be embedded by an encoder of whole products."""
    return ConfigurationError(
        f"encoder: {shown(name)} embeds whole products, and neither photos nor words alone. It belongs to the setting "
        "product_encoder, or to vitrine reindex --product-encoder"
    )


def _complete(spec: EncoderSpec) -> EncoderSpec:
    return spec if spec.description.dim else with_config(spec, _hub_config(spec))


def _hub_config(spec: EncoderSpec) -> dict[str, Any]:
    """The configuration of a model on the hub, a few kilobytes, kept in the hub's own cache."""
    from huggingface_hub import hf_hub_download

    file_name = "open_clip_config.json" if spec.description.family == OPEN_CLIP else "config.json"
    with hub_access(spec.description.name, spec.on_hub):
        path = hf_hub_download(spec.location.removeprefix("hf-hub:"), file_name)
        config: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return config
