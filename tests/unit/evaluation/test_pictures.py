"""Other renderings of a product's photo."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from evaluation.queries import JudgedQuery, QuerySet
from evaluation.query_sets.pictures import SHARPER, picture_sets
from tests.shop import photo

PHOTOS = {"1": photo("red", "shoe", seed=1), "2": photo("blue", "bag", seed=2), "3": photo("red", "shoe", seed=1)}
TITLES = {"1": "A shoe", "2": "A bag", "3": "The same shoe"}


def _sets(sharper: dict[str, bytes] | None = None) -> dict[str, QuerySet]:
    return {made.name: made for made in picture_sets(PHOTOS, TITLES, sharper or {}, seed=1)}


def _pixels(data: bytes) -> NDArray[np.float64]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.float64)


def _rendered(judged: JudgedQuery) -> bytes:
    (example,) = judged.query.images
    assert example.photo is not None
    return example.photo


def test_products_with_the_same_photo_count_as_one() -> None:
    for made in _sets().values():
        assert [set(judged.relevant) for judged in made.queries] == [{"1", "3"}, {"2"}, {"1", "3"}]
        assert made.as_one


def test_a_flip_is_the_photo_mirrored() -> None:
    flipped = _rendered(_sets()["picture_flip"].queries[1])
    mirrored = np.asarray(ImageOps.mirror(Image.open(io.BytesIO(PHOTOS["2"])).convert("RGB")), dtype=np.float64)
    assert np.abs(_pixels(flipped) - mirrored).mean() < 5


def test_a_crop_keeps_most_of_each_side_and_is_a_part_of_the_photo() -> None:
    whole = _pixels(PHOTOS["2"])
    cut = _pixels(_rendered(_sets()["picture_crop"].queries[1]))
    height, width = cut.shape[:2]
    assert 0.7 <= height / whole.shape[0] <= 1
    assert 0.7 <= width / whole.shape[1] <= 1
    assert (height, width) != whole.shape[:2]
    places = [
        np.abs(whole[top : top + height, left : left + width] - cut).mean()
        for top in range(whole.shape[0] - height + 1)
        for left in range(whole.shape[1] - width + 1)
    ]
    assert min(places) < 5


def test_a_recompressed_photo_has_the_same_size_and_fewer_bytes() -> None:
    poor = _rendered(_sets()["picture_recompressed"].queries[1])
    assert _pixels(poor).shape == _pixels(PHOTOS["2"]).shape
    assert len(poor) < len(PHOTOS["2"])


def test_sharper_files_are_asked_with_where_there_are_some() -> None:
    assert SHARPER not in _sets()
    sharp = photo("blue", "bag", seed=2, size=(240, 320))
    (judged,) = _sets({"2": sharp, "9": sharp})[SHARPER].queries
    assert judged.query.images[0].photo == sharp
    assert judged.relevant == {"2"}
