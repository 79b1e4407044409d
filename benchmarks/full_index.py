"""The index that several benchmarks search: every product there is, imported once and used again while it fits."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from pathlib import Path

from benchmarks.context import Context
from benchmarks.processes import run_vitrine, wait_until_engine_left
from words.analysis import Analyzer

ENCODER = "pocket"
_MARK = "benchmark-index.json"
_POCKET = Path(__file__).resolve().parent.parent / "encoders" / "pocket"


def full_index(context: Context) -> Path:
    """The data folder with all products indexed by the pocket model, built by `vitrine import` when it is not there.

    Raises
    ------
    RuntimeError: the import failed, or a folder stands there that is no index of a benchmark.
    """
    folder, wanted = context.index_dir, _fingerprint(context)
    mark = folder / _MARK
    if mark.is_file() and json.loads(mark.read_text())["of"] == wanted:
        wait_until_engine_left(folder)
        return folder
    if folder.exists():
        if not mark.is_file() and any(folder.iterdir()):
            raise RuntimeError(f"{folder} holds something else, or an index half built. Delete it, or choose --index")
        wait_until_engine_left(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    # From here on the folder is known as ours, also when the import is interrupted.
    mark.write_text(json.dumps({"of": "being built"}))
    context.say(f"importing {context.products.count:,} products into {folder}; later runs use them again")
    began_s = time.perf_counter()
    arguments = ["import", str(context.products.products_path), "--photos", str(context.products.photos_path), "--json"]
    run_vitrine(folder, arguments)
    took_s = time.perf_counter() - began_s
    context.say(f"imported in {took_s:.0f} s, {context.products.count / took_s:.0f} products a second")
    wait_until_engine_left(folder)
    mark.write_text(json.dumps({"of": wanted}))
    return folder


def copy_of(index: Path, target: Path) -> Path:
    """A copy that may be written to. Photos never change, so that they are linked where the file system can."""
    shutil.copytree(index, target, ignore=shutil.ignore_patterns("photos", "engine*"))
    shutil.copytree(index / "photos", target / "photos", copy_function=_linked)
    return target


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _fingerprint(context: Context) -> str:
    """What the index depends on: the products, how their words become terms, and the encoder's weights."""
    digest = hashlib.sha256(context.products.products_path.read_bytes())
    digest.update(Analyzer().name.encode())
    for path in sorted(_POCKET.iterdir()):
        if path.is_file() and path.suffix in (".json", ".safetensors"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
