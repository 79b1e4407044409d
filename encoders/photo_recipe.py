"""What a transformers vision model wants done to a photo, read from its preprocessor_config.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from core.errors import EncoderUnavailable, shown

Size = tuple[int, int]

_HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
_OPENAI = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
# From so many pixels on, the ConvNeXT way squeezes a photo into a square instead of cutting its edges off.
_CONVNEXT_SQUEEZES_PX = 384

# What each kind of processor does where the file is silent, as the classes of transformers say.
_SILENT: Mapping[str, Mapping[str, Any]] = {
    "ViT": {"size": {"height": 224, "width": 224}, "resample": 2, "mean_std": _HALF},
    "Siglip": {"size": {"height": 224, "width": 224}, "resample": 3, "mean_std": _HALF},
    "Bit": {"size": {"shortest_edge": 224}, "resample": 3, "crop_size": 224, "mean_std": _OPENAI},
    "CLIP": {"size": {"shortest_edge": 224}, "resample": 3, "crop_size": 224, "mean_std": _OPENAI},
    "DeiT": {"size": {"height": 256, "width": 256}, "resample": 3, "crop_size": 224, "mean_std": _HALF},
    "ConvNext": {"size": {"shortest_edge": 384}, "resample": 3, "crop_pct": 224 / 256, "mean_std": _HALF},
}


@dataclass(frozen=True, slots=True)
class PhotoRecipe:
    """From an upright RGB picture to the numbers a model looks at.

    Attributes
    ----------
    shortest_px: the shorter side is resized to this, the other in proportion; None for `squeezed`.
    squeezed: (height, width) that the picture is resized to whatever its proportions; None for `shortest_px`.
        With neither, the picture is not resized.
    crop: (height, width) cut from the middle, with black where the picture is smaller; None for no cutting.
    resample: of Pillow.
    scale, mean, std: a pixel p of 0 to 255 becomes (p * scale - mean) / std.
    """

    shortest_px: int | None
    squeezed: Size | None
    crop: Size | None
    resample: Image.Resampling
    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @property
    def needed_px(self) -> int | None:
        """The longest side that is looked at; None where every pixel is."""
        if self.squeezed is not None:
            return max(self.squeezed)
        return self.shortest_px

    def shape(self, picture: Image.Image) -> Image.Image:
        """Resize and cut a picture."""
        if self.squeezed is not None:
            height, width = self.squeezed
            picture = picture.resize((width, height), self.resample)
        elif self.shortest_px is not None:
            short = min(picture.size)
            width, height = (int(self.shortest_px * side / short) for side in picture.size)
            picture = picture.resize((width, height), self.resample)
        return picture if self.crop is None else _middle(picture, self.crop)


def read_recipe(config: Mapping[str, Any], name: str) -> PhotoRecipe:
    """The recipe of a `preprocessor_config.json`.

    Raises
    ------
    EncoderUnavailable: a kind of processor, or a step, that is not known here.
    """
    kind = _kind(config, name)
    silent = _SILENT[kind]
    if config.get("do_pad"):
        raise EncoderUnavailable(f"encoder {shown(name)}: its photos are padded, which is not supported")
    shortest, squeezed = _target(config, kind, name)
    cropped = config.get("do_center_crop", "crop_size" in silent)
    crop = _pair(config.get("crop_size", silent.get("crop_size")), name) if cropped else None
    if kind == "ConvNext" and shortest is not None:
        shortest, squeezed, crop = _convnext(shortest, float(config.get("crop_pct") or silent["crop_pct"]))
    mean, std = silent["mean_std"]
    normalised = config.get("do_normalize", True)
    return PhotoRecipe(
        shortest_px=shortest,
        squeezed=squeezed,
        crop=crop,
        resample=Image.Resampling(config.get("resample", silent["resample"])),
        scale=float(config.get("rescale_factor", 1 / 255)) if config.get("do_rescale", True) else 1.0,
        mean=_three(config.get("image_mean", mean), name) if normalised else (0.0, 0.0, 0.0),
        std=_three(config.get("image_std", std), name) if normalised else (1.0, 1.0, 1.0),
    )


def _kind(config: Mapping[str, Any], name: str) -> str:
    stated = str(config.get("image_processor_type") or config.get("feature_extractor_type") or "")
    kind = stated
    for ending in ("Fast", "Pil", "ImageProcessor", "FeatureExtractor"):
        kind = kind.removesuffix(ending)
    if kind not in _SILENT:
        raise EncoderUnavailable(
            f"encoder {shown(name)}: its preprocessor_config.json prepares photos by {shown(stated)}, which is not "
            f"supported. Known are the image processors of {', '.join(_SILENT)}"
        )
    return kind


def _target(config: Mapping[str, Any], kind: str, name: str) -> tuple[int | None, Size | None]:
    """The size to resize to: of the shorter side, or of both."""
    if not config.get("do_resize", True):
        return None, None
    size = config.get("size", _SILENT[kind]["size"])
    if isinstance(size, Mapping) and set(size) == {"shortest_edge"}:
        return int(size["shortest_edge"]), None
    if isinstance(size, int) and "shortest_edge" in _SILENT[kind]["size"]:
        return size, None
    return None, _pair(size, name)


def _convnext(shortest: int, crop_pct: float) -> tuple[int | None, Size | None, Size | None]:
    """ConvNeXT's processor resizes to a little more than is wanted and cuts that from the middle."""
    if shortest >= _CONVNEXT_SQUEEZES_PX:
        return None, (shortest, shortest), None
    return int(shortest / crop_pct), None, (shortest, shortest)


def _pair(size: Any, name: str) -> Size:
    """(height, width) however a file writes it."""
    if isinstance(size, int):
        return size, size
    if isinstance(size, Mapping) and {"height", "width"} <= set(size):
        return int(size["height"]), int(size["width"])
    if isinstance(size, list | tuple) and len(size) == 2:
        return int(size[0]), int(size[1])
    raise EncoderUnavailable(
        f"encoder {shown(name)}: its preprocessor_config.json states the size {shown(size)}; known are a number, "
        "shortest_edge, or height and width"
    )


def _three(numbers: Any, name: str) -> tuple[float, float, float]:
    if isinstance(numbers, list | tuple) and len(numbers) == 3:
        return float(numbers[0]), float(numbers[1]), float(numbers[2])
    raise EncoderUnavailable(f"encoder {shown(name)}: it looks at {shown(numbers)} instead of three colours")


def _middle(picture: Image.Image, size: Size) -> Image.Image:
    height, width = size
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
