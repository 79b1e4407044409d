"""Photos are scaled to fit, never enlarged, and kept within bounds."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from api.products.thumbnails import Thumbnails
from core.errors import InvalidPhoto
from encoders.photos import PhotoLimits
from tests.shop import photo


def thumbnails(cache_bytes_max: int = 2**20) -> Thumbnails:
    return Thumbnails(PhotoLimits(), cache_bytes_max)


def test_the_longer_side_gets_the_size_asked_for() -> None:
    rendition = thumbnails().scaled("d", photo(size=(600, 800)), 160)
    with Image.open(io.BytesIO(rendition.data)) as image:
        assert (image.format, image.size) == ("WEBP", (120, 160))


def test_a_small_photo_is_not_enlarged() -> None:
    rendition = thumbnails().scaled("d", photo(size=(60, 80)), 1280)
    with Image.open(io.BytesIO(rendition.data)) as image:
        assert image.size == (60, 80)


def test_the_original_is_sent_as_it_came_with_the_type_its_content_shows() -> None:
    data = photo()
    rendition = thumbnails().original(data)
    assert (rendition.data, rendition.media_type) == (data, "image/jpeg")


def test_a_scaled_photo_is_kept_until_newer_ones_need_its_room() -> None:
    one = len(thumbnails().scaled("d", photo(), 160).data)
    held = thumbnails(cache_bytes_max=int(one * 2.5))
    first = held.scaled("first", photo(), 160)
    held.scaled("second", photo(), 160)
    assert held.kept("first", 160) is first
    held.scaled("third", photo(), 160)
    assert held.kept("second", 160) is None
    assert held.kept("first", 160) is first
    assert held.kept("first", 320) is None


def test_bytes_that_are_no_photo_are_refused() -> None:
    with pytest.raises(InvalidPhoto):
        thumbnails().scaled("d", b"not a photo", 160)
