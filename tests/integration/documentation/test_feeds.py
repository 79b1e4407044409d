"""Every command of docs/feeds.md shows something, and its table and numbers are those of the code."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from api.feed.controllers import FeedOptions
from cli.main import app
from core.feeds import FEED_LIMIT_MAX, FEED_PRODUCTS_MAX, SOURCES
from retrieval.feed.mixing import reserved_places
from retrieval.feed.shelves import NEW_FOR
from retrieval.feed.shopper import SEEN_FOR
from tests.integration.documentation.documents import ROOT, Command, curl, examples

DOCUMENT = "docs/feeds.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
BLOCKS = examples(DOCUMENT)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("block", BLOCKS, ids=[" ".join(block[0])[:60] for block in BLOCKS])
def test_the_commands_of_a_block_show_something(client: TestClient[Litestar], block: list[Command]) -> None:
    following = {"curl": "", "vitrine": ""}
    for program, *arguments in block:
        words = tuple(word.replace("NEXT", following[program]) for word in arguments)
        if program == "curl":
            answer = curl(client, words)
            assert answer.status_code == 200, answer.text
            found = answer.json()
            following[program] = found.get("next") or ""
            assert found.get("items") or found.get("accepted")
        else:
            ended = CliRunner().invoke(app, words)
            assert ended.exit_code == 0, ended.output
            assert "sku-" in ended.stdout
            shown = re.search(r"--cursor (\S+)", ended.stderr)
            following[program] = shown[1] if shown else ""


def test_the_table_names_every_source_and_the_text_every_option() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) == list(SOURCES)
    assert [name for name in FeedOptions.__dataclass_fields__ if name != "where" and f"`{name}`" not in TEXT] == []


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"up to {FEED_LIMIT_MAX} products" in TEXT
    assert f"after {FEED_PRODUCTS_MAX} products" in TEXT
    assert f"called new for {NEW_FOR.days} days" in TEXT
    assert SEEN_FOR.days == 7
    assert "in the last seven days" in TEXT
    assert sorted(reserved_places(0, 20).values()) == [1, 1, 2]
    assert reserved_places(0, 4).keys() == reserved_places(0, 5).keys()
    assert sum(reserved_places(0, 4).values()) == 0 < sum(reserved_places(0, 5).values())
