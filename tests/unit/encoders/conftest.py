"""Photos made on the spot, and the encoders that several tests read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.protocols import Encoder
from encoders import EncoderOptions, load_encoder

PhotoMaker = Callable[..., bytes]


@pytest.fixture(scope="session")
def pocket() -> Encoder:
    """The built-in encoder, loaded once."""
    return load_encoder("pocket", EncoderOptions(device="cpu", precision="float32", batch_size=4))


@pytest.fixture(scope="session")
def scene() -> Callable[[int, int, int], Image.Image]:
    """Smooth, colourful pictures that differ by their seed and survive JPEG nearly unchanged."""

    def make(width: int, height: int, seed: int = 0) -> Image.Image:
        coarse = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
        return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)

    return make


@pytest.fixture(scope="session")
def as_file() -> PhotoMaker:
    """An image as the bytes of a file."""

    def make(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, file_format, **options)
        return buffer.getvalue()

    return make
