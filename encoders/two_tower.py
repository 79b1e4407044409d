"""The two-tower model: one vector of a product from its photo and its words, each by an encoder of its own.

Late fusion: features of both backbones, scaled to unit length, are projected and joined end to end, and the whole is
scaled to unit length. Only products reach it, since a query lacks a photo or words; `embed_products` is its one way in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, EncoderUnavailable, InvalidVector, shown
from core.vectors import FloatArray
from encoders.embedding import embed_rows
from encoders.hub import hub_access
from encoders.loading import EncoderOptions, load_encoder
from encoders.open_clip_family import OpenClipEncoder
from encoders.registry import TWO_TOWER, TWO_TOWER_FILE, resolve
from encoders.transformers_family import TransformersEncoder, load_transformers
from encoders.transformers_photos import TransformersPhotoEncoder

PREFIX, CONFIG_FILE = f"{TWO_TOWER}:", TWO_TOWER_FILE
WEIGHTS_FILE, IMAGE_FOLDER, TEXT_FOLDER = "projections.safetensors", "image", "text"

Eyes = OpenClipEncoder | TransformersPhotoEncoder
Reader = OpenClipEncoder | TransformersEncoder


@dataclass(frozen=True, slots=True)
class Backbones:
    """The encoders of both towers."""

    eyes: Eyes
    reader: Reader

    @property
    def device(self) -> torch.device:
        """Where both compute."""
        device: torch.device = self.eyes.device
        return device

    def image_weights(self) -> list[tuple[str, nn.Parameter]]:
        """Weights that image features depend on."""
        model: Any = self.eyes.model
        tower = model.visual if isinstance(self.eyes, OpenClipEncoder) else model
        return list(tower.named_parameters())

    def text_weights(self) -> list[tuple[str, nn.Parameter]]:
        """Weights that text features depend on."""
        named = self.reader.model.named_parameters()
        return [(name, weight) for name, weight in named if not name.startswith(("visual.", "logit_"))]


class Fusion(nn.Module):
    """The projections of both towers.

    They begin as parts of a rotation, so that the untrained model is close to features that are simply joined.

    Parameters
    ----------
    image_dim, text_dim: of the backbones. dim: of each half of a product's vector.
    """

    def __init__(self, image_dim: int, text_dim: int, dim: int) -> None:
        super().__init__()
        self.image = nn.Linear(image_dim, dim)
        self.text = nn.Linear(text_dim, dim)
        for half in (self.image, self.text):
            nn.init.orthogonal_(half.weight)
            nn.init.zeros_(half.bias)

    def forward(self, image_features: Tensor, text_features: Tensor, has_photo: Tensor) -> Tensor:
        """Products' vectors of unit length: (n, 2 dim); the half of a photo that is not there is zero."""
        image = self.image(functional.normalize(image_features.float(), dim=-1)) * has_photo[:, None]
        text = self.text(functional.normalize(text_features.float(), dim=-1))
        return functional.normalize(torch.cat([image, text], dim=-1), dim=-1)


class TwoTowerEncoder:
    """A trained two-tower model: products to vectors."""

    def __init__(self, description: EncoderDescription, backbones: Backbones, fusion: Fusion, batch_size: int) -> None:
        self._description = description
        self._backbones = backbones
        self._fusion = fusion
        self._batch_size = batch_size

    @property
    def description(self) -> EncoderDescription:
        """What this encoder is; it embeds neither photos nor texts alone."""
        return self._description

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """As its image backbone prepares photos: uint8 (height, width, 3); raises `InvalidPhoto`."""
        return self._backbones.eyes.prepare_photo(photo)

    def embed_products(self, photos: Sequence[NDArray[np.uint8] | None], texts: Sequence[str]) -> FloatArray:
        """Embed products: float32 (n, dim), rows of unit length.

        Parameters
        ----------
        photos: the first photo of each product, prepared; None where it has none.
        texts: the words of each.

        Raises
        ------
        InvalidVector: not as many photos as texts.
        """
        if len(photos) != len(texts):
            raise InvalidVector(f"two-tower: there are {len(photos)} photos, but {len(texts)} texts")

        def features(part: Sequence[int]) -> Tensor:
            return fused(self._backbones, self._fusion, [photos[i] for i in part], [texts[i] for i in part])

        return embed_rows(
            range(len(texts)),
            features,
            self._description.dim,
            device=self._backbones.device,
            batch_size=self._batch_size,
            parameters=self._description.parameters,
        )


