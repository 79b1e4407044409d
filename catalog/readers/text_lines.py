"""Lines of a text file, compressed or not, of any encoding, with bounded memory."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from core.errors import InvalidProduct, InvalidSource

LINE_CHARS_MAX = 32 * 2**20
_SKIP_CHARS = 2**20
_NAME_ENCODING = "Name the encoding of the file, for example --encoding windows-1252 or --encoding shift_jis"
GZIP_MAGIC = b"\x1f\x8b"
# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextLines:
    """An iterator over the lines of a text file, line ends included; `line` counts those given so far.

    Parameters
    ----------
    encoding: None takes the byte order mark's, else UTF-8. Bytes that do not fit become lone surrogates, so that
        a caller can refuse their line alone; see `encoding_error`.

    Raises
    ------
    InvalidSource: the file cannot be read, is damaged, or is not in this encoding in such a way that nothing behind
        can be read, as in UTF-16 (naming the first bad byte).
    InvalidProduct: from `next`, for one line longer than `LINE_CHARS_MAX`; the next call goes on after it.
    """

    def __init__(self, path: Path, encoding: str | None) -> None:
        self._path = path
        with read_errors_named(path):
            self._file = path.open("rb")
        try:
            self._open(encoding)
        except BaseException:
            self._file.close()
            raise
        self.line = 0

    def _open(self, encoding: str | None) -> None:
        with read_errors_named(self._path):
            self.size_bytes = os.fstat(self._file.fileno()).st_size
            compressed = self._file.peek(2)[:2] == GZIP_MAGIC
            self._bytes = io.BufferedReader(gzip.GzipFile(fileobj=self._file)) if compressed else self._file
            start = self._bytes.peek(4)[:4]
        if not start:
            raise InvalidSource("is empty", field=self._path.name, remedy="Give a file with at least one product")
        self.encoding = encoding or next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
        try:
            self._text = io.TextIOWrapper(
                cast("IO[bytes]", self._bytes),
                encoding=self.encoding,
                errors="surrogateescape",
                newline="",
            )
        except LookupError as error:
            raise InvalidSource(
                "is no text encoding", field="--encoding", value=encoding, remedy="Write it like utf-8 or windows-1252"
            ) from error

    @property
    def position_bytes(self) -> int:
        return 0 if self._file.closed else self._file.tell()

    def close(self) -> None:
        self._text.close()
        self._file.close()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read(LINE_CHARS_MAX)
        if not line:
            raise StopIteration
        self.line += 1
        if len(line) == LINE_CHARS_MAX and line[-1] not in "\r\n":
            rest = self._read(_SKIP_CHARS)
            while rest and rest[-1] not in "\r\n":
                rest = self._read(_SKIP_CHARS)
            raise InvalidProduct(
                f"is longer than {LINE_CHARS_MAX:,} characters",
                field="line",
                remedy="Shorten it, or give the photos as files with --photos",
            )
        return line

    def encoding_error(self, line: str, number: int) -> InvalidProduct | None:
        """What is wrong with a line that has bytes that do not fit the encoding; `number` is the line's own."""
        if line.isascii():
            return None
        try:
            line.encode()
        except UnicodeEncodeError as error:
            byte = f"the byte 0x{ord(line[error.start]) & 0xFF:02x} in line {number:,}, column {error.start + 1:,}"
        else:
            return None
        return InvalidProduct(
            f"is not {self.encoding}: {byte} does not fit",
            field="line",
            value=line[:200].strip(),
            remedy=f"Mend the line. If there are more of them: {_NAME_ENCODING}",
        )

    def _read(self, chars_max: int) -> str:
        try:
            with read_errors_named(self._path):
                return self._text.readline(chars_max)
        except UnicodeDecodeError as error:
            # What the decoder holds ends where the file has been read to, a byte order mark notwithstanding.
            offset_bytes = self._bytes.tell() - len(error.object) + error.start
            byte = f"the byte 0x{error.object[error.start]:02x} at offset {offset_bytes:,}"
            raise InvalidSource(
                f"is not {self.encoding}: {byte} does not fit",
                field=self._path.name,
                remedy=_NAME_ENCODING,
            ) from error
        except UnicodeError as error:
            raise InvalidSource(
                f"is not {self.encoding}: {error}",
                field=self._path.name,
                remedy="Name its encoding, for example --encoding utf-16-le",
            ) from error


@contextmanager
def read_errors_named(path: Path) -> Iterator[None]:
    """Tell which file it is that cannot be read, or is damaged: raises `InvalidSource`."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidSource(f"is damaged: {error}", field=path.name, remedy="Compress or copy it anew") from error
    except OSError as error:
        raise InvalidSource(
            f"cannot be read: {error.strerror or error}", field=str(path), remedy="Check its name and its permissions"
        ) from error
