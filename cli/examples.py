"""Pictures and products to search by, as a person names them on a command line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InvalidPhoto, InvalidQuery

if TYPE_CHECKING:
    from core.examples import Crop, Example

_WHOLE = "whole"
_REMEDY = "Write left,top,width,height as shares from 0 to 1, like 0.2,0,0.5,1; or whole"


def photo_examples(paths: Sequence[Path], crops: Sequence[str], option: str) -> tuple[Example, ...]:
    """Photos in files; the first crop belongs to the first photo, and so on.

    Parameters
    ----------
    crops: `left,top,width,height` each, or `whole`; at most as many as there are photos.
    option: what the photos were given with, for messages.

    Raises
    ------
    InvalidPhoto: a file cannot be read.
    InvalidQuery: a crop that cannot be, or one too many.
    """
    from core.examples import Example

    if len(crops) > len(paths):
        raise InvalidQuery(
            "has no photo to take a part of",
            field="--crop",
            value=crops[len(paths)],
            remedy="Give one --photo for each",
        )
    return tuple(
        Example(_read(path, option), crop=_crop(crop), place=option if len(paths) == 1 else f"{option} {path}")
        for path, crop in zip_longest(paths, crops, fillvalue=None)
        if path is not None
    )


def product_examples(product_ids: Sequence[str], option: str) -> tuple[Example, ...]:
    """Products by id."""
    from core.examples import Example

    return tuple(Example(product_id=product_id, place=option) for product_id in product_ids)


def _crop(text: str | Path | None) -> Crop | None:
    from core.examples import Crop

    if text is None or text == _WHOLE:
        return None
    try:
        left, top, width, height = (float(part) for part in str(text).split(","))
    except ValueError as error:
        raise InvalidQuery("is no part of a photo", field="--crop", value=text, remedy=_REMEDY) from error
    try:
        return Crop(left, top, width, height)
    except InvalidQuery as error:
        raise InvalidQuery(error.reason, field=f"--{error.field}", value=error.value, remedy=error.remedy) from error


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidPhoto(
            f"cannot be read: {error.strerror}",
            field=option.removeprefix("--"),
            value=str(path),
            remedy="Check the path",
        ) from error
