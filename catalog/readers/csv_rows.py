"""CSV: the delimiter is found, broken rows are reported with their line, and the rest go on."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.readers.records import Row
from catalog.readers.text_lines import LINE_CHARS_MAX, TextLines
from catalog.readers.text_rows import SAMPLE_CHARS, SAMPLE_ROWS, TextRows
from core.errors import InvalidProduct, InvalidSource

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_LINES = 50
_SNIFFED_CHARS = 2**20
_RECORD_LINES_MAX = 5_000
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?", re.ASCII)


class CsvRows(TextRows):
    """Rows of a CSV file with a header; see `catalog.readers.records.RowSource`.

    Raises
    ------
    InvalidSource: no header, or not text in this encoding.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        # The module's own limit is process-wide and too small for a photo as a data URI; it is only ever raised.
        csv.field_size_limit(max(csv.field_size_limit(), LINE_CHARS_MAX))
        super().__init__(path, TextLines(path, encoding))

    def _header(self) -> tuple[str, ...]:
        try:
            cells = next(self._reader, [])
            wrong = self._wrong_bytes()
            self._lines.start_record()
        except (csv.Error, InvalidProduct) as error:
            raise InvalidSource(
                f"has a broken header in line 1: {error}", field=self._path.name, remedy="Mend the first line"
            ) from error
        if wrong is not None:
            raise InvalidSource(wrong.reason, field=self._path.name, value=wrong.value, remedy=wrong.remedy)
        if any("\0" in cell for cell in cells):
            raise InvalidSource(
                f"is not {self._text.encoding}: its first line has NUL characters",
                field=self._path.name,
                remedy="It looks like UTF-16: --encoding utf-16-le",
            )
        if not any(cell.strip() for cell in cells):
            raise InvalidSource("has no header", field=self._path.name, remedy="Write column names into the first line")
        return _distinct([cell.strip() for cell in cells])

    def _read_ahead(self) -> Sequence[Row]:
        self._lines = _RecordLines(self._text)
        self._reader = csv.reader(self._lines, delimiter=_delimiter(self._lines.peek()), strict=True)
        self.columns = self._header()
        rows: list[Row] = []
        chars = 0
        for row in self._read_rows():
            rows.append(row)
            chars += sum(map(len, row.values.values())) if row.values else 0
            if len(rows) == SAMPLE_ROWS or chars > SAMPLE_CHARS:
                break
        numbers = (name for name in self.columns if _all_numbers([row.values[name] for row in rows if row.values]))
        self.number_columns = frozenset(numbers)
        return rows

    def _read_rows(self) -> Iterator[Row]:
        while True:
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except InvalidProduct as error:
                yield Row(self._lines.line, None, error)
            except csv.Error as error:
                yield Row(self._lines.first_line, None, _quote_error(error, self._lines.taken))
                self._lines.give_back_all_but_first()
            else:
                if any(cells):
                    yield self._row(cells)
            self._lines.start_record()

    def _row(self, cells: list[str]) -> Row:
        names, line = self.columns, self._lines.first_line
        if len(cells) > len(names) and not any(cells[len(names) :]):
            del cells[len(names) :]  # Spreadsheets write delimiters after the last filled cell.
        values = dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None
        wrong = self._wrong_bytes()
        if wrong is not None:
            return Row(line, None, wrong, values)
        if values is not None:
            return Row(line, values)
        where = f"lines {line} to {self._lines.line} have" if self._lines.line > line else "the row has"
        error = InvalidProduct(
            f"{where} {len(cells)} cells, and the header has {len(names)}",
            field="row",
            value=cells,
            remedy="Put cells with a delimiter or a line end in double quotes, and write a double quote in them twice",
        )
        return Row(line, None, error)

    def _wrong_bytes(self) -> InvalidProduct | None:
        """What is wrong with the first line of the record at hand that is not in the encoding."""
        first_line = self._lines.first_line
        errors = (self._text.encoding_error(line, first_line + i) for i, line in enumerate(self._lines.taken))
        return next((error for error in errors if error is not None), None)


class _RecordLines:
    """Lines as the csv module pulls them, remembered until the record is complete, so that they can be read again."""

    def __init__(self, lines: TextLines) -> None:
        self._lines = lines
        self._waiting: deque[str | InvalidProduct] = deque()
        self._chars = 0
        self.taken: list[str] = []
        self.line = 0

    @property
    def first_line(self) -> int:
        return self.line - len(self.taken) + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _RECORD_LINES_MAX or self._chars > LINE_CHARS_MAX:
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else self._pull()
        if isinstance(line, InvalidProduct):
            if self.taken:
                self._waiting.appendleft(line)
                raise StopIteration
            self.line += 1
            raise line
        self.line += 1
        self.taken.append(line)
        self._chars += len(line)
        return line

    def _pull(self) -> str | InvalidProduct:
        try:
            return next(self._lines)
        except InvalidProduct as error:
            return error

    def start_record(self) -> None:
        self.taken.clear()
        self._chars = 0

    def give_back_all_but_first(self) -> None:
        self._waiting.extendleft(reversed(self.taken[1:]))
        self.line -= len(self.taken) - 1
        del self.taken[1:]

    def peek(self) -> list[str]:
        """The first lines, which stay to be read."""
        lines: list[str] = []
        for _ in range(_SNIFFED_LINES):
            try:
                line = self._pull()
            except StopIteration:
                break
            self._waiting.append(line)
            if isinstance(line, str):
                lines.append(line)
            if sum(map(len, lines)) > _SNIFFED_CHARS:
                break
        return lines


def _delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts the header into several cells, and most lines below into as many."""

    def agreement(delimiter: str) -> float:
        try:
            counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
        except csv.Error:
            return 0.0
        return 0.0 if not counts or counts[0] < 2 else counts[0] * counts.count(counts[0]) / len(counts)

    return max(_DELIMITERS, key=agreement)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Column names with a number behind those that came before; a column without a name keeps none, and is left out."""
    distinct: list[str] = []
    for position, name in enumerate(names):
        count = names[:position].count(name)
        distinct.append(f"{name} {count + 1}" if count and name else name)
    return tuple(distinct)


def _all_numbers(values: Sequence[str]) -> bool:
    """Whether every filled value is a number that comes back as it was written, or all have equally many decimals."""
    filled = [value for value in values if value]
    if not filled or not all(_NUMBER.fullmatch(value) for value in filled):
        return False
    fractions = [value.partition(".")[2] for value in filled if "." in value]
    return len(set(map(len, fractions))) <= 1 or all(f == "0" or not f.endswith("0") for f in fractions)


def _quote_error(error: csv.Error, lines: Sequence[str]) -> InvalidProduct:
    unclosed = "unexpected end of data" in str(error)
    reason = "a double quote is opened and not closed" if unclosed else f"cannot be read as CSV: {error}"
    return InvalidProduct(
        reason,
        field="row",
        value=lines[0].rstrip("\r\n") if lines else None,
        remedy="Put a cell with double quotes in it into double quotes, and write each of its own twice",
    )
