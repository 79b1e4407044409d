"""`vitrine eval retrieval` from a file to its reports: a real if tiny encoder, a real index."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.integration.evaluation.conftest import EACH, Ended, Files
from tests.shop import COLOURS, KINDS

PRODUCTS = EACH * len(COLOURS) * len(KINDS)
Judge = Callable[..., Ended]


@pytest.fixture
def judge(files: Files, cache: Path, encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """`vitrine eval retrieval` in this process, over the `val` split by kind, or as the arguments say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINE_ENCODER", encoder)
    monkeypatch.setenv("VITRINE_ENGINE_IDLE_EXIT_S", "2")

    def run(*arguments: str, products: Path | None = None, label: str = "type", photos: bool = True) -> Ended:
        from cli.main import app

        out = tmp_path / "out.json"
        out.unlink(missing_ok=True)
        split = [] if products else ["--split", "val"]
        common = ["--products", str(products or files.products), *split, "--label", label]
        seen = ["--photos", str(files.photos)] if photos else []
        own = ["--cache", str(cache), "--json", str(out), *arguments]
        result = CliRunner().invoke(app, ["eval", "retrieval", *common, *seen, *own])
        data = json.loads(out.read_text()) if out.is_file() else None
        return Ended(result.exit_code, result.stdout, result.stderr, data)

    return run


@pytest.fixture
def written(tmp_path: Path) -> Callable[[list[tuple[str, ...]]], Path]:
    """A file of products, its first row the names of the columns."""

    def write(rows: list[tuple[str, ...]]) -> Path:
        path = tmp_path / "written.csv"
        with path.open("w", newline="") as out:
            csv.writer(out).writerows(rows)
        return path

    return write


def _figures(data: object) -> Iterator[dict[str, float]]:
    if isinstance(data, dict) and "value" in data:
        yield data
    elif isinstance(data, dict):
        for inner in data.values():
            yield from _figures(inner)


