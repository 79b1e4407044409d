"""Whether two encoders of one name embed alike: a digest of what a model folder holds."""

from __future__ import annotations

import hashlib
from pathlib import Path

from encoders.registry import TWO_TOWER, resolve

_LOCAL = "local-dir:"
_SUFFIXES = frozenset({".json", ".safetensors", ".bin", ".pt", ".txt", ".model"})
# What a fine-tuning tells of itself beside its model.
_TOLD = frozenset({"metrics.json"})


def fingerprint(name: str) -> str:
    """32 hex digits that are others when an encoder of this name embeds otherwise: of its files, where they are here.

    Of an encoder from the hub, whose weights may not have been fetched yet, they are of its name.
    """
    spec = resolve(name)
    folder = Path(spec.location.removeprefix(_LOCAL))
    digest = hashlib.sha256(spec.description.name.encode())
    # The towers of a two-tower model lie in folders of their own.
    inside = "**/*" if spec.description.family == TWO_TOWER else "*"
    for path in sorted(folder.glob(inside)) if folder.is_dir() else ():
        if path.suffix in _SUFFIXES and path.name not in _TOLD:
            with path.open("rb") as file:
                digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]
