"""`vitrine eval ranking` over a file of pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.unit.ranking.pages import simulated


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.jsonl", lines(300))


def lines(count: int) -> list[dict[str, Any]]:
    made = simulated(count)
    acts: dict[str, list[dict[str, Any]]] = {}
    for event in made.events:
        act = {"product_id": event.product_id, "type": event.type, "created_at": event.created_at.isoformat()}
        acts.setdefault(str(event.query_id), []).append(act)
    return [
        {
            "query_id": page.query_id,
            "user_id": page.user_id,
            "shown_at": page.shown_at.isoformat(),
            "text": page.text,
            "items": list(page.items),
            "signals": {name: [float(value) for value in values] for name, values in page.signals.items()},
            "acts": acts.get(page.query_id, []),
        }
        for page in made.pages
    ]


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, records)) + "\n")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", "ranking", *map(str, arguments)])


def test_the_figures_are_printed_written_and_required(log: Path, tmp_path: Path) -> None:
    done = run("--log", log, "--json", tmp_path / "out.json", "--require", "all.ranker.ndcg@10>=0.99")
    assert done.exit_code == 3, done.stderr
    assert "missed: all.ranker.ndcg@10>=0.99" in done.stderr
    told = json.loads((tmp_path / "out.json").read_text())
    part = told["slices"]["all"]
    assert set(part["ndcg@10"]) == {"as shown", "relevance only", "popularity", "ranker"}
    assert part["gain_over"]["as shown"]["low"] > 0
    assert part["ndcg@10"]["ranker"]["low"] <= part["ndcg@10"]["ranker"]["value"] <= part["ndcg@10"]["ranker"]["high"]
    assert len(told["compared"]) == 6
    assert "popularity" in done.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shown_at": "yesterday"}, "log.jsonl:2"),
        ({"shown_at": "2026-01-01T00:00:00"}, "log.jsonl:2: shown_at: must be a moment with a time zone"),
        ({"signals": {"standing": [1.0]}}, "log.jsonl:2: signals.standing: must have a number for each of 8 items"),
        ({"acts": [{"product_id": "x", "type": "dance"}]}, "log.jsonl:2: type: unknown type"),
        ({"items": None}, "log.jsonl:2: is no page"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    first, second = lines(2)
    refused = run("--log", write(tmp_path / "log.jsonl", [first, second | changes]))
    assert refused.exit_code == 2
    assert said in refused.stderr.replace("\n", "")


def test_a_file_that_is_not_there_and_one_without_clicks_are_refused(tmp_path: Path) -> None:
    assert "cannot be read" in run("--log", tmp_path / "none.jsonl").stderr
    empty = write(tmp_path / "log.jsonl", [line | {"acts": []} for line in lines(60)])
    assert "has 60 pages and no click" in run("--log", empty).stderr
