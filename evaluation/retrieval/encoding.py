"""From products to vectors, each photo and each text encoded once and remembered on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from core.errors import InvalidPhoto
from core.incoming import IncomingProduct
from core.settings import Settings
from core.vectors import FloatArray, unit_rows
from encoders.decoding import prepare_photos
from encoders.fingerprints import fingerprint
from encoders.photos import PhotoLimits
from evaluation.catalogue import CatalogueFile, with_photos
from evaluation.remembering import RememberingEncoder, RememberingShelf, VectorMemory
from evaluation.retrieval.judging import JudgedProducts
from evaluation.retrieval.protocols import told_text

Report = Callable[[str, int, int], None]

_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Encoding:
    """Encodes products with encoders that remember.

    Attributes
    ----------
    file: where the photos come from.
    report: what is being done, and how much of it is done.
    """

    settings: Settings
    shelf: RememberingShelf
    judged: JudgedProducts
    file: CatalogueFile
    report: Report

    @property
    def titles(self) -> list[str]:
        """The title of each product."""
        return [product.title for product in self.judged.products]

    @property
    def told(self) -> list[str]:
        """The text of each product that names its label."""
        labels = self.judged.labels
        return [
            told_text(product, labels.names[code])
            for product, code in zip(self.judged.products, labels.codes, strict=True)
        ]

    def texts(self, what: str, embed: Callable[[Sequence[str]], FloatArray], texts: Sequence[str]) -> FloatArray:
        """Unit rows of texts, float32 (n, dim); each different text is embedded once.

        Parameters
        ----------
        what: the texts are, for whoever watches.
        """
        distinct = list(dict.fromkeys(texts))
        rows = []
        for start in range(0, len(distinct), _AT_ONCE):
            self.report(f"encoding {what}", start, len(distinct))
            rows.append(embed(distinct[start : start + _AT_ONCE]))
        place = {text: row for row, text in enumerate(distinct)}
        self.shelf.save()
        vectors: FloatArray = np.concatenate(rows)[[place[text] for text in texts]]
        return vectors

    def photos(self, name: str) -> FloatArray | None:
        """The normalised mean of each product's photos, float32 (n, dim), NaN without one; None where all are."""
        if self.file.photos is None:
            return None
        memory = VectorMemory(self.shelf.folder / fingerprint(name) / "photo_files.npz")
        row_of = {product.id: row for row, product in enumerate(self.judged.products)}
        encoder = self.shelf.get(name)
        vectors = np.full((len(row_of), encoder.description.dim), np.nan, dtype=np.float32)
        limits = PhotoLimits(self.settings.photo_bytes_max, self.settings.photo_pixels_max)
        done = 0
        try:
            for batch in _batches(with_photos(self.file, frozenset(row_of), limits)):
                self.report("encoding photos", done, len(row_of))
                for product, mean in self._means(encoder, memory, batch):
                    vectors[row_of[product.product.id]] = mean
                done += len(batch)
        finally:
            # Also of a run that was stopped half way.
            memory.save()
        return None if np.isnan(vectors[:, 0]).all() else vectors

    def _means(
        self, encoder: RememberingEncoder, memory: VectorMemory, batch: Sequence[IncomingProduct]
    ) -> Iterator[tuple[IncomingProduct, FloatArray]]:
        """The vector of each product that has a usable photo."""
        photos = [photo.data for product in batch for photo in product.photos]
        if not photos:
            return
        rows = memory.embed(photos, lambda new: self._embed(encoder, [photos[i] for i in new]))
        start = 0
        for product in batch:
            own = rows[start : start + len(product.photos)]
            start += len(product.photos)
            usable = own[~np.isnan(own[:, 0])]
            if len(usable):
                yield product, unit_rows(usable.mean(axis=0, keepdims=True))[0]

    def _embed(self, encoder: RememberingEncoder, photos: Sequence[bytes]) -> FloatArray:
        """A row for each photo, NaN for one that cannot be used; that is remembered as well."""
        prepared = prepare_photos(encoder, photos, self.settings.decode_threads)
        usable = [(i, pixels) for i, pixels in enumerate(prepared) if not isinstance(pixels, InvalidPhoto)]
        rows = np.full((len(photos), encoder.description.dim), np.nan, dtype=np.float32)
        if usable:
            rows[[i for i, _ in usable]] = encoder.load().embed_photos([pixels for _, pixels in usable])
        return rows


def remembering_shelf(settings: Settings, cache_dir: Path) -> RememberingShelf:
    """Encoders that remember in a folder which `vitrine eval search` shares."""
    from encoders import EncoderOptions

    options = EncoderOptions(settings.device, settings.encode_batch, settings.photo_pixels_max, settings.precision)
    return RememberingShelf(options, folder=cache_dir / "vectors")


def _batches(products: Iterator[IncomingProduct]) -> Iterator[list[IncomingProduct]]:
    while batch := list(islice(products, _AT_ONCE)):
        yield batch
