"""Copying the engine's files without the holes that make up most of their length."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_CHUNK_BYTES = 8 * 2**20


def copy_folder(source: Path, target: Path, *, without: str) -> None:
    """Copy a folder with everything in it but the entry named `without`, over what is there; holes stay holes.

    Raises
    ------
    OSError: no space, or something cannot be read.
    """
    target.mkdir(parents=True, exist_ok=True)
    for entry in sorted(source.iterdir()):
        if entry.name == without:
            continue
        if entry.is_dir():
            copy_folder(entry, target / entry.name, without="")
        else:
            _copy_file(entry, target / entry.name)


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        size = os.fstat(reader.fileno()).st_size
        writer.truncate(size)
        at = 0
        while (start := _next_data(reader.fileno(), at, size)) is not None:
            end = os.lseek(reader.fileno(), start, os.SEEK_HOLE)
            reader.seek(start)
            writer.seek(start)
            while (left := end - reader.tell()) > 0 and (chunk := reader.read(min(left, _CHUNK_BYTES))):
                writer.write(chunk)
            at = end


def _next_data(descriptor: int, at: int, size: int) -> int | None:
    if at >= size:
        return None
    try:
        return os.lseek(descriptor, at, os.SEEK_DATA)
    except OSError as error:
        # This is how the system says that only a hole is left.
        if error.errno == errno.ENXIO:
            return None
        raise
