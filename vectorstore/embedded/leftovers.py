"""Folders that the embedded engine has put aside and never looks at again; a person may look, and then delete them."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from vectorstore.embedded.address import EngineFiles
from vectorstore.embedded.folder import disk_errors

_BLOCK_BYTES = 512
_KINDS = (
    ("[!.]*/quarantine-*", "damaged files, put aside when the index was repaired"),
    (".unfinished-*", "an index that was never finished"),
    (".deleted-*", "an index whose deletion was cut off"),
)


@dataclass(frozen=True, slots=True)
class LeftOver:
    """One such folder.

    Attributes
    ----------
    disk_bytes: what it takes from the disk.
    what: what lies in it, for a person.
    """

    path: Path
    disk_bytes: int
    what: str


def left_over(data_dir: Path) -> list[LeftOver]:
    """What has been put aside in a data folder, by path; nothing where there is no such folder.

    Raises
    ------
    StoreUnavailable: it cannot be read.
    """
    shards = EngineFiles(data_dir).shards
    with disk_errors("look for damaged files that were put aside"):
        found = [(path, what) for pattern, what in _KINDS for path in shards.glob(pattern) if path.is_dir()]
        return [LeftOver(path, disk_bytes(path), what) for path, what in sorted(found)]


def disk_bytes(folder: Path) -> int:
    """What a folder takes from the disk, which for the engine's sparse files is less than their length."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # Somebody may be deleting it at this moment.
            with contextlib.suppress(FileNotFoundError):
                total += Path(parent, name).lstat().st_blocks * _BLOCK_BYTES
    return total
