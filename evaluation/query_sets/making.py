"""All sets of queries that a catalogue gives, made family by family."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from catalog.readers.photo_files import open_photo_files
from core.errors import InvalidInput
from core.products import Product
from evaluation.attributes import Attributes
from evaluation.queries import JudgedQuery, QuerySet
from evaluation.query_sets.attribute import attribute_queries
from evaluation.query_sets.composed import composed_queries
from evaluation.query_sets.known_item import known_item_sets
from evaluation.query_sets.out_of_catalogue import out_of_catalogue_queries
from evaluation.query_sets.pictures import picture_sets
from evaluation.wording import IMPORTED, TITLES, WORDS_OUT
from words.analysis import Analyzer

ATTRIBUTE, ATTRIBUTE_IMPORTED, ATTRIBUTE_WORDS_OUT = "attribute", "attribute_imported", "attribute_words_out"
KNOWN_ITEM, PICTURE, COMPOSED, OUT_OF_CATALOGUE = "known_item", "picture", "composed", "out_of_catalogue"

PhotosOf = Callable[[Sequence[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where pictures to ask with come from.

    Attributes
    ----------
    photos_of: the first photo of each of these products that has one, by product id.
    sharper: other files of the photos, named by product id: a folder, a tar or a zip.
    photo_bytes_max: a larger file among those is an error.
    """

    photos_of: PhotosOf
    sharper: Path | None
    photo_bytes_max: int


@dataclass
class SetMaker:
    """Makes sets of at most `count` queries each; the same seed makes the same.

    Attributes
    ----------
    attributes: columns that queries name; None where none is fit.
    """

    products: Sequence[Product]
    attributes: Attributes | None
    analyzer: Analyzer
    count: int
    seed: int
    pictures: Pictures

    def make(self, wanted: Sequence[str]) -> list[QuerySet]:
        """The sets whose names begin like one of `wanted`, all of them if that is empty.

        Raises
        ------
        InvalidInput: there is no set that begins so, with these products.
        """
        families = {
            ATTRIBUTE: self._attribute,
            KNOWN_ITEM: lambda: known_item_sets(self.products, self.analyzer, self.count, self.seed),
            PICTURE: self._pictures,
            COMPOSED: self._composed,
            OUT_OF_CATALOGUE: self._out_of_catalogue,
        }
        made = [
            one
            for family, make in families.items()
            if not wanted or any(name.startswith(family) or family.startswith(name) for name in wanted)
            for one in make()
        ]
        for name in wanted:
            if not any(one.name.startswith(name) for one in made):
                raise InvalidInput(
                    "these products give no such set",
                    field="--sets",
                    value=name,
                    remedy=f"Sets begin with {', '.join(families)}; pictures need --photos",
                )
        return [one for one in made if not wanted or any(one.name.startswith(name) for name in wanted)]

    @cached_property
    def attribute_queries(self) -> tuple[JudgedQuery, ...]:
        """Queries that name attributes."""
        if self.attributes is None:
            return ()
        return attribute_queries(self.attributes, self.analyzer, self.count, self.seed)

    def _attribute(self) -> Iterator[QuerySet]:
        asked, right = self.attribute_queries, "every product with these attributes"
        if asked:
            yield QuerySet(ATTRIBUTE, f"attributes in words, titles indexed: {right}", TITLES, asked)
            yield QuerySet(ATTRIBUTE_WORDS_OUT, f"the same, these words kept out: {right}", WORDS_OUT, asked)
            yield QuerySet(ATTRIBUTE_IMPORTED, f"the same, attributes indexed: {right}", IMPORTED, asked)

    def _pictures(self) -> Iterator[QuerySet]:
        yield from picture_sets(self._shown, self._titles, self._sharper, self.seed)

    def _composed(self) -> Iterator[QuerySet]:
        if self.attributes is None:
            return
        asked = composed_queries(self.attributes, self._shown, self._titles, self.seed)
        if asked:
            meaning = "a picture and another colour in words: what is of this kind and colour"
            yield QuerySet(COMPOSED, meaning, IMPORTED, asked)

    def _out_of_catalogue(self) -> Iterator[QuerySet]:
        asked = out_of_catalogue_queries(self.products, self.attributes, self.analyzer, self.count, self.seed)
        if asked:
            yield QuerySet(OUT_OF_CATALOGUE, "things that this shop does not sell: nothing", IMPORTED, asked)

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {product.id: product.title for product in self.products}

    @cached_property
    def _shown(self) -> Mapping[str, bytes]:
        """Photos of products drawn by chance, of those first that have a sharper file too."""
        ids = sorted(self._shuffled, key=lambda product_id: product_id not in self._sharper)
        return self.pictures.photos_of(ids[: self.count])

    @cached_property
    def _sharper(self) -> Mapping[str, bytes]:
        """Sharper files of as many products as are asked for, by product id."""
        if self.pictures.sharper is None:
            return {}
        with open_photo_files(self.pictures.sharper, self.pictures.photo_bytes_max) as files:
            found = ((product_id, files.of_product(product_id)) for product_id in self._shuffled)
            named = ((product_id, photos[0].data) for product_id, photos in found if photos)
            return dict(islice(named, self.count))

    @cached_property
    def _shuffled(self) -> list[str]:
        ids = sorted(self._titles)
        random.Random(f"pictures {self.seed}").shuffle(ids)
        return ids
