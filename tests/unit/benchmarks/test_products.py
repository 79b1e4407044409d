"""The products that are measured with."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from benchmarks.products import ProductFile, products_in


@pytest.fixture
def products(tmp_path: Path) -> ProductFile:
    """Three products, two of them with the same title."""
    with (tmp_path / "products.csv").open("w", newline="") as out:
        csv.writer(out).writerows([["id", "title"], ["1", "Red,\nlong"], ["2", "Blue  hat"], ["3", "Blue hat"]])
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as photos:
        photos.writestr("1.jpg", b"photo")
    return products_in(tmp_path, tmp_path)


def test_records_are_counted_and_not_lines(products: ProductFile) -> None:
    assert products.count == 3


def test_the_first_products_are_whole_records(products: ProductFile, tmp_path: Path) -> None:
    first = products.first(1, tmp_path)
    assert first.count == 1
    with first.products_path.open(newline="") as rows:
        assert list(csv.DictReader(rows)) == [{"id": "1", "title": "Red,\nlong"}]


def test_asking_for_more_than_there_are_gives_all(products: ProductFile, tmp_path: Path) -> None:
    assert products.first(10, tmp_path) is products


def test_every_title_comes_once(products: ProductFile) -> None:
    assert products.titles() == ["Red, long", "Blue hat"]


def test_a_named_folder_without_products_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"products\.csv is missing; name a folder"):
        products_in(tmp_path, tmp_path)
