"""The products that are measured with: real ones from a folder, else the drawn ones of the demo shop."""

from __future__ import annotations

import csv
import itertools
import zipfile
from dataclasses import dataclass
from pathlib import Path

from demo.catalogue import drawn_products

DRAWN = 2_000
_PLAIN = ("id", "title", "description", "brand", "category", "price", "currency", "available", "group_id")
_DRAWN_ATTRIBUTES = ("colour", "shade", "pattern", "material", "for", "department")


@dataclass(frozen=True, slots=True)
class ProductFile:
    """Products as a shop hands them over: a CSV, and a zip with one photo per product, named by its id.

    Attributes
    ----------
    label: where they come from, for the table.
    """

    label: str
    products_path: Path
    photos_path: Path
    count: int

    def first(self, count: int, folder: Path) -> ProductFile:
        """The same with at most `count` products, in a file of its own below `folder`."""
        if count >= self.count:
            return self
        path = folder / f"first-{count}.csv"
        with self.products_path.open(newline="", encoding="utf-8") as rows, path.open("w", newline="") as out:
            csv.writer(out).writerows(itertools.islice(csv.reader(rows), count + 1))
        return ProductFile(self.label, path, self.photos_path, count)

    def titles(self) -> list[str]:
        """Every title once, in the order of the file."""
        with self.products_path.open(newline="", encoding="utf-8") as rows:
            return list(dict.fromkeys(" ".join(row["title"].split()) for row in csv.DictReader(rows)))


def products_in(data: Path | None, folder: Path) -> ProductFile:
    """The real products of a folder with `products.csv` and `images.zip`; without it drawn ones, written to `folder`.

    Raises
    ------
    FileNotFoundError: a folder was named, but lacks one of the two files.
    """
    if data is None:
        return _drawn(folder)
    products_path, photos_path = data / "products.csv", data / "images.zip"
    for path in (products_path, photos_path):
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; name a folder with products.csv and images.zip by --data")
    with products_path.open(newline="", encoding="utf-8") as rows:
        count = sum(1 for _ in csv.reader(rows)) - 1
    return ProductFile(f"real products of {data.name}", products_path, photos_path, count)


def _drawn(folder: Path) -> ProductFile:
    products_path, photos_path = folder / "products.csv", folder / "images.zip"
    with products_path.open("w", newline="") as out, zipfile.ZipFile(photos_path, "w") as photos:
        writer = csv.DictWriter(out, (*_PLAIN, *_DRAWN_ATTRIBUTES), restval="", extrasaction="ignore")
        writer.writeheader()
        for record in drawn_products(DRAWN):
            writer.writerow({**{name: record[name] for name in _PLAIN}, **record["attributes"]})
            photos.writestr(f"{record['id']}.jpg", record["photos"][0].data)
    return ProductFile("drawn products, since the real ones are absent", products_path, photos_path, DRAWN)
