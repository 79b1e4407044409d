"""Opening a product file: its format is told by its content, its columns are planned, its photos found."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog.readers.assembling import Assembler
from catalog.readers.columns import plan_columns
from catalog.readers.csv_rows import CsvRows
from catalog.readers.jsonl_rows import JsonlRows
from catalog.readers.parquet_rows import PARQUET_MAGIC, ParquetRows
from catalog.readers.photo_files import PhotoFiles, open_photo_files
from catalog.readers.records import ReadOptions, Record, RowSource
from catalog.readers.text_lines import GZIP_MAGIC, read_errors_named
from core.closing import Closing
from core.errors import InvalidSource

_FORMATS = "CSV, JSONL (one object a line) and Parquet, the first two also as .gz"
_FOREIGN = {
    b"PK\x03\x04": "is a zip or a spreadsheet (.xlsx)",
    b"\xd0\xcf\x11\xe0": "is an old spreadsheet (.xls)",
    b"%PDF": "is a PDF",
    b"SQLi": "is an SQLite database",
    b"\x28\xb5\x2f\xfd": "is compressed with zstandard",
    b"BZh9": "is compressed with bzip2",
    b"\xfd7zX": "is compressed with xz",
}


class RecordSource(Closing):
    """The records of a file, one after the other; a context manager.

    Attributes
    ----------
    columns: as the file names them.
    mapping: field -> column, the named and the recognised ones.
    attributes: columns that become attributes.
    ignored: columns that are left out.
    size_bytes: of the file.
    """

    def __init__(self, rows: RowSource, photos: PhotoFiles | None, path: Path, options: ReadOptions) -> None:
        named = dict(options.mapping)
        if options.photo_column is not None:
            named["photos"] = options.photo_column
        plan = plan_columns(rows.columns, named, path.name)
        self.columns: tuple[str, ...] = rows.columns
        self.mapping: Mapping[str, str] = plan.mapping
        self.attributes: tuple[str, ...] = plan.attributes
        self.ignored: tuple[str, ...] = plan.ignored
        self.size_bytes: int = rows.size_bytes
        self._rows = rows
        self._photos = photos
        self._records = map(Assembler(plan, rows.number_columns, photos, path.name).record, rows.rows())

    @property
    def position_bytes(self) -> int:
        """How far into the file reading has come."""
        return self._rows.position_bytes

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        return next(self._records)

    def close(self) -> None:
        """Close the file and the photos; nothing can be read after."""
        self._rows.close()
        if self._photos is not None:
            self._photos.close()


def open_records(path: Path, options: ReadOptions) -> RecordSource:
    """Open a CSV, JSONL or Parquet file of products.

    Raises
    ------
    InvalidSource: the file or its photos cannot be read; a mapped column does not exist; there is no column for `id` or
        `title`. Also while iterating, where the file turns out to be damaged or in another encoding.
    """
    rows = open_rows(path, options.encoding)
    photos: PhotoFiles | None = None
    try:
        if options.photos is not None:
            photos = open_photo_files(options.photos, options.photo_bytes_max)
        return RecordSource(rows, photos, path, options)
    except BaseException:
        rows.close()
        if photos is not None:
            photos.close()
        raise


def open_rows(path: Path, encoding: str | None) -> RowSource:
    """Open a CSV, JSONL or Parquet file of anything, row by row; `close` it in the end.

    Raises
    ------
    InvalidSource: the file cannot be read. Also while iterating, where it turns out to be damaged.
    """
    head = _first_bytes(path)
    if head.startswith(PARQUET_MAGIC):
        return ParquetRows(path)
    foreign = next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)
    if foreign is not None:
        raise InvalidSource(
            f"{foreign}, and only {_FORMATS} can be imported", field=path.name, remedy="Save it as one of these"
        )
    suffixes = {suffix.lower() for suffix in path.suffixes}
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if suffixes & {".jsonl", ".ndjson", ".json"} or (first in b"{[" and first and not suffixes & {".csv", ".tsv"}):
        return JsonlRows(path, encoding)
    return CsvRows(path, encoding)


def _first_bytes(path: Path) -> bytes:
    with read_errors_named(path):
        with path.open("rb") as file:
            head = file.read(512)
        if not head.startswith(GZIP_MAGIC):
            return head
        with gzip.open(path, "rb") as packed:
            return packed.read(512)
