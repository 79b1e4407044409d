"""Pictures and products as they are named on a command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.examples import photo_examples, product_examples
from core.errors import InvalidPhoto, InvalidQuery
from core.examples import Crop


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    for path in made:
        path.write_bytes(path.name.encode())
    return made


def test_crops_belong_to_photos_in_their_order(paths: list[Path]) -> None:
    first, second = photo_examples(paths, ["whole", "0.1,0.2,0.5,0.6"], "--photo")
    assert (first.photo, first.crop) == (b"a.jpg", None)
    assert (second.photo, second.crop) == (b"b.jpg", Crop(0.1, 0.2, 0.5, 0.6))
    assert photo_examples(paths, ["0,0,1,0.5"], "--photo")[1].crop is None


def test_photos_are_told_apart_in_messages(paths: list[Path]) -> None:
    assert [example.place for example in photo_examples(paths[:1], [], "--photo")] == ["--photo"]
    assert [example.place for example in photo_examples(paths, [], "--photo")] == [f"--photo {path}" for path in paths]
    assert [example.place for example in product_examples(["1", "2"], "--product")] == ["--product", "--product"]


@pytest.mark.parametrize("crop", ["", "0,0,1", "a,b,c,d", "0,0,1,1,1", "0,0,0,1", "0.5,0,0.6,1", "nan,0,1,1"])
def test_a_crop_that_cannot_be_is_named(paths: list[Path], crop: str) -> None:
    with pytest.raises(InvalidQuery, match="--crop") as caught:
        photo_examples(paths, [crop], "--photo")
    assert caught.value.remedy


def test_a_crop_without_a_photo_is_refused(paths: list[Path]) -> None:
    with pytest.raises(InvalidQuery, match="no photo to take a part of"):
        photo_examples(paths, ["whole"] * 3, "--photo")


def test_a_photo_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidPhoto, match=r"unlike-photo.*missing"):
        photo_examples([tmp_path / "missing.jpg"], [], "--unlike-photo")
