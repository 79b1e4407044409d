"""A file of small products with photos, a tiny encoder, and the command over them."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.integration.workers.tiny_shop import save_tiny_encoder
from tests.shop import COLOURS, KINDS, photo

EACH = 6


@dataclass(frozen=True)
class Files:
    products: Path
    photos: Path
    sharper: Path


@dataclass(frozen=True)
class Ended:
    """How one run ended; `data` is what it wrote for machines."""

    code: int
    out: str
    err: str
    data: Any


Evaluate = Callable[..., Ended]


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Six products of each kind and colour, and as many of another split, with photos; sharper ones of the shirts."""
    folder = tmp_path_factory.mktemp("catalogue")
    made = Files(folder / "products.csv", folder / "photos.zip", folder / "sharper.zip")
    with (
        made.products.open("w", newline="") as out,
        zipfile.ZipFile(made.photos, "w") as photos,
        zipfile.ZipFile(made.sharper, "w") as sharper,
    ):
        rows = csv.writer(out)
        rows.writerow(["id", "title", "type", "colour", "split"])
        for number in range(2 * EACH * len(COLOURS) * len(KINDS)):
            colour, kind = list(COLOURS)[number % len(COLOURS)], KINDS[number // len(COLOURS) % len(KINDS)]
            split = "val" if number < EACH * len(COLOURS) * len(KINDS) else "train"
            rows.writerow([number, f"Maker{number} {colour} everyday {kind}", kind, colour, split])
            photos.writestr(f"{number}.jpg", photo(colour, kind, seed=number))
            if kind == "shirt":
                sharper.writestr(f"{number}.jpg", photo(colour, kind, seed=number, size=(180, 240)))
    return made


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kept between the runs of all tests, as it is between those of a person."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture
def evaluate(files: Files, cache: Path, encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """`vitrine eval search` in this process, over the `val` split or another file; the engine runs in its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINE_ENCODER", encoder)
    monkeypatch.setenv("VITRINE_ENGINE_IDLE_EXIT_S", "2")

    def run(*arguments: str, products: Path | None = None) -> Ended:
        from cli.main import app

        out = tmp_path / "out.json"
        common = ["--products", str(products)]
        if products is None:
            common = ["--products", str(files.products), "--photos", str(files.photos), "--split", "val"]
        own = ["--cache", str(cache), "--json", str(out), "--queries", "12", *arguments]
        result = CliRunner().invoke(app, ["eval", "search", *common, *own])
        data = json.loads(out.read_text()) if out.is_file() else None
        return Ended(result.exit_code, result.stdout, result.stderr, data)

    return run
