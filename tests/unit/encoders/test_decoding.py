"""Many photos at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from core.errors import InvalidPhoto
from core.protocols import Encoder
from encoders.decoding import prepare_photos


@pytest.mark.parametrize("threads", [1, 4])
def test_a_bad_photo_spoils_only_itself(
    threads: int, pocket: Encoder, scene: Callable[..., Image.Image], as_file: Callable[..., bytes]
) -> None:
    good = [as_file(scene(50, 60, seed)) for seed in range(3)]
    results = prepare_photos(pocket, [good[0], b"", good[1], good[2][:200], good[2]], threads)
    kinds = [type(result) for result in results]
    assert kinds == [np.ndarray, InvalidPhoto, np.ndarray, InvalidPhoto, np.ndarray]


def test_parallel_equals_serial(
    pocket: Encoder, scene: Callable[..., Image.Image], as_file: Callable[..., bytes]
) -> None:
    photos = [as_file(scene(90 + seed, 120, seed), "JPEG") for seed in range(24)]
    serial = prepare_photos(pocket, photos, threads=1)
    parallel = prepare_photos(pocket, photos, threads=8)
    for one, other in zip(serial, parallel, strict=True):
        assert isinstance(one, np.ndarray)
        assert np.array_equal(one, other)


def test_no_photos_are_no_work(pocket: Encoder) -> None:
    assert prepare_photos(pocket, [], threads=4) == []
