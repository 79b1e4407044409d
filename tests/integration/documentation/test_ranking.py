"""Every example of docs/ranking.md and docs/experiments.md does what the pages say, over a shop with a log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from typer.testing import CliRunner

from api.app import create_app
from cli.main import app
from core.settings import Settings, load_settings
from ranking.positions import EXAMINED_MIN
from ranking.shown import GAINS
from ranking.training import PAGES_MIN, SHARES
from retrieval.accepting import accept_products
from retrieval.wiring import Vitrine, open_vitrine
from tests.indexing import index_all
from tests.integration.clicked_log import make_log
from tests.integration.documentation.conftest import _records
from tests.integration.documentation.documents import ROOT, Command, curl, examples
from tests.integration.workers.tiny_shop import save_tiny_encoder

RANKING, EXPERIMENTS = "docs/ranking.md", "docs/experiments.md"
BLOCKS = [(document, block) for document in (RANKING, EXPERIMENTS) for block in examples(document)]
TEXT = (ROOT / RANKING).read_text(encoding="utf-8")
TRAIN = ("vitrine", "rank", "train")
QUERIES = ("blue shirt", "red shoe", "green bag", "cotton shirt")


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vitrine]:
    """A shop of its own, since a log would change what other pages tell of theirs."""
    encoder = save_tiny_encoder(tmp_path_factory.mktemp("encoder"))
    # What lies near by a hair lies elsewhere in bfloat16, which some processors would choose.
    exact = {"encoder": encoder, "precision": "float32"}
    chosen = {"data_dir": tmp_path_factory.mktemp("shop"), "engine_idle_exit_s": 2.0, **exact}
    with open_vitrine(load_settings(chosen)) as v:
        accept_products(v, list(_records()))
        index_all(v)
        make_log(v, QUERIES, frozenset(f"sku-{number}" for number in (4, 5, 6, 7, 16, 17)))
        yield v


@pytest.fixture
def settled(visited: Vitrine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the examples write belongs nowhere else.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINE_DATA_DIR", str(visited.settings.data_dir))
    monkeypatch.setenv("VITRINE_ENCODER", visited.settings.encoder)
    monkeypatch.setenv("VITRINE_PRECISION", visited.settings.precision)


def run(*arguments: str) -> None:
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 0, ended.output


@pytest.mark.parametrize(("document", "block"), BLOCKS, ids=[" ".join(block[0])[:60] for _, block in BLOCKS])
def test_the_commands_of_a_block_do_what_they_say(
    visited: Vitrine, settled: None, document: str, block: list[Command]
) -> None:
    in_service = document == RANKING and TRAIN not in block
    if in_service:
        if not (visited.settings.data_dir / "rankers").is_dir():
            run(*TRAIN[1:])
        run("rank", "promote", "--force")
    body: dict[str, Any] = {}
    with TestClient(create_app(visited), base_url="http://127.0.0.1") as client:
        for program, *arguments in block:
            if program == "curl":
                answer = curl(client, tuple(one.replace("QUERY", body.get("query_id", "")) for one in arguments))
                assert answer.status_code == 200, answer.text
                body = answer.json()
                assert not body.get("rejected")
            else:
                run(*arguments)
    if in_service:
        run("rank", "promote", "--rollback")


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"at least {PAGES_MIN} pages" in TEXT
    kinds = " ".join(f"{GAINS[kind]:g}" for kind in ("click", "view", "like", "cart", "purchase", "dislike", "hide"))
    assert kinds == "1 1 3 4 8 0 0"
    assert "click or view 1, like 3, cart 4, purchase 8" in TEXT
    assert 1 / EXAMINED_MIN == 10
    assert [f"{share:.0%}" for share in SHARES] == ["70%", "15%", "15%"]
    assert "oldest 70 %" in TEXT
    assert f"KEEP_DAYS` ({Settings.model_fields['impressions_keep_days'].default:g}" in TEXT
