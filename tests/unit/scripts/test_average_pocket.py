"""Averages of two models."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from scripts.average_pocket import main
from scripts.pocket_model import WEIGHTS_FILE


def weights(value: float) -> dict[str, torch.Tensor]:
    half = {name: torch.full((2, 3), value, dtype=torch.float16) for name in ("visual.stem", "text.embedding")}
    return {**half, "visual.batches": torch.tensor(int(value))}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, value in (("one", 4.0), ("other", 0.0)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tokenizer.json").write_text(name)
        save_file(weights(value), tmp_path / name / WEIGHTS_FILE)
    return tmp_path / "one", tmp_path / "other"


@pytest.mark.parametrize(("tower", "photo", "text"), [("text", 4.0, 3.0), ("photo", 3.0, 4.0), ("both", 3.0, 3.0)])
def test_the_chosen_tower_is_averaged_and_the_rest_is_the_first_ones(
    folders: tuple[Path, Path], tmp_path: Path, tower: str, photo: float, text: float
) -> None:
    out = tmp_path / "out"
    main([*map(str, folders), "--share", "0.75", "--tower", tower, "--out", str(out)])
    made = load_file(out / WEIGHTS_FILE)
    assert made["visual.stem"].dtype == torch.float16
    assert made["visual.stem"].unique().tolist() == [photo]
    assert made["text.embedding"].unique().tolist() == [text]
    assert made["visual.batches"].item() == 4
    assert (out / "tokenizer.json").read_text() == "one"


def test_models_of_another_architecture_are_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    save_file({"text.embedding": torch.zeros(5)}, folders[1] / WEIGHTS_FILE)
    with pytest.raises(ValueError, match="names or shapes"):
        main([*map(str, folders), "--share", "0.5", "--out", str(tmp_path / "out")])


def test_a_share_beyond_the_whole_is_refused(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*map(str, folders), "--share", "75", "--out", str(tmp_path / "out")])
    assert "--share is 75.0" in capsys.readouterr().err
