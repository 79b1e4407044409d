"""Photos as small as a report shows them, inside the page itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

from core.errors import InvalidPhoto
from encoders.photos import PhotoLimits, open_photo
from evaluation.catalogue import CatalogueFile, with_photos

_SIZE_PX = (96, 128)
_QUALITY = 62


def thumbnails(file: CatalogueFile, wanted: frozenset[str], limits: PhotoLimits) -> Mapping[str, str]:
    """The first photo of each product as a data URI, by product id; those without a usable one are left out."""
    if file.photos is None or not wanted:
        return {}
    made = {}
    for product in with_photos(file, wanted, limits):
        if product.photos:
            try:
                made[product.product.id] = _thumbnail(product.photos[0].data, limits)
            except InvalidPhoto:
                # The evaluation has counted it already.
                continue
    return made


def _thumbnail(photo: bytes, limits: PhotoLimits) -> str:
    image = open_photo(photo, limits, max(_SIZE_PX))
    image.thumbnail(_SIZE_PX)
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(encoded.getvalue()).decode()}"
