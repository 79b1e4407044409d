"""What readers take and give: options, rows as a file holds them, and records ready to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.errors import InvalidInput

PHOTO_BYTES_MAX = 20 * 2**20


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a product file.

    Attributes
    ----------
    mapping: field -> column, beside what is mapped automatically. A key that is no field names an attribute. With ""
        for the column, the key is a column that is left out, or a field that is not mapped automatically.
    encoding: of the text, as Python names it; None: by its byte order mark, else UTF-8.
    photos: a folder, tar or zip with photos, found by product id or by the names in the photo column.
    photo_column: the column with names of photos; None: found automatically.
    photo_bytes_max: largest photo file that is read, in bytes.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    photos: Path | None = None
    photo_column: str | None = None
    photo_bytes_max: int = PHOTO_BYTES_MAX


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file: its values, ready for `core.incoming.parse_product`, or what is wrong with it.

    Attributes
    ----------
    line: where it begins, counted from 1 (the header is a line; in Parquet, the row's number).
    values: None when the record could not be read; then `error` says why.
    product_id: of a record that could not be read, as it stands in the file; None where it is not known.
    photo_missing: a photo that the record names and that was not found; the product can be imported without it.
    """

    line: int
    values: Mapping[str, Any] | None
    error: InvalidInput | None = None
    photo_missing: str | None = None
    product_id: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns, or what is wrong with it.

    Attributes
    ----------
    cells: of a row with an error, by column, where it is certain which is which: its id may be among them.
    """

    line: int
    values: Mapping[str, Any] | None
    error: InvalidInput | None = None
    cells: Mapping[str, Any] | None = None


class RowSource(Protocol):
    """Rows of one file, in the file's order.

    Attributes
    ----------
    columns: the names found in the header, the schema, or the first objects.
    number_columns: columns of texts that all read as numbers, to be taken as numbers.
    size_bytes, position_bytes: of the file as it lies on the disk, compressed or not.
    """

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def number_columns(self) -> frozenset[str]: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def position_bytes(self) -> int: ...
    def rows(self) -> Iterator[Row]: ...
    def close(self) -> None: ...
