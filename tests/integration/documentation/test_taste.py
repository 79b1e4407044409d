"""Every example of docs/taste.md does what the page says, and its figures are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from cli.main import app
from core.hits import SIGNALS
from core.profiles import EVENTS_READ_MAX
from core.settings import Settings, effective_settings, load_settings
from profiles.interests import INTERESTS_MAX
from retrieval.search.personal import WINDOW
from retrieval.wiring import Vitrine
from tests.integration.documentation.documents import ROOT, Command, curl, examples

DOCUMENT = "docs/taste.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
BLOCKS = examples(DOCUMENT)


@pytest.fixture
def nobody_left(shop: Vitrine, settled: None) -> Iterator[None]:
    yield
    shop.catalog.shoppers.erase("anna")


@pytest.mark.usefixtures("nobody_left")
@pytest.mark.parametrize("block", BLOCKS, ids=[" ".join(block[0])[:60] for block in BLOCKS])
def test_the_commands_of_a_block_know_the_shopper(client: TestClient[Litestar], block: list[Command]) -> None:
    for program, *arguments in block:
        if program == "curl":
            answer = curl(client, tuple(arguments))
            assert answer.status_code == 200, answer.text
            told = answer.text
        else:
            ended = CliRunner().invoke(app, arguments)
            assert ended.exit_code == 0, ended.output
            told = ended.stdout
        assert re.search(r"accepted.*3|taste|interests", told)


def test_the_figures_are_those_of_the_code() -> None:
    assert f"latest {EVENTS_READ_MAX} acts" in TEXT
    assert f"the first {WINDOW} relevant hits" in TEXT
    assert f"at most {INTERESTS_MAX}" in TEXT
    shown = {entry.name: entry.value for entry in effective_settings(load_settings())}
    for name in ("personalize", "taste_half_life_days", "taste_dislikes"):
        assert re.search(rf"\| `VITRINE_{name.upper()}` \| {float(shown[name]):g} \|", TEXT)
    assert [name for name in Settings.model_fields if name.startswith("taste_") and name.upper() not in TEXT] == []
    assert [name for name in SIGNALS if name.startswith("taste") and f"`{name}`" not in TEXT] == []
