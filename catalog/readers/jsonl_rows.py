"""JSONL: one object a line; a bad line is reported, and the rest go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.readers.records import Row
from catalog.readers.text_lines import TextLines
from catalog.readers.text_rows import SAMPLE_CHARS, SAMPLE_ROWS, TextRows
from core.errors import InvalidProduct, InvalidSource


class JsonlRows(TextRows):
    """Rows of a file with one JSON object a line; see `catalog.readers.records.RowSource`.

    The columns are the keys of the first thousand objects; a key that turns up later is an attribute.

    Raises
    ------
    InvalidSource: the file is one JSON array, or not text in this encoding.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        super().__init__(path, TextLines(path, encoding))

    def _read_ahead(self) -> Sequence[Row]:
        rows: list[Row] = []
        chars = 0
        for line in self._lines():
            if not rows and isinstance(line, str) and line.lstrip().startswith("["):
                raise InvalidSource(
                    "is one JSON array, and only objects on lines of their own can be streamed",
                    field=self._path.name,
                    remedy=f"Convert it: jq -c '.[]' {self._path.name} > products.jsonl",
                )
            chars += len(line) if isinstance(line, str) else 0
            rows += self._parsed(line)
            if len(rows) >= SAMPLE_ROWS or chars > SAMPLE_CHARS:
                break
        self.columns = tuple(dict.fromkeys(key for row in rows if row.values for key in row.values))
        return rows

    def _read_rows(self) -> Iterator[Row]:
        for line in self._lines():
            yield from self._parsed(line)

    def _lines(self) -> Iterator[str | InvalidProduct]:
        while True:
            try:
                yield next(self._text)
            except StopIteration:
                return
            except InvalidProduct as error:
                # The reader counts the line and stands behind it.
                yield error

    def _parsed(self, line: str | InvalidProduct) -> Iterator[Row]:
        if isinstance(line, InvalidProduct):
            yield Row(self._text.line, None, line)
        elif line.strip():
            error = self._text.encoding_error(line, self._text.line)
            yield _row(self._text.line, line) if error is None else Row(self._text.line, None, error)


def _row(number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} in column {error.colno}"
    except (ValueError, RecursionError) as error:
        reason = f"cannot be read as JSON: {error}"
    else:
        if isinstance(values, dict):
            return Row(number, values)
        reason = f"must be a JSON object, not {type(values).__name__}"
    shown_line = line[:200].strip()
    return Row(number, None, InvalidProduct(reason, field="line", value=shown_line, remedy="Write one object a line"))
