"""`vitrine encoders`: choosing without loading, and measuring for real."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["encoders", *arguments])


def run_json(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_list_names_what_a_person_chooses_by() -> None:
    known = {one["name"]: one for one in run_json("list")["encoders"]}
    assert (known["pocket"]["dim"], known["pocket"]["licence"]) == (128, "Apache-2.0")
    assert (known["resnet-50"]["photo"], known["resnet-50"]["text"]) == (True, False)
    printed = run("list").stdout
    assert all(name in printed for name in known)


def test_the_list_holds_every_architecture_of_open_clip_when_asked() -> None:
    architectures = run_json("list", "--architectures")["architectures"]
    assert architectures["ViT-B-16-SigLIP"] == 768
    assert architectures["MobileCLIP-S1"] == 512
    assert len(architectures) > 100
    assert "ViT-B-16-SigLIP" in run("list", "--architectures").stdout


def test_choosing_loads_no_model_library() -> None:
    program = """
import sys
from cli.main import app
for arguments in (["encoders", "list", "--architectures"], ["encoders", "show", "resnet-50"]):
    app(arguments, standalone_mode=False)
sys.stderr.write(f"loaded: {[name for name in ('torch', 'open_clip', 'transformers') if name in sys.modules]}")
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "loaded: []")


@pytest.mark.parametrize(
    ("name", "views", "how"),
    [
        ("pocket", {"image": ["words", "photos", "products"], "text": ["words", "products"]}, "VITRINE_ENCODER=pocket"),
        ("resnet-50", {"image": ["photos", "products"]}, "VITRINE_ENCODER=resnet-50 VITRINE_TEXT_ENCODER=ANOTHER"),
        ("e5-small-v2", {"text": ["words", "products"]}, "reindex --encoder ANOTHER --text-encoder e5-small-v2"),
    ],
)
def test_showing_one_tells_its_views_and_how_to_use_it(name: str, views: dict[str, list[str]], how: str) -> None:
    assert run_json("show", name)["views"] == views
    assert how in run("show", name).stdout


def test_a_name_that_does_not_exist_is_answered_with_those_near_it() -> None:
    result = run("show", "pocket-model")
    assert result.exit_code == 2
    assert "Did you mean pocket?" in result.stderr


def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path: Path) -> None:
    for verb in ("show", "fetch", "bench"):
        result = run(verb, f"local-dir:{tmp_path}")
        assert result.exit_code == 5
        assert "holds neither open_clip_config.json nor config.json" in result.stderr


def test_fetching_proves_that_an_encoder_loads() -> None:
    fetched = run_json("fetch", "pocket")
    assert fetched["parameters"] > 1_000_000


def test_a_bench_names_the_bottleneck_of_each_kind_of_input() -> None:
    measured = run_json("bench", "pocket", "--count", "3", "--rounds", "2", "--side-px", "64")
    assert measured["batch"] == 64
    for kind, stages in (("photos", {"whole", "decode", "embed", "forward"}), ("texts", {"embed", "forward"})):
        figures = measured[kind]
        assert set(figures["per_s"]) == stages
        assert all(len(values) == 2 and min(values) > 0 for values in figures["rounds"].values())
        assert figures["bottleneck"]
        assert figures["share_of_forward"] > 0
    result = run("bench", "pocket", "--count", "2", "--rounds", "1", "--side-px", "32")
    assert "the bare model" in result.stdout
    assert "most time goes into" in result.stderr
