"""What is learned from: products with words, photos and a label, their photos decoded once into one file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput, InvalidPhoto
from encoders.finetuning.checkpoints import disk_errors

NO_LABEL = -1
PRODUCTS_MIN = 20
_AT_ONCE = 256
_PHOTOS_MAX = 4

Pixels = NDArray[np.uint8]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TrainingProduct:
    """One product to learn from.

    Attributes
    ----------
    texts: its words as people and indexes write them; the first is its title.
    photos: bytes of its photos, undecoded.
    label: products of one label belong together; None where it is not known.
    group: variants of one group stay on one side of the split; None: the product stands alone.
    """

    id: str
    texts: tuple[str, ...]
    photos: tuple[bytes, ...]
    label: str | None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """All products that can be learned from, by row.

    Attributes
    ----------
    labels: code of each product's label, an index into `label_names`; -1 where it has none.
    groups: products of one code are variants of each other.
    pixels: photos as the encoder prepares them, uint8 (photos, height, width, 3), in a file that is read as needed.
    first_photo: where the photos of each product begin in `pixels`, with the end behind the last.
    without_photo, bad_photos: products that were left out because they had no photo, or none that can be used.
    digest: changes when anything of this changes.
    """

    ids: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    labels: Codes
    label_names: tuple[str, ...]
    groups: Codes
    pixels: Pixels
    first_photo: Codes
    without_photo: int
    bad_photos: int
    digest: str

    def __len__(self) -> int:
        return len(self.ids)

    def titles(self, rows: Sequence[int] | Codes) -> list[str]:
        """The titles of some products."""
        return [self.texts[row][0] for row in rows]

    def photo(self, row: int, chance: float = 0.0) -> Pixels:
        """One photo of a product, the first unless `chance`, from 0 to below 1, picks another."""
        first, end = int(self.first_photo[row]), int(self.first_photo[row + 1])
        pixels: Pixels = self.pixels[first + int(chance * (end - first))]
        return pixels


def read_corpus(
    products: Iterable[TrainingProduct],
    prepare: Callable[[bytes], Pixels],
    pixels_file: Path,
    threads: int,
    report: Callable[[int], None],
) -> Corpus:
    """Decode the photos of all products, in threads, and keep what can be learned from.

    Parameters
    ----------
    prepare: as `Encoder.prepare_photo`; all its pictures are of one size.
    pixels_file: written anew.
    report: is told how many products have been read.

    Raises
    ------
    InvalidInput: fewer than 20 products have a photo that can be used.
    """
    collected = _Collected()
    with disk_errors(pixels_file):
        pixels_file.parent.mkdir(parents=True, exist_ok=True)
        out = pixels_file.open("wb")
    with out, ThreadPoolExecutor(threads, thread_name_prefix="decode") as pool:
        for part in _parts(products):
            photos = [photo for product in part for photo in product.photos[:_PHOTOS_MAX]]
            decoded = iter(list(pool.map(lambda photo: _prepared(prepare, photo), photos)))
            for product in part:
                found = [next(decoded) for _ in product.photos[:_PHOTOS_MAX]]
                for pixels in collected.take(product, [one for one in found if one is not None]):
                    with disk_errors(pixels_file):
                        out.write(pixels.tobytes())
            with disk_errors(pixels_file):
                out.flush()
            report(collected.seen)
    return collected.corpus(pixels_file)


def check_labels(corpus: Corpus, name: str, known: Sequence[str]) -> None:
    """Refuse labels that nothing can be learned from.

    Parameters
    ----------
    name: of the column that labels come from. known: columns that there are.

    Raises
    ------
    InvalidInput: no product has a label, all have the same, or no two share one.
    """
    counts = np.bincount(corpus.labels[corpus.labels != NO_LABEL], minlength=len(corpus.label_names))
    there_are = f"Columns there are: {', '.join(known)}" if known else "Name a column of the products"
    if not len(counts):
        raise InvalidInput("no product has it", field="--label", value=name, remedy=there_are)
    if len(counts) == 1:
        value = corpus.label_names[0]
        raise InvalidInput(f"is {value!r} for every product", field="--label", value=name, remedy=there_are)
    if counts.max() < 2:
        raise InvalidInput(
            "is another one for every product, so that no two belong together",
            field="--label",
            value=name,
            remedy=f"Name a column that sorts products, such as a category. {there_are}",
        )


class _Collected:
    """What has been read so far."""

    def __init__(self) -> None:
        self.seen = self.without_photo = self.bad_photos = 0
        self._ids: list[str] = []
        self._texts: list[tuple[str, ...]] = []
        self._labels: list[str | None] = []
        self._groups: list[str] = []
        self._photos: list[int] = [0]
        self._shape: tuple[int, ...] = ()
        self._digest = hashlib.blake2b(digest_size=16)

    def take(self, product: TrainingProduct, photos: list[Pixels]) -> list[Pixels]:
        """Take a product in if it has photos; returns those that are to be kept."""
        self.seen += 1
        if not photos:
            self.without_photo += not product.photos
            self.bad_photos += bool(product.photos)
            return []
        self._shape = photos[0].shape
        self._ids.append(product.id)
        self._texts.append(product.texts)
        self._labels.append(product.label)
        self._groups.append(product.group or f"\0{product.id}")
        self._photos.append(self._photos[-1] + len(photos))
        self._digest.update(repr((product.id, product.texts, product.label, product.group)).encode())
        for pixels in photos:
            self._digest.update(pixels.tobytes())
        return photos

    def corpus(self, pixels_file: Path) -> Corpus:
        """Everything that was taken in."""
        if len(self._ids) < PRODUCTS_MIN:
            raise InvalidInput(
                f"only {len(self._ids)} of {self.seen} products can be learned from: {self.without_photo} have no "
                f"photo, of {self.bad_photos} none can be used",
                field="products",
                remedy=f"At least {PRODUCTS_MIN} products with photos are needed; check --products and --photos",
            )
        names = tuple(sorted({label for label in self._labels if label is not None}))
        code = {name: at for at, name in enumerate(names)}
        group_code = {name: at for at, name in enumerate(dict.fromkeys(self._groups))}
        return Corpus(
            ids=tuple(self._ids),
            texts=tuple(self._texts),
            labels=np.array([NO_LABEL if label is None else code[label] for label in self._labels], dtype=np.int64),
            label_names=names,
            groups=np.array([group_code[name] for name in self._groups], dtype=np.int64),
            pixels=np.memmap(pixels_file, dtype=np.uint8, mode="r", shape=(self._photos[-1], *self._shape)),
            first_photo=np.array(self._photos, dtype=np.int64),
            without_photo=self.without_photo,
            bad_photos=self.bad_photos,
            digest=self._digest.hexdigest(),
        )


def _prepared(prepare: Callable[[bytes], Pixels], photo: bytes) -> Pixels | None:
    """A bad photo costs its own product only."""
    try:
        return prepare(photo)
    except InvalidPhoto:
        return None


def _parts(products: Iterable[TrainingProduct]) -> Iterator[list[TrainingProduct]]:
    rest = iter(products)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
