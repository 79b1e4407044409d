"""Products to learn from: from a file as `vitrine import` reads it, or from the shop itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import SharedOptions
from cli.product_files import CatalogueOptions
from core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from catalog.opening import Catalog
    from core.products import Product
    from core.settings import Settings
    from encoders.finetuning.products import TrainingProduct

_FIELDS = ("category", "brand")
_PAGE = 200


@dataclass(frozen=True, kw_only=True)
class TrainingProductOptions(CatalogueOptions, SharedOptions):
    """Which products to learn from."""

    products: Annotated[
        Path | None,
        typer.Option(help="Products as CSV, JSONL or Parquet, as for `vitrine import`. Default: those of the shop."),
    ] = None
    label: Annotated[
        str, typer.Option(help="Products that agree in it belong together: category, brand or an attribute.")
    ] = "category"


@dataclass
class ProductSource:
    """Reads the products, and remembers which columns could be a label.

    Attributes
    ----------
    photos_missing: that are no longer in the photo store; their products are learned from without them.
    """

    options: TrainingProductOptions
    settings: Settings
    photos_missing: int = field(default=0, init=False)
    _names: dict[str, None] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """Names of fields and attributes that some product has a text in."""
        return list(self._names)

    def __iter__(self) -> Iterator[TrainingProduct]:
        for product, photos in self._from_file() if self.options.products else self._from_shop():
            self._names |= dict.fromkeys(name for name in _FIELDS if getattr(product, name))
            self._names |= dict.fromkeys(name for name, value in product.attributes.items() if isinstance(value, str))
            yield _training_product(product, photos, self.options.label)

    def _from_file(self) -> Iterator[tuple[Product, tuple[bytes, ...]]]:
        from encoders.photos import PhotoLimits
        from evaluation.catalogue import read_catalogue, with_photos

        chosen = self.options
        if chosen.products is None or (chosen.photos is None and chosen.photo_column is None):
            raise InvalidInput("are missing", field="--photos", remedy="Name the folder or archive that holds them")
        file = chosen.catalogue_file(chosen.products)
        limits = PhotoLimits(self.settings.photo_bytes_max, self.settings.photo_pixels_max)
        for incoming in with_photos(file, read_catalogue(file).ids, limits):
            yield incoming.product, tuple(photo.data for photo in incoming.photos)

    def _from_shop(self) -> Iterator[tuple[Product, tuple[bytes, ...]]]:
        from catalog.opening import open_catalog

        self._refuse_file_options()
        settings = self.settings
        catalog = open_catalog(settings.catalog_url, settings.data_dir, migrate=settings.database_url is None)
        try:
            after, left = None, self.options.products_max
            while page := catalog.products.page(after, _PAGE if left is None else min(_PAGE, left)):
                for stored in page:
                    yield stored.product, tuple(self._stored_photos(catalog, stored.product))
                after = page[-1].product.id
                left = None if left is None else left - len(page)
        finally:
            catalog.close()

    def _stored_photos(self, catalog: Catalog, product: Product) -> Iterator[bytes]:
        for photo in product.photos:
            try:
                yield catalog.photos.get(photo.digest)
            except NotFound:
                self.photos_missing += 1

    def _refuse_file_options(self) -> None:
        """Options about a file say nothing about the shop; to pass over them would train on something else."""
        about_file: Mapping[str, object] = {
            "--photos": self.options.photos,
            "--photo-column": self.options.photo_column,
            "--map": self.options.map,
            "--encoding": self.options.encoding,
            "--split": self.options.split,
        }
        for name, value in about_file.items():
            if value:
                raise InvalidInput("belongs to --products", field=name, remedy="Name the file of products as well")


def _training_product(product: Product, photos: tuple[bytes, ...], label: str) -> TrainingProduct:
    from core.passages import plain_text
    from encoders.finetuning.products import TrainingProduct

    value = getattr(product, label) if label in _FIELDS else product.attributes.get(label)
    return TrainingProduct(
        id=product.id,
        texts=(plain_text(product.title), product.passage()),
        photos=photos,
        label=None if value is None or value == "" else str(value),
        group=product.group_id,
    )
