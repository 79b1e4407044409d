"""Every example of docs/events.md does what the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from typer.testing import CliRunner

from api.events.snippet import SNIPPET
from api.storefront.site import SiteFile
from cli.main import app
from core.events import EVENT_FIELDS, EVENT_TYPES, TASTE_WEIGHTS
from retrieval.wiring import Vitrine
from tests.integration.documentation.documents import ROOT, Command, curl, examples

DOCUMENT = "docs/events.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
BLOCKS = examples(DOCUMENT)
WHEN = (datetime.now(UTC) - timedelta(days=1)).isoformat()
FILES = {
    "log.csv": f"customer,visitorid,itemid,event,event_time\nberta,berta,sku-2,order,{WHEN}\n",
    "wishes.csv": f"visitorid,itemid,event_time\nberta,sku-3,{WHEN}\n",
}


@pytest.fixture
def nobody_left(shop: Vitrine, settled: None) -> Iterator[None]:
    for name, text in FILES.items():
        Path(name).write_text(text)
    yield
    for user_id in ("anna", "berta", "guest-81f3"):
        shop.catalog.shoppers.erase(user_id)


@pytest.mark.usefixtures("nobody_left")
@pytest.mark.parametrize("block", BLOCKS, ids=[" ".join(block[0])[:60] for block in BLOCKS])
def test_the_commands_of_a_block_do_what_they_say(client: TestClient[Litestar], block: list[Command]) -> None:
    for program, *arguments in block:
        if program == "curl":
            answer = curl(client, tuple(arguments))
            assert answer.status_code == 200, answer.text
            told: Any = answer.json()
            assert told.get("accepted", 2) == 2
        else:
            ended = CliRunner().invoke(app, arguments)
            assert ended.exit_code == 0, ended.output


def test_every_type_and_field_and_the_weights_are_described() -> None:
    rows = dict(re.findall(r"^\| `([a-z]+)` \| .* \| (?:(\d+).*)?\|$", TEXT, re.MULTILINE))
    assert {kind: float(rows[kind] or 0) for kind in EVENT_TYPES} == {
        kind: TASTE_WEIGHTS.get(kind, 0.0) for kind in EVENT_TYPES
    }
    assert [name for name in EVENT_FIELDS if f"`{name}`" not in TEXT] == []


def test_the_script_is_as_small_as_the_page_says() -> None:
    told = re.search(r"a script of (\d+) kB", TEXT)
    packed = SiteFile.of(SNIPPET, (ROOT / "api/events/web" / SNIPPET).read_bytes()).packed
    assert told is not None
    assert len(packed) <= int(told[1]) * 1_024 + 512
