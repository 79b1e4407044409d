"""Options of files that products are read from, each declared once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import DebugOptions
from core.errors import InvalidInput

if TYPE_CHECKING:
    from evaluation.catalogue import CatalogueFile

PhotoColumn = Annotated[str | None, typer.Option(help="The column that names a product's photos.")]
ProductMapping = Annotated[
    list[str],
    typer.Option(metavar="FIELD=COLUMN", help="Which column is a field; several. COLUMN= leaves a column out."),
]
Encoding = Annotated[str | None, typer.Option(help="Of the text, if it is not UTF-8: cp1252, utf-16, ...")]


@dataclass(frozen=True, kw_only=True)
class CatalogueOptions(DebugOptions):
    """How a file of products is read, and which of them count."""

    photos: Annotated[Path | None, typer.Option(metavar="DIR|TAR|ZIP", help="Photos, found by product id.")] = None
    photo_column: PhotoColumn = None
    map: ProductMapping = field(default_factory=list)
    encoding: Encoding = None
    split: Annotated[str | None, typer.Option(help="Only rows with this in the column `split`.")] = None
    split_column: Annotated[str, typer.Option(help="The column that names the split; it is no attribute.")] = "split"
    products_max: Annotated[
        int | None, typer.Option(min=1, help="Only so many products, always the same ones, for a quick look.")
    ] = None

    def catalogue_file(self, path: Path) -> CatalogueFile:
        """That file with these options.

        Raises
        ------
        InvalidInput: a mapping that is written otherwise than `FIELD=COLUMN`.
        """
        from evaluation.catalogue import CatalogueFile

        return CatalogueFile(
            path=path,
            mapping=parse_mapping(self.map),
            encoding=self.encoding,
            photos=self.photos,
            photo_column=self.photo_column,
            split=self.split,
            split_column=self.split_column,
            products_max=self.products_max,
        )


def parse_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`FIELD=COLUMN` pairs as a column by field.

    Raises
    ------
    InvalidInput: one that is written otherwise.
    """
    return dict(_mapped(pair) for pair in pairs)


def _mapped(pair: str) -> tuple[str, str]:
    name, equals, column = pair.partition("=")
    if not equals or not name.strip():
        raise InvalidInput("must be FIELD=COLUMN", field="--map", value=pair, remedy="Write --map title=productName")
    return name.strip(), column.strip()
