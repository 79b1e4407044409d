"""Many photos at once: decoded in threads, each bad one an error of its own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidPhoto
from core.protocols import Encoder, ProductEncoder


def prepare_photos(
    encoder: Encoder | ProductEncoder, photos: Sequence[bytes], threads: int
) -> list[NDArray[np.uint8] | InvalidPhoto]:
    """Prepare each photo for the encoder, in order; a photo that cannot be used gives its error instead of pixels.

    Decoding and resizing release the GIL, so threads share the work between the cores.
    """

    def prepare(photo: bytes) -> NDArray[np.uint8] | InvalidPhoto:
        try:
            return encoder.prepare_photo(photo)
        except InvalidPhoto as error:
            return error

    if threads <= 1 or len(photos) <= 1:
        return [prepare(photo) for photo in photos]
    with ThreadPoolExecutor(max_workers=min(threads, len(photos)), thread_name_prefix="decode") as pool:
        return list(pool.map(prepare, photos))
