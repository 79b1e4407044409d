"""CLIP-like models through open_clip: photos and words in one space."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import open_clip
import torch
from numpy.typing import NDArray
from open_clip.transform import MaybeToTensor
from torchvision.transforms import Normalize

from core.encoders import EncoderDescription
from core.errors import ConfigurationError, EncoderUnavailable, InvalidPhoto
from core.vectors import FloatArray
from encoders.devices import choose_device, choose_dtype, wait_for
from encoders.embedding import embed_rows
from encoders.hub import hub_access
from encoders.loading import EncoderOptions
from encoders.photos import PhotoLimits, open_photo
from encoders.registry import OPEN_CLIP, RANDOM_WEIGHTS, EncoderSpec

_RANDOM_SEED = 20_240_229


class OpenClipEncoder:
    """An open_clip model as an `Encoder`. What open_clip's own preprocessing and towers give, this gives.

    Parameters
    ----------
    model, preprocess, tokenizer: as open_clip made them; `preprocess` for inference, not for training.

    Attributes
    ----------
    model, tokenizer, device: what computes, and where, for those who train or write it.
    """

    def __init__(
        self,
        description: EncoderDescription,
        model: Any,
        preprocess: Any,
        tokenizer: Callable[[list[str]], torch.Tensor],
        options: EncoderOptions,
    ) -> None:
        self._description = description
        self.model = model
        self.tokenizer = tokenizer
        self._tokenizer_lock = threading.Lock()
        self._batch_size = options.batch_size
        self._limits = PhotoLimits(pixels_max=options.photo_pixels_max)
        self._shape_steps, self._normalise = _split(preprocess)
        self._needed_px = max(_image_size(model))
        # In half precision open_clip keeps some weights in float32; photos go in as the first convolution wants them.
        first = next(weight for weight in model.visual.parameters() if weight.ndim == 4)
        self.device, self._dtype = first.device, first.dtype
        self._mean = torch.tensor(self._normalise.mean, device=self.device).view(1, 3, 1, 1)
        self._std = torch.tensor(self._normalise.std, device=self.device).view(1, 3, 1, 1)

    @property
    def description(self) -> EncoderDescription:
        """What this encoder is, with its true dimension."""
        return self._description

    def prepare_photo(self, photo: bytes) -> NDArray[np.uint8]:
        """Decode, orient, flatten and resize as open_clip does: uint8 (height, width, 3). Thread-safe.

        Raises
        ------
        InvalidPhoto: bytes that are no usable picture.
        """
        picture: Any = open_photo(photo, self._limits, self._needed_px)
        try:
            for step in self._shape_steps:
                picture = step(picture)
        except ValueError as error:
            raise InvalidPhoto(f"cannot be resized ({error})", remedy="Send it in another shape") from error
        return np.array(picture, dtype=np.uint8)

    def embed_photos(self, prepared: Sequence[NDArray[np.uint8]]) -> FloatArray:
        """Embed prepared photos: float32 (n, dim), rows of unit length."""
        return self._embed(prepared, self.photo_features)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Embed what people type: float32 (n, dim), rows of unit length."""
        return self._embed(texts, self.text_features)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Embed the words of products, cut after the model's context: float32 (n, dim), rows of unit length."""
        return self._embed(texts, self.text_features)

    def photo_features(self, prepared: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        """What the model makes of one batch, not scaled, with gradients where weights learn: (n, dim)."""
        features: torch.Tensor = self.model.encode_image(self._pixels(prepared))
        return features

    def text_features(self, texts: Sequence[str]) -> torch.Tensor:
        """As `photo_features`, of words: (n, dim)."""
        features: torch.Tensor = self.model.encode_text(self._tokens(texts))
        return features

    def tokenize(self, texts: Sequence[str]) -> torch.Tensor:
        """Token ids (n, context), not on the device yet. Thread-safe."""
        # Fast tokenizers keep padding and truncation as shared state and refuse two threads at once.
        with self._tokenizer_lock:
            return self.tokenizer(list(texts))

    def bare_photo_forward(self, prepared: Sequence[NDArray[np.uint8]]) -> Callable[[], None]:
        """One forward pass over a batch that lies on the device already, waited for."""
        pixels = self._pixels(prepared)
        return self._bare(lambda: self.model.encode_image(pixels))

    def bare_text_forward(self, texts: Sequence[str]) -> Callable[[], None]:
        """One forward pass over a batch whose tokens lie on the device already, waited for."""
        tokens = self._tokens(texts)
        return self._bare(lambda: self.model.encode_text(tokens))

    def _bare(self, run: Callable[[], torch.Tensor]) -> Callable[[], None]:
        def forward() -> None:
            with torch.inference_mode():
                run()
                wait_for(self.device)

        return forward

    def _embed(self, inputs: Sequence[Any], features: Callable[[Sequence[Any]], torch.Tensor]) -> FloatArray:
        return embed_rows(
            inputs,
            features,
            self._description.dim,
            device=self.device,
            batch_size=self._batch_size,
            parameters=self._description.parameters,
        )

    def _pixels(self, prepared: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
        pixels = torch.from_numpy(np.stack(prepared)).to(self.device).permute(0, 3, 1, 2).float()
        return pixels.div_(255.0).sub_(self._mean).div_(self._std).to(self._dtype)

    def _tokens(self, texts: Sequence[str]) -> torch.Tensor:
        return self.tokenize(texts).to(self.device)


def load_open_clip(spec: EncoderSpec, options: EncoderOptions) -> OpenClipEncoder:
    """Load an open_clip model: built in, from a folder, or from the hub.

    Raises
    ------
    ConfigurationError: an unknown pretrained tag, or a device that is not there.
    EncoderUnavailable: weights that cannot be found, fetched or loaded.
    """
    _check_weights(spec)
    device = choose_device(options.device)
    precision = "bf16" if choose_dtype(device, options.precision) == torch.bfloat16 else "fp32"
    with hub_access(spec.description.name, spec.on_hub):
        model = _create(spec, precision, device)
        if isinstance(model, open_clip.CoCa) and precision != "fp32":
            # open_clip leaves the poolers of CoCa in float32 while it halves the rest, and then neither fits the other.
            model = _create(spec, "fp32", device)
        tokenizer = open_clip.get_tokenizer(spec.location)
    model.eval().requires_grad_(False)
    if spec.description.photo and hasattr(model.visual, "trunk"):
        model.visual.to(memory_format=torch.channels_last)
    preprocess = open_clip.transform.image_transform_v2(
        open_clip.transform.PreprocessCfg(**model.visual.preprocess_cfg), is_train=False
    )
    return OpenClipEncoder(_measured(spec, model), model, preprocess, tokenizer, options)


def _check_weights(spec: EncoderSpec) -> None:
    if not spec.weights or spec.weights == RANDOM_WEIGHTS:
        return
    tags = open_clip.list_pretrained_tags_by_model(spec.location)
    if spec.weights not in tags:
        raise ConfigurationError(
            f"encoder {spec.description.name!r}: open_clip has no weights {spec.weights!r} for {spec.location}. "
            f"It has: {', '.join(tags) or 'none'}; or {RANDOM_WEIGHTS} to measure speed"
        )


def _create(spec: EncoderSpec, precision: str, device: torch.device) -> Any:
    if spec.weights == RANDOM_WEIGHTS:
        with torch.random.fork_rng():
            torch.manual_seed(_RANDOM_SEED)
            return open_clip.create_model(
                spec.location, precision=precision, device=device, load_weights=False, pretrained_text=False
            )
    published = open_clip.get_pretrained_cfg(spec.location, spec.weights) if spec.weights else {}
    return open_clip.create_model(
        spec.location,
        pretrained=spec.weights or None,
        precision=precision,
        device=device,
        # Some weights were trained with another activation than their architecture names; open_clip would only warn.
        force_quick_gelu=bool(published.get("quick_gelu")),
        require_pretrained=True,
    )


def _measured(spec: EncoderSpec, model: Any) -> EncoderDescription:
    """The description with what only the loaded model tells."""
    description = spec.description
    dim = int(description.dim or _output_dim(model))
    parameters = sum(weight.numel() for weight in model.parameters())
    size_bytes = description.size_bytes or 4 * parameters
    return replace(description, family=OPEN_CLIP, dim=dim, parameters=parameters, size_bytes=size_bytes)


def _output_dim(model: Any) -> int:
    with torch.inference_mode():
        tower = next(model.visual.parameters())
        blank = torch.zeros(1, 3, *_image_size(model), device=tower.device, dtype=tower.dtype)
        return int(model.encode_image(blank).shape[-1])


def _image_size(model: Any) -> tuple[int, int]:
    """(height, width) of what the model looks at; CLIP's own ResNets state one number for both."""
    size = model.visual.image_size
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))


def _split(preprocess: Any) -> tuple[list[Callable[[Any], Any]], Normalize]:
    """open_clip's preprocessing in two: what works on the picture, and the normalisation of its numbers."""
    steps = list(preprocess.transforms)
    kinds = [type(step) for step in steps]
    if kinds[-2:] != [MaybeToTensor, Normalize]:
        raise EncoderUnavailable(
            f"open_clip prepares photos in an unknown way ({', '.join(kind.__name__ for kind in kinds)}). "
            "Install the version of open_clip_torch that the constraints file names"
        )
    return steps[:-2], steps[-1]
