"""Parquet, read a few rows at a time."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.readers.records import Row
from core.errors import InvalidSource

PARQUET_MAGIC = b"PAR1"
# Small, because a row may hold the bytes of its photos.
_BATCH_ROWS = 256
_BUFFER_BYTES = 2**20


class ParquetRows:
    """Rows of a Parquet file; see `catalog.readers.records.RowSource`. A row's line is its number, from 1.

    Raises
    ------
    InvalidSource: the file cannot be read, or is damaged.
    """

    number_columns: frozenset[str] = frozenset()

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = path
        self._errors = (pa.ArrowException, OSError)
        self._rows_read = 0
        try:
            self.size_bytes = path.stat().st_size
            self._file = pq.ParquetFile(path, buffer_size=_BUFFER_BYTES, pre_buffer=False)
        except self._errors as error:
            raise InvalidSource(
                f"cannot be read as Parquet: {error}", field=path.name, remedy="Write or copy it anew"
            ) from error
        self._rows_total: int = self._file.metadata.num_rows
        self.columns: tuple[str, ...] = tuple(self._file.schema_arrow.names)

    @property
    def position_bytes(self) -> int:
        """In proportion to the rows read: the format knows no place for a row."""
        return self.size_bytes * self._rows_read // max(1, self._rows_total)

    def close(self) -> None:
        self._file.close()

    def rows(self) -> Iterator[Row]:
        """All rows, with plain Python values.

        Raises
        ------
        InvalidSource: the file is damaged; rows before the damage have been given.
        """
        batches = self._file.iter_batches(batch_size=_BATCH_ROWS)
        while True:
            try:
                batch = next(batches, None)
                rows = [] if batch is None else batch.to_pylist()
            except self._errors as error:
                raise InvalidSource(
                    f"is damaged after row {self._rows_read:,}: {error}",
                    field=self._path.name,
                    remedy="Write or copy it anew",
                ) from error
            if batch is None:
                return
            for row in rows:
                self._rows_read += 1
                yield Row(self._rows_read, {name: _plain(value) for name, value in row.items()})


def _plain(value: Any) -> Any:
    """A value as JSON would hold it; bytes stay, because they may be a photo."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value
