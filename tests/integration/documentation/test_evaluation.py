"""Every command of docs/evaluation.md does what it says, and every option of the command stands there."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from evaluation.retrieval.measuring import MEANINGS as METRICS
from evaluation.retrieval.protocols import MEANINGS as PROTOCOLS
from retrieval.wiring import Vitrine
from tests.integration.documentation.documents import ROOT, Command, examples
from tests.shop import COLOURS, KINDS, photo

DOCUMENT = "docs/evaluation.md"
COMMANDS = [command for block in examples(DOCUMENT) for command in block]


@pytest.fixture(scope="module")
def folder(shop: Vitrine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the document speaks of: products of the shop, their photos, and a model."""
    made = tmp_path_factory.mktemp("evaluated")
    with (made / "products.csv").open("w", newline="") as out, zipfile.ZipFile(made / "photos.zip", "w") as photos:
        rows = csv.writer(out)
        rows.writerow(["id", "title", "kind", "colour", "split"])
        for number in range(1, 25):
            colour, kind = list(COLOURS)[number % 4], KINDS[number // 4 % 3]
            split = "train" if number > 20 else "val"
            rows.writerow([f"sku-{number}", f"{colour.capitalize()} cotton {kind} {number}", kind, colour, split])
            photos.writestr(f"sku-{number}.jpg", photo(colour, kind, seed=number))
    (made / "my-model").symlink_to(shop.settings.encoder.removeprefix("local-dir:"))
    return made


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(command[8:])[:60] or "plain" for command in COMMANDS])
def test_every_command_of_the_document_prints_figures(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    ended = CliRunner().invoke(app, command[1:])
    assert ended.exit_code == 0, ended.output
    assert "-to-" in ended.stdout


def test_every_option_protocol_and_figure_is_described() -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z-]+", CliRunner().invoke(app, ["eval", "retrieval", "--help"]).stdout))
    assert sorted(option for option in options - {"--debug", "--help", "--seed"} if option not in text) == []
    assert [name for name in (*PROTOCOLS, *METRICS) if f"`{name}`" not in text] == []


@pytest.mark.usefixtures("settled")
def test_the_schema_of_the_document_is_that_of_the_figures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    ended = CliRunner().invoke(
        app, [*COMMANDS[0][1:], "--train-split", "train", "--compare", "pocket", "local-dir:my-model"]
    )
    assert ended.exit_code == 0, ended.output
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    described, written = json.loads(block), json.loads(Path("figures.json").read_text())
    # These products are never confused, so that no pair of them is told.
    assert _names(described) - _names(written) == {(3, "label"), (3, "taken_for")}
    assert set(described) == set(written)
    assert set(described["dataset"]) == set(written["dataset"])
    assert set(written["protocols"]) == set(PROTOCOLS)


def _names(data: object, depth: int = 0) -> set[tuple[int, str]]:
    """The names of all values at their depth, but for those that are values themselves: labels and colours."""
    found: set[tuple[int, str]] = set()
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if isinstance(data, dict):
        found |= {(depth, name) for name in data if name not in ("Watches", "Black")}
    for value in values:
        found |= _names(value, depth + 1)
    return found