def fused(
    backbones: Backbones, fusion: Fusion, photos: Sequence[NDArray[np.uint8] | None], texts: Sequence[str]
) -> Tensor:
    """The vectors of one batch of products, with gradients where weights learn: (n, 2 dim)."""
    there = [photo for photo in photos if photo is not None]
    has_photo = torch.tensor([photo is not None for photo in photos], device=backbones.device)
    features = torch.zeros(len(photos), fusion.image.in_features, device=backbones.device)
    if there:
        features[has_photo] = backbones.eyes.photo_features(there).float()
    vectors: Tensor = fusion(features, backbones.reader.text_features(texts), has_photo.float())
    return vectors


def load_backbones(image: str, text: str, options: EncoderOptions) -> Backbones:
    """Load the encoders of both towers by their names, in float32.

    Raises
    ------
    ConfigurationError: an encoder that is not known, or that cannot see or read.
    EncoderUnavailable: weights that cannot be found, fetched or loaded.
    """
    exact = replace(options, precision="float32")
    eyes, reader = load_encoder(image, exact), load_encoder(text, exact)
    if not isinstance(eyes, OpenClipEncoder | TransformersPhotoEncoder):
        raise ConfigurationError(f"two-tower: the image backbone {image!r} sees no photos. Name one that does")
    if not isinstance(reader, OpenClipEncoder | TransformersEncoder):
        raise ConfigurationError(f"two-tower: the text backbone {text!r} reads no words. Name one that does")
    return Backbones(eyes, reader)


def load_two_tower(name: str, options: EncoderOptions | None = None) -> TwoTowerEncoder:
    """Load a model that `vitrine finetune two-tower` has written, by `two-tower:FOLDER` or its folder.

    Raises
    ------
    EncoderUnavailable: a folder that holds no such model, or a damaged one.
    """
    folder = Path(name.removeprefix(PREFIX)).expanduser().absolute()
    chosen = options or EncoderOptions()
    config = _read_config(folder)
    with hub_access(f"{PREFIX}{folder}", on_hub=False):
        eyes = load_encoder(f"local-dir:{folder / IMAGE_FOLDER}", replace(chosen, precision="float32"))
        reader = _load_reader(folder / TEXT_FOLDER, config, replace(chosen, precision="float32"))
        if not isinstance(eyes, OpenClipEncoder | TransformersPhotoEncoder):
            raise EncoderUnavailable(f"encoder {shown(str(folder))}: its image backbone sees no photos")
        fusion = Fusion(eyes.description.dim, reader.description.dim, config["half_dim"])
        fusion.load_state_dict(load_file(folder / WEIGHTS_FILE))
        fusion.to(eyes.device).eval().requires_grad_(False)
    parameters = sum(weight.numel() for weight in fusion.parameters())
    parameters += eyes.description.parameters + reader.description.parameters
    size_bytes = sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    description = EncoderDescription(
        name=f"{PREFIX}{folder}",
        family=TWO_TOWER,
        dim=2 * int(config["half_dim"]),
        licence="unknown",
        parameters=parameters,
        size_bytes=size_bytes,
        source=str(folder),
        photo=False,
        text=False,
    )
    return TwoTowerEncoder(description, Backbones(eyes, reader), fusion, chosen.batch_size)


def _load_reader(folder: Path, config: dict[str, Any], options: EncoderOptions) -> Reader:
    spec = resolve(f"local-dir:{folder}")
    if config["pooling"] is None:
        encoder = load_encoder(f"local-dir:{folder}", options)
        if not isinstance(encoder, OpenClipEncoder):
            raise EncoderUnavailable(f"encoder {shown(str(folder))}: the pooling of its text backbone is not stated")
        return encoder
    return load_transformers(
        replace(spec, pooling=config["pooling"], query_prefix="", passage_prefix=config["passage_prefix"]), options
    )


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: content[name] for name in ("half_dim", "pooling", "passage_prefix")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderUnavailable(
            f"encoder {shown(str(folder))} is no two-tower model ({CONFIG_FILE}: {error}). Name a folder that "
            "`vitrine finetune two-tower` has written"
        ) from error
