"""Products as they are read for an evaluation."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.errors import InvalidSource
from encoders.photos import PhotoLimits
from evaluation.catalogue import CatalogueFile, read_catalogue, with_photos
from tests.shop import photo

ROWS = """code,name,colour,part
1,Red boots,red,val
2,Blue boots,blue,train
3,,green,val
4,Green boots,green,val
4,Green boots again,green,val
"""
MAPPING = {"id": "code", "title": "name"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "products.csv"
    made.write_text(ROWS)
    return made


def test_only_the_products_of_the_split_are_read_and_its_column_is_no_attribute(path: Path) -> None:
    read = read_catalogue(CatalogueFile(path, MAPPING, split="val", split_column="part"))
    assert [product.title for product in read.products] == ["Red boots", "Green boots"]
    assert [dict(product.attributes) for product in read.products] == [{"colour": "red"}, {"colour": "green"}]
    assert read.rejected == 1


def test_without_a_split_all_are_read(path: Path) -> None:
    assert read_catalogue(CatalogueFile(path, MAPPING, split_column="part")).ids == {"1", "2", "4"}


def test_a_part_is_always_the_same_part(path: Path) -> None:
    one, two, again = (read_catalogue(CatalogueFile(path, MAPPING, products_max=count)).ids for count in (1, 2, 1))
    assert one == again
    assert one < two
    assert len(two) == 2


def test_a_split_that_nothing_belongs_to_says_so(path: Path) -> None:
    with pytest.raises(InvalidSource, match="no products with part = 'test'"):
        read_catalogue(CatalogueFile(path, MAPPING, split="test", split_column="part"))


def test_photos_come_with_the_wanted_products_and_bad_ones_are_left_out(path: Path, tmp_path: Path) -> None:
    archive = tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as photos:
        photos.writestr("1.jpg", photo("red"))
        photos.writestr("2.jpg", photo("blue"))
        photos.writestr("4.jpg", b"no picture")
    file = CatalogueFile(path, MAPPING, photos=archive, split="val", split_column="part")
    found = {item.product.id: len(item.photos) for item in with_photos(file, frozenset({"1", "4"}), PhotoLimits())}
    assert found == {"1": 1, "4": 0}
