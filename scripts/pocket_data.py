"""The fashion products and photos that the pocket model learns from.

The data are Fashion Product Images (Small), MIT licence: `products.csv`, `images.zip` and `images-224.zip` in a folder.
Only rows of one split are ever read together, so that training never sees a product it is judged on.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from open_clip.transform import CenterCropOrPad, ResizeKeepRatio
from PIL import Image
from torchvision.transforms import InterpolationMode

Pixels = npt.NDArray[np.uint8]

# Height and width. Most product photos stand upright at 3:4; a square would spend a quarter of its pixels on padding.
PHOTO_SIZE = (128, 96)
WHITE = 255

# The facts a text can state. A text matches every product that agrees with it in each field it states.
FIELDS = ("title", "article_type", "colour", "shade", "gender", "usage", "brand", "pattern", "material")
HEADS = ("article_type", "colour", "gender", "pattern", "material")


@dataclass(frozen=True, slots=True)
class Product:
    """A product as training sees it.

    Attributes
    ----------
    attributes: as the index would hold them.
    facts: of `FIELDS`, those that are known, as shown; what is compared is `fact`.
    kind: what a shopper calls its type, where that is not the article type.
    """

    id: str
    title: str
    category: str
    attributes: dict[str, object]
    facts: dict[str, str]
    kind: str = ""
    maker: str | None = None
    description: str = ""

    def fact(self, field: str) -> str:
        """The value of one of `FIELDS` in lower case, so that `RED Shirt` and `Red shirt` are one title; or ``""``."""
        return self.facts.get(field, "").strip().lower()


def read_products(data_dir: Path, split: str) -> list[Product]:
    """The products of one split, in file order."""
    with (data_dir / "products.csv").open(encoding="utf-8", newline="") as lines:
        return [_fashion_product(row) for row in csv.DictReader(lines) if row["split"] == split]


def _fashion_product(row: dict[str, str]) -> Product:
    """One row of the file. The first word of a title is nearly always the brand."""
    names = ("gender", "department", "article_type", "colour", "season", "year", "usage")
    attributes: dict[str, object] = {
        name: int(row[name]) if name == "year" else row[name] for name in names if row[name] not in ("", "NA")
    }
    facts = {name: row[name] for name in FIELDS if row.get(name, "") not in ("", "NA")}
    facts["brand"] = row["title"].split(maxsplit=1)[0] if row["title"].strip() else ""
    return Product(row["id"], row["title"], row["category"], attributes, facts)


def read_photo_files(data_dir: Path, products: Sequence[Product], archive: str = "images.zip") -> Iterator[Image.Image]:
    """The photo of each product as RGB, in the order given."""
    with zipfile.ZipFile(data_dir / archive) as files:
        for product in products:
            with Image.open(io.BytesIO(files.read(f"{product.id}.jpg"))) as photo:
                yield photo.convert("RGB")


def fit_photo(photo: Image.Image) -> Pixels:
    """As large as fits, padded with white, as open_clip prepares photos for this model: uint8 (height, width, 3)."""
    resized = ResizeKeepRatio(PHOTO_SIZE, interpolation=InterpolationMode.BICUBIC, longest=1)(photo)
    return np.asarray(CenterCropOrPad(PHOTO_SIZE, fill=WHITE)(resized), dtype=np.uint8)


def read_photos(data_dir: Path, products: Sequence[Product]) -> Pixels:
    """All photos, fitted: uint8 (n, height, width, 3)."""
    fitted = np.empty((len(products), *PHOTO_SIZE, 3), dtype=np.uint8)
    for row, photo in enumerate(read_photo_files(data_dir, products)):
        fitted[row] = fit_photo(photo)
    return fitted


def read_sharp_photos(data_dir: Path, products: Sequence[Product]) -> tuple[npt.NDArray[np.int64], Pixels]:
    """Photos with more detail, for those products that have one: their rows (m,) and uint8 (m, height, width, 3).

    The file holds photos of 3:4 squeezed to squares; they get their shape back.
    """
    with zipfile.ZipFile(data_dir / "images-224.zip") as files:
        names = set(files.namelist())
    rows = np.array([row for row, product in enumerate(products) if f"{product.id}.jpg" in names], dtype=np.int64)
    height, width = PHOTO_SIZE
    photos = read_photo_files(data_dir, [products[row] for row in rows], "images-224.zip")
    sharp = np.empty((len(rows), height, width, 3), dtype=np.uint8)
    for row, photo in enumerate(photos):
        sharp[row] = np.asarray(photo.resize((width, height), Image.Resampling.BICUBIC))
    return rows, sharp


def fact_codes(products: Sequence[Product]) -> npt.NDArray[np.int64]:
    """Each product's value in each of `FIELDS` as a number: int64 (n, len(FIELDS)); equal values have equal numbers.

    What is not known is -1; no text states it.
    """
    columns = []
    for field in FIELDS:
        values = [product.fact(field) for product in products]
        numbers = {value: number for number, value in enumerate(sorted(set(values) - {""}))} | {"": -1}
        columns.append([numbers[value] for value in values])
    return np.array(columns, dtype=np.int64).T