def test_every_protocol_is_measured_with_intervals_ceilings_and_slices(judge: Judge, encoder: str) -> None:
    ended = judge("--train-split", "train", "--slices", "colour")
    assert ended.code == 0, ended.err
    assert set(ended.data["protocols"]) == {
        *("text-to-image", "image-to-image", "text-to-text", "item-to-item"),
        *("exact", "exact-own-photo", "published"),
    }
    assert ended.data["dataset"] == {
        "file": "products.csv",
        "split": "val",
        "train_split": "train",
        "products": PRODUCTS,
        "label": "type",
        "labels": len(KINDS),
        "titles": PRODUCTS,
        "left_out": {},
        "without_photo": 0,
    }
    assert ended.data["encoder"] == encoder
    figures = list(_figures(ended.data["protocols"]))
    assert len(figures) == 5 * 9 + 2 * 5
    assert all(one["low"] <= one["value"] <= one["high"] for one in figures)
    assert all(one["value"] <= one["ceiling"] for one in figures)
    slices = ended.data["slices"]["image-to-image"]
    assert set(slices) == {"type", "colour", "head and tail", "titles seen in training"}
    assert {name: one["queries"] for name, one in slices["colour"].items()} == dict.fromkeys(COLOURS, PRODUCTS // 4)
    # Numbers are part of these titles, so that training has seen none of them.
    assert slices["titles seen in training"]["not seen"]["queries"] == PRODUCTS
    assert set(ended.data["zero_shot"]["labels"]) == set(KINDS)
    assert "image-to-image" in ended.out
    assert "at best" in ended.out


def test_a_second_run_says_the_same_and_loads_no_encoder(
    judge: Judge, encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judge()
    monkeypatch.setattr("evaluation.remembering.load_encoder", None)
    assert judge().data == first.data


def test_an_encoder_is_not_better_than_itself_and_joined_features_are_judged_as_whole_products(
    judge: Judge, encoder: str
) -> None:
    same = judge("--compare", encoder, encoder)
    assert {one["verdict"] for found in same.data["comparison"]["protocols"].values() for one in found.values()} == {
        "unclear"
    }
    joined = judge("--compare", encoder, f"concatenated:{encoder}+tfidf", "--require", "item-to-item.map.gain-low>0")
    assert joined.code == 0, joined.err
    # Words alone tell the kinds of these products apart, and the encoder has never learnt any.
    assert joined.data["comparison"]["protocols"]["item-to-item"]["map"]["verdict"] == "better"
    assert set(joined.data["protocols"]) == {"item-to-item", "published"}
    assert joined.data["dataset"]["without_photo"] == 0
    assert "better" in joined.out


@pytest.fixture(scope="session")
def eyes(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny ResNet that nobody has trained, and that cannot read."""
    import torch
    from transformers import ConvNextImageProcessor, ResNetConfig, ResNetModel

    folder = tmp_path_factory.mktemp("eyes")
    torch.manual_seed(5)
    ResNetModel(ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1])).save_pretrained(folder)
    ConvNextImageProcessor(size={"shortest_edge": 32}).save_pretrained(folder)
    return f"local-dir:{folder}"


def test_an_encoder_that_only_sees_is_judged_by_photos_and_joined_to_one_that_reads(
    judge: Judge, encoder: str, eyes: str
) -> None:
    seeing = judge("--encoder", eyes)
    assert seeing.code == 0, seeing.err
    assert set(seeing.data["protocols"]) == {"image-to-image"}
    assert seeing.data["confusion"]["by"] == "the first hit, image-to-image"
    joined = judge("--encoder", f"concatenated:{eyes}+{encoder}")
    assert joined.code == 0, joined.err
    assert set(joined.data["protocols"]) == {"item-to-item", "published"}
    for name in (eyes, f"concatenated:{eyes}+tfidf"):
        blind = judge("--encoder", name, photos=False)
        assert blind.code == 2
        assert "needs photos" in blind.err


def test_the_index_in_service_is_judged_by_its_own_vectors(
    judge: Judge, files: Files, written: Callable[[list[tuple[str, ...]]], Path]
) -> None:
    from cli.main import app

    with files.products.open(newline="") as lines:
        path = written([(row[0], row[1], row[2]) for row in list(csv.reader(lines))[:25]])
    imported = CliRunner().invoke(app, ["import", str(path), "--photos", str(files.photos)])
    assert imported.exit_code == 0, imported.stderr
    serving, direct = judge("--serving", products=path), judge(products=path)
    assert serving.code == 0, serving.err
    assert serving.data["encoder"] == "serving"
    for name in ("image-to-image", "text-to-image", "exact"):
        assert serving.data["protocols"][name]["mrr"]["value"] == pytest.approx(
            direct.data["protocols"][name]["mrr"]["value"], abs=0.01
        )
    assert "published" not in serving.data["protocols"]


def test_an_index_without_these_products_cannot_be_judged(judge: Judge) -> None:
    ended = judge("--serving")
    assert ended.code == 2
    assert "holds none of these products" in ended.err


def test_a_missed_requirement_ends_with_three(judge: Judge) -> None:
    assert judge("--require", "text-to-text.recall@1>=0").code == 0
    missed = judge("--require", "exact.mrr>1")
    assert missed.code == 3
    assert "missed: exact.mrr>1" in missed.err


@pytest.mark.parametrize(
    ("requirement", "says"),
    [
        ("text-to-images.mrr>1", "begins with no protocol"),
        ("exact.mmr>1", "names no metric"),
        ("exact>1", "names no metric"),
        ("exact.map>1", "no such figure"),
        ("exact.mrr.gain>0", "is a gain"),
    ],
)
def test_a_requirement_that_cannot_be_judged_is_wrong_input(judge: Judge, requirement: str, says: str) -> None:
    ended = judge("--require", requirement)
    assert ended.code == 2
    assert says in " ".join(ended.err.split())


def test_without_photos_titles_alone_are_judged(judge: Judge) -> None:
    ended = judge(photos=False)
    assert set(ended.data["protocols"]) == {"text-to-text"}
    assert ended.data["zero_shot"] is None
    assert ended.data["confusion"]["by"] == "the first hit, text-to-text"


def test_products_without_a_label_or_a_photo_are_left_out_and_counted(
    judge: Judge, written: Callable[[list[tuple[str, ...]]], Path]
) -> None:
    rows = [(str(number), f"thing {number}", "ab"[number % 2]) for number in range(20)]
    path = written(
        [("id", "title", "kind"), *rows, ("20", "unlabelled", ""), ("no-photo", "unseen", "a"), ("", "x", "a")]
    )
    ended = judge(products=path, label="kind")
    assert ended.data["dataset"]["products"] == 21
    assert ended.data["dataset"]["left_out"] == {"not readable as products": 1, "without kind": 1}
    assert ended.data["dataset"]["without_photo"] == 1
    assert ended.data["slices"]["image-to-image"]["kind"]["a"]["queries"] == 10
    assert ended.data["slices"]["text-to-text"]["kind"]["a"]["queries"] == 11
    assert "left out: 1 without a usable photo" in ended.err
    # What is on the photos has nothing to do with these labels.
    pairs = {(one["label"], one["taken_for"]): one["products"] for one in ended.data["confusion"]["pairs"]}
    missed = 20 * (1 - ended.data["protocols"]["image-to-image"]["recall@1"]["value"])
    assert sum(pairs.values()) == pytest.approx(missed)
    assert pairs


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("typ", "no product has such a column, or a value in it (got 'typ'). Columns are: kind, same"),
        ("same", "is 'x' for every product"),
        ("brand", "no product has such a column"),
        ("kind", "is another for every product"),
    ],
)
def test_a_column_that_cannot_label_is_refused(
    judge: Judge, written: Callable[[list[tuple[str, ...]]], Path], label: str, says: str
) -> None:
    path = written([("id", "title", "kind", "same"), ("1", "One", "a", "x"), ("2", "Two", "b", "x")])
    ended = judge(products=path, label=label)
    assert ended.code == 2
    assert says in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--slices", "colour,size"], "--slices: no product has such a column"),
        (["--encoder", "pockte"], "Did you mean pocket"),
        (["--encoder", "concatenated:"], "empty part"),
        (["--encoder", "pocket", "--serving"], "name one thing to judge"),
        (["--train-split", "nowhere"], "has no products"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_a_remedy(judge: Judge, arguments: list[str], says: str) -> None:
    ended = judge(*arguments)
    assert ended.code in (2, 5)
    assert says in " ".join(ended.err.split())


def test_the_report_shows_photos_and_needs_nothing_from_the_web(judge: Judge, encoder: str, tmp_path: Path) -> None:
    assert judge("--compare", "pocket", encoder, "--html", "out.html").code == 0
    page = (tmp_path / "out.html").read_text()
    anchors = re.findall(r'<h2 id="(\w+)">', page)
    assert anchors == ["figures", "comparison", "map", "examples", "confusion", "names", "slices", "meanings"]
    assert not re.findall(r"""(?:src|href)=["'](?!data:image/jpeg;base64,|#)|url\(|@import|https?://""", page)
    (points,) = re.findall(r'<script type="application/json" id="points">(.*?)</script>', page, re.DOTALL)
    known = json.loads(points)
    assert len(known) == page.count("<circle cx") == PRODUCTS
    assert all(title and label in KINDS and photo.startswith("data:image/jpeg") for title, label, photo in known)
    assert page.count('class="hits"') > 3 * 3


def test_what_a_title_says_runs_nowhere(
    judge: Judge, encoder: str, tmp_path: Path, written: Callable[[list[tuple[str, ...]]], Path]
) -> None:
    evil = '</script><script>alert("shirt")</script>'
    rows = [(str(number), f"{evil} {number}", ("a", evil)[number % 2]) for number in range(14)]
    path = written([("id", "title", "kind"), *rows])
    assert judge("--html", "out.html", products=path, label="kind").code == 0
    page = (tmp_path / "out.html").read_text()
    assert page.count("<script") == page.count("</script>") == 2
    assert "alert(&quot;shirt&quot;)" in page


def test_the_curves_of_a_training_are_shown(judge: Judge, encoder: str, tmp_path: Path) -> None:
    folder = tmp_path / "trained"
    shutil.copytree(encoder.removeprefix("local-dir:"), folder)
    told = {
        "losses": [{"step": step, "loss": 4.0 - step / 10} for step in (1, 10, 20)],
        "epochs": [{"epoch": epoch, "score": 0.5 + epoch / 10} for epoch in range(3)],
        "steps_per_epoch": 10,
        "best_epoch": 1,
    }
    (folder / "metrics.json").write_text(json.dumps(told))
    assert judge("--encoder", f"local-dir:{folder}", "--products-max", "8", "--html", "out.html").code == 0
    page = (tmp_path / "out.html").read_text()
    assert '<h2 id="training">' in page
    # The loss falls from the upper edge to the lower one; the weights were taken half way.
    assert '<polyline points="95.0,24.0 374.0,104.5 684.0,194.0"' in page
    assert page.count('<line class="ceiling" x1="374.0"') == 2
    assert '<h2 id="map">' not in page
