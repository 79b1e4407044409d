"""Every command of docs/searching.md does what it says, and every option of the search stands there."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from api.search.schemas import SearchRequest
from cli.main import app
from tests.integration.documentation.documents import ROOT, Command, curl, examples

DOCUMENT = "docs/searching.md"
BLOCKS = examples(DOCUMENT)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("block", BLOCKS, ids=[" ".join(block[-1])[:60] for block in BLOCKS])
def test_the_commands_of_a_block_find_something(client: TestClient[Litestar], block: list[Command]) -> None:
    following = {"curl": "", "vitrine": ""}
    for program, *arguments in block:
        words = tuple(word.replace("NEXT", following[program]) for word in arguments)
        if program == "curl":
            answer = curl(client, words)
            assert answer.status_code == 200, answer.text
            found = answer.json()
            following[program] = found.get("next") or ""
        else:
            ended = CliRunner().invoke(app, words)
            assert ended.exit_code == 0, ended.output
            shown = re.search(r"--cursor (\S+)", ended.stderr)
            following[program] = shown[1] if shown else ""
            found = json.loads(ended.stdout) if "--json" in words else {"hits": ended.stdout.strip()}
        answers = [one["answer"] for one in found["answers"]] if "answers" in found else [found]
        assert all(one.get("hits") or one.get("suggestions") for one in answers)


def test_every_option_is_described() -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    names = [field.encode_name for field in msgspec.structs.fields(SearchRequest)]
    assert [name for name in names if not re.search(rf"[`\"]{name}\b", text)] == []
    options = set(re.findall(r"--[a-z-]+", CliRunner().invoke(app, ["search", "--help"]).stdout))
    assert sorted(option for option in options - {"--debug", "--help"} if option not in text) == []
