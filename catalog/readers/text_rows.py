"""What rows of every text format share: the lines they are parsed from, and a sample that is read ahead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from catalog.readers.records import Row
from catalog.readers.text_lines import TextLines

SAMPLE_ROWS = 1_000
SAMPLE_CHARS = 8 * 2**20


class TextRows(ABC):
    """Rows of a text file; see `catalog.readers.records.RowSource`. Each format says how it reads its lines.

    Raises
    ------
    InvalidSource: the beginning is not of this format or not text in this encoding; the file is closed again.
    """

    columns: tuple[str, ...]
    number_columns: frozenset[str] = frozenset()

    def __init__(self, path: Path, text: TextLines) -> None:
        self._path = path
        self._text = text
        try:
            self._sample = self._read_ahead()
        except BaseException:
            text.close()
            raise

    @property
    def size_bytes(self) -> int:
        return self._text.size_bytes

    @property
    def position_bytes(self) -> int:
        return self._text.position_bytes

    def close(self) -> None:
        self._text.close()

    def rows(self) -> Iterator[Row]:
        """All rows, broken ones with their error."""
        sample, self._sample = self._sample, ()
        return chain(sample, self._read_rows())

    @abstractmethod
    def _read_ahead(self) -> Sequence[Row]:
        """Find out the columns; returns the rows read for that, at most `SAMPLE_ROWS` or some `SAMPLE_CHARS`."""

    @abstractmethod
    def _read_rows(self) -> Iterator[Row]:
        """The rows behind those that have been read so far."""
