"""A part of a photo, cut out before anything looks at it."""

from __future__ import annotations

import io

from core.examples import Crop
from encoders.photos import PhotoLimits, open_photo

# No encoder looks at more; a part of a huge photo would be copied and decoded again at its full size.
_SIDE_PX_MAX = 1024


def crop_photo(photo: bytes, crop: Crop, limits: PhotoLimits) -> bytes:
    """Cut a part out of a photo: a BMP of the upright part, shrunk where its longer side has more than 1,024 pixels.

    A part that is less than a pixel wide or high takes the pixel it lies in.

    Raises
    ------
    InvalidPhoto: as `open_photo`.
    """
    image = open_photo(photo, limits)
    left, right = _pixels(crop.left, crop.width, image.width)
    top, bottom = _pixels(crop.top, crop.height, image.height)
    part = image.crop((left, top, right, bottom))
    part.thumbnail((_SIDE_PX_MAX, _SIDE_PX_MAX))
    encoded = io.BytesIO()
    part.save(encoded, "BMP")
    return encoded.getvalue()


def _pixels(start: float, size: float, of: int) -> tuple[int, int]:
    """The first pixel of a part, and the first behind it."""
    first = min(of - 1, round(start * of))
    return first, min(of, max(first + 1, round((start + size) * of)))
