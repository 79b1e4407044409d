"""Parts of photos, cut out."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.errors import InvalidPhoto
from core.examples import Crop
from encoders.cropping import crop_photo
from encoders.photos import PhotoLimits

LIMITS = PhotoLimits()
_ORIENTATION = 0x0112
_TURNED_RIGHT = 6


def quarters(width: int = 40, height: int = 60, *, turned: bool = False) -> bytes:
    """Red, green, blue and white quarters, from the top left line by line; `turned`: stored lying on its side."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    encoded = io.BytesIO()
    exif = Image.Exif()
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[_ORIENTATION] = _TURNED_RIGHT
    image.save(encoded, "PNG", exif=exif)
    return encoded.getvalue()


def cropped(photo: bytes, crop: Crop) -> Image.Image:
    return Image.open(io.BytesIO(crop_photo(photo, crop, LIMITS)))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("crop", "colour"),
    [
        (Crop(0, 0, 0.5, 0.5), (255, 0, 0)),
        (Crop(0.5, 0, 0.5, 0.5), (0, 255, 0)),
        (Crop(0, 0.5, 0.5, 0.5), (0, 0, 255)),
        (Crop(0.5, 0.5, 0.5, 0.5), (255, 255, 255)),
    ],
    ids=["red", "green", "blue", "white"],
)
def test_a_part_is_cut_out_of_the_upright_photo(
    crop: Crop,
    colour: tuple[int, int, int],
    turned: bool,
) -> None:
    part = cropped(quarters(turned=turned), crop)
    assert part.size == (20, 30)
    assert (np.asarray(part) == colour).all()


def test_all_of_a_photo_is_the_photo() -> None:
    assert (np.asarray(cropped(quarters(), Crop(0, 0, 1, 1))) == np.asarray(Image.open(io.BytesIO(quarters())))).all()


def test_a_part_smaller_than_a_pixel_takes_that_pixel() -> None:
    assert cropped(quarters(), Crop(0.999, 0.999, 0.0001, 0.0001)).size == (1, 1)


def test_a_part_of_a_huge_photo_is_shrunk() -> None:
    assert cropped(quarters(4_000, 3_000), Crop(0, 0, 1, 0.5)).size == (1024, 384)


def test_what_is_no_photo_has_no_part() -> None:
    with pytest.raises(InvalidPhoto):
        crop_photo(b"hello", Crop(0, 0, 1, 1), LIMITS)
