"""A two-tower model as a system that is judged: products as wholes, photo and words in one vector."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidPhoto
from core.incoming import IncomingProduct
from encoders.photos import PhotoLimits
from encoders.two_tower import TwoTowerEncoder, load_two_tower
from evaluation.catalogue import with_photos
from evaluation.retrieval.encoding import Encoding
from evaluation.retrieval.protocols import Encoded

_AT_ONCE = 256


def encoded_by_two_tower(encoding: Encoding, name: str) -> Encoded:
    """The vectors of all products by `two-tower:FOLDER`, NaN for one without a usable photo.

    Raises
    ------
    EncoderUnavailable: a folder that holds no such model.
    """
    encoder = load_two_tower(name, encoding.shelf.options)
    row_of = {product.id: row for row, product in enumerate(encoding.judged.products)}
    items, told = (np.full((len(row_of), encoder.description.dim), np.nan, dtype=np.float32) for _ in range(2))
    limits = PhotoLimits(encoding.settings.photo_bytes_max, encoding.settings.photo_pixels_max)
    arriving = with_photos(encoding.file, frozenset(row_of), limits)
    titles, texts = encoding.titles, encoding.told
    done = 0
    while batch := list(islice(arriving, _AT_ONCE)):
        encoding.report("encoding products", done, len(row_of))
        seen = list(_seen(encoder, batch))
        rows = [row_of[product_id] for product_id, _ in seen]
        photos = [pixels for _, pixels in seen]
        if rows:
            items[rows] = encoder.embed_products(photos, [titles[row] for row in rows])
            told[rows] = encoder.embed_products(photos, [texts[row] for row in rows])
        done += len(batch)
    return Encoded(items=items, told_items=told)


def _seen(encoder: TwoTowerEncoder, batch: list[IncomingProduct]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Id and first photo of each product that has one that can be used."""
    for incoming in batch:
        for photo in incoming.photos[:1]:
            try:
                yield incoming.product.id, encoder.prepare_photo(photo.data)
            except InvalidPhoto:
                continue
