"""A shop of a dozen coloured photos, a tiny encoder, and the command run in this process or in its own."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.integration.workers.tiny_shop import save_tiny_encoder

ROOT = Path(__file__).parents[3]
COLOURS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (40, 60, 200), "black": (20, 20, 20)}
KINDS = ("Shirt", "Dress", "Bag")


@dataclass(frozen=True)
class Ended:
    """How one run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Vitrine = Callable[..., Ended]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, tiny_encoder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINE_ENCODER", tiny_encoder)
    monkeypatch.setenv("VITRINE_ENGINE_IDLE_EXIT_S", "2")
    # What lies near by a hair lies elsewhere in bfloat16, which some processors would choose.
    monkeypatch.setenv("VITRINE_PRECISION", "float32")


@pytest.fixture
def vitrine() -> Vitrine:
    """The command in this process; real parts, real files, a real engine process."""
    return _run


def _run(*arguments: str) -> Ended:
    from cli.main import app

    result = CliRunner().invoke(app, list(arguments))
    return Ended(result.exit_code, result.stdout, result.stderr)


def process(*arguments: str) -> subprocess.Popen[str]:
    """The command as a process of its own, with the environment of this test."""
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from cli.main import main; main()",
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running: subprocess.Popen[str]) -> Ended:
    out, err = running.communicate(timeout=500)
    return Ended(running.returncode, out, err)


@pytest.fixture
def products(tmp_path: Path) -> Path:
    """`products.csv`: twelve products, and beside it `photos/` with a photo of each."""
    return _write_products(tmp_path)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: str) -> Path:
    """The data folder of a shop with the twelve products, imported once; tests only read from it."""
    folder = tmp_path_factory.mktemp("stocked")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("VITRINE_ENCODER", tiny_encoder)
        environment.setenv("VITRINE_PRECISION", "float32")
        environment.setenv("VITRINE_DATA_DIR", str(folder / "vitrine-data"))
        done = _run("import", str(_write_products(folder)), "--photos", str(folder / "photos"))
    assert done.code == 0, done.err
    return folder / "vitrine-data"


@pytest.fixture
def shop(stocked: Path, monkeypatch: pytest.MonkeyPatch) -> Vitrine:
    """The command in this process, over the shop that tests only read from."""
    monkeypatch.setenv("VITRINE_DATA_DIR", str(stocked))
    return _run


def _write_products(folder: Path) -> Path:
    rows = list(_rows())
    (folder / "photos").mkdir()
    for row in rows:
        (folder / "photos" / f"{row['sku']}.jpg").write_bytes(photo(row["colour"]))
    return write_csv(folder / "products.csv", rows)


def _rows() -> Iterator[dict[str, str]]:
    for kind in KINDS:
        for number, colour in enumerate(COLOURS):
            yield {
                "sku": f"{kind.lower()}-{colour}",
                "name": f"{colour.capitalize()} {kind}",
                "category": kind,
                "price": str(10 + number),
                "colour": colour,
                "year": str(2010 + number),
            }


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def photo(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (60, 80), COLOURS[colour]).save(data, "JPEG")
    return data.getvalue()


def broken_photo() -> bytes:
    """A photo with a sound header, cut off in the middle of its pixels."""
    data = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(data, "JPEG", quality=95)
    return data.getvalue()[: len(data.getvalue()) // 2]
