"""Vision models through transformers: ResNet, ViT, DINOv2, ConvNeXT and their like as encoders of photos only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, EncoderUnavailable, InvalidPhoto
from core.vectors import FloatArray
from encoders.devices import choose_device, choose_dtype, wait_for
from encoders.embedding import embed_rows
from encoders.hub import hub_access
from encoders.loading import EncoderOptions
from encoders.photo_recipe import PhotoRecipe, read_recipe
from encoders.photos import PhotoLimits, open_photo
from encoders.registry import EncoderSpec, with_config
from encoders.transformers_files import load_model, model_file


class TransformersPhotoEncoder:
    """A transformers vision model as an `Encoder` that sees photos only.

    A photo's vector is the model's pooled output, as its authors trained it: the mean over the last feature map of a
    ResNet, the normalised CLS token of DINOv2. Where a checkpoint was published without its pooler, as ViTs for
    classification are, it is the CLS token before it.

    Attributes
    ----------
    model, device: what computes, and where, for those who train or write it.
    """

    def __init__(
        self, description: EncoderDescription, model: Any, recipe: PhotoRecipe, pooled: bool, options: EncoderOptions
    ) -> None:
        self._description = description
        self.model = model
        self._recipe = recipe
        self._pooled = pooled
        self._batch_size = options.batch_size
        self._limits = PhotoLimits(pixels_max=options.photo_pixels_max)
        first = next(model.parameters())
        self.device, self._dtype = first.device, first.dtype
        self._mean = torch.tensor(recipe.mean, device=self.device).view(1, 3, 1, 1)
        self._std = torch.tensor(recipe.std, device=self.device).view(1, 3, 1, 1)

    @property
    def description(self) -> EncoderDescription:
        """What this encoder is, with its true dimension."""
        return self._description

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """Decode, orient, flatten, resize and cut as the model's own processor does: uint8 (height, width, 3).

        Raises
        ------
        InvalidPhoto: bytes that are no usable picture.
        """
        picture = open_photo(photo, self._limits, self._recipe.needed_px)
        try:
            return np.array(self._recipe.shape(picture), dtype=np.uint8)
        except ValueError as error:
            raise InvalidPhoto(f"cannot be resized ({error})", remedy="Send it in another shape") from error

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        """Embed prepared photos: float32 (n, dim), rows of unit length."""
        return embed_rows(
            prepared,
            self.photo_features,
            self._description.dim,
            device=self.device,
            batch_size=self._batch_size,
            parameters=self._description.parameters,
        )

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Raises `ConfigurationError`: this model sees photos only."""
        raise self._mute(len(texts))

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Raises `ConfigurationError`: this model sees photos only."""
        raise self._mute(len(texts))

    def photo_features(self, prepared: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        """What the model makes of one batch, not scaled, with gradients where weights learn: (n, dim)."""
        return self._forward(self._pixels(prepared))

    def bare_photo_forward(self, prepared: Sequence[NDArray[np.uint8]]) -> Callable[[], None]:
        """One forward pass over a batch that lies on the device already, waited for."""
        pixels = self._pixels(prepared)

        def forward() -> None:
            with torch.inference_mode():
                self._forward(pixels)
                wait_for(self.device)

        return forward

    def _pixels(self, prepared: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        pixels = torch.from_numpy(np.stack(prepared)).to(self.device).permute(0, 3, 1, 2).float()
        return pixels.mul_(self._recipe.scale).sub_(self._mean).div_(self._std).to(self._dtype)

    def _forward(self, pixels: torch.Tensor) -> torch.Tensor:
        answer = self.model(pixel_values=pixels)
        pooled = answer.pooler_output if self._pooled else None
        if pooled is None:
            states: torch.Tensor = answer.last_hidden_state
            pooled = states[:, 0] if states.ndim == 3 else states.mean(dim=(2, 3))
        flat: torch.Tensor = pooled.flatten(1)
        return flat

    def _mute(self, count: int) -> ConfigurationError:
        return ConfigurationError(
            f"encoder {self._description.name!r} sees photos only and was given {count} texts. Use it as "
            "VITRINE_ENCODER and one that reads words as VITRINE_TEXT_ENCODER"
        )


def load_transformers_photos(spec: EncoderSpec, options: EncoderOptions) -> TransformersPhotoEncoder:
    """Load a vision model from a folder or from the hub.

    Raises
    ------
    ConfigurationError: a device that is not there.
    EncoderUnavailable: weights that cannot be found, fetched or loaded, or photos prepared in a way not known here.
    """
    device = choose_device(options.device)
    with hub_access(spec.description.name, spec.on_hub):
        recipe = _recipe(spec)
        model, pooled = load_model(spec, choose_dtype(device, options.precision))
    model.to(device).to(memory_format=torch.channels_last)
    described = with_config(spec, model.config.to_dict()).description
    parameters = sum(weight.numel() for weight in model.parameters())
    size_bytes = described.size_bytes or 4 * parameters
    return TransformersPhotoEncoder(
        replace(described, parameters=parameters, size_bytes=size_bytes), model, recipe, pooled, options
    )


def _recipe(spec: EncoderSpec) -> PhotoRecipe:
    steps = model_file(spec, "preprocessor_config.json")
    if not steps:
        raise EncoderUnavailable(
            f"encoder {spec.description.name!r} has no preprocessor_config.json, so nobody can tell how it wants its "
            "photos. Copy that file of the published model into the folder"
        )
    return read_recipe(steps, spec.description.name)
