"""Picture queries: another rendering of a product's own photo, and that product is right."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from collections.abc import Callable, Mapping

from PIL import Image, ImageOps

from core.examples import Example
from core.queries import SearchQuery
from evaluation.queries import DEPTH, JudgedQuery, QuerySet
from evaluation.wording import IMPORTED

Rendering = Callable[[Image.Image, random.Random], bytes]

# Of each side, what is left by the tightest crop.
_CROP_MIN = 0.7
_POOR_QUALITY = 15
_GOOD_QUALITY = 95

SHARPER = "picture_sharper"
MEANINGS: Mapping[str, str] = {
    "picture_crop": "a part of the photo, at least 70 % of each side: that product",
    "picture_flip": "the photo mirrored: that product",
    "picture_recompressed": "the photo as a poor JPEG: that product",
    SHARPER: "another, sharper file of the photo: that product",
}


def picture_sets(
    photos: Mapping[str, bytes], titles: Mapping[str, str], sharper: Mapping[str, bytes], seed: int
) -> list[QuerySet]:
    """One set for each rendering.

    Parameters
    ----------
    photos: of the products asked for, by product id. Products with the same photo count as one.
    sharper: other files of these photos, by product id, where there are any.
    """
    alike: dict[bytes, set[str]] = defaultdict(set)
    for product_id, photo in photos.items():
        alike[photo].add(product_id)

    def judged(product_id: str, rendered: bytes) -> JudgedQuery:
        query = SearchQuery(images=(Example(rendered),), limit=DEPTH, include_unavailable=True)
        return JudgedQuery(f"photo of {titles[product_id]}", query, frozenset(alike[photos[product_id]]))

    rendered: dict[str, dict[str, bytes]] = {SHARPER: {name: sharper[name] for name in photos if name in sharper}}
    for name, render in _RENDERINGS.items():
        rendered[name] = {
            product_id: render(_opened(photo), random.Random(f"{name} {seed} {product_id}"))
            for product_id, photo in photos.items()
        }
    return [
        QuerySet(name, meaning, IMPORTED, tuple(judged(*pair) for pair in rendered[name].items()), as_one=True)
        for name, meaning in MEANINGS.items()
        if rendered[name]
    ]


def _opened(photo: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(photo))).convert("RGB")


def _crop(photo: Image.Image, chance: random.Random) -> bytes:
    width, height = (max(1, round(side * chance.uniform(_CROP_MIN, 1.0))) for side in photo.size)
    left, top = chance.randint(0, photo.width - width), chance.randint(0, photo.height - height)
    return _jpeg(photo.crop((left, top, left + width, top + height)), _GOOD_QUALITY)


def _flip(photo: Image.Image, chance: random.Random) -> bytes:
    del chance
    return _jpeg(ImageOps.mirror(photo), _GOOD_QUALITY)


def _recompressed(photo: Image.Image, chance: random.Random) -> bytes:
    del chance
    return _jpeg(photo, _POOR_QUALITY)


def _jpeg(photo: Image.Image, quality: int) -> bytes:
    data = io.BytesIO()
    photo.save(data, "JPEG", quality=quality)
    return data.getvalue()


_RENDERINGS: Mapping[str, Rendering] = {
    "picture_crop": _crop,
    "picture_flip": _flip,
    "picture_recompressed": _recompressed,
}
