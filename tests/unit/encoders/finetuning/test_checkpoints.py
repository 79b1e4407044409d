"""Files of a run: what the system refuses is told alike, whichever library wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import tokenizers
import torch
from safetensors.torch import save_file
from tokenizers.models import WordLevel

from core.errors import InvalidInput
from encoders.finetuning.checkpoints import disk_errors, move_whole
from tests.unit.encoders.finetuning.conftest import files_up_to

_WORDS = tokenizers.Tokenizer(WordLevel({f"word{number}": number for number in range(1_000)}, unk_token="word0"))


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(bytes(10_000)),
        lambda path: save_file({"weight": torch.zeros(10_000)}, path),
        lambda path: _WORDS.save(str(path)),
    ],
    ids=["python", "safetensors", "tokenizers"],
)
def test_a_full_disk_is_named_with_a_remedy(write: Callable[[Path], object], tmp_path: Path) -> None:
    says = r"cannot be written: .*too large.* Make room"
    with pytest.raises(InvalidInput, match=says) as raised, disk_errors(tmp_path), files_up_to(4_096):
        write(tmp_path / "file")
    assert raised.value.field == str(tmp_path)


def test_what_has_nothing_to_do_with_the_disk_is_raised_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="of another kind"), disk_errors(tmp_path):
        raise ValueError("of another kind")


def test_what_is_moved_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    made, folder = tmp_path / "made", tmp_path / "folder"
    for path in (
        made / "image" / "new",
        made / "config",
        folder / "image" / "old",
        folder / "config",
        folder / "other",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.parts[-2])
    move_whole(made, folder, "config")
    there = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert there == {"image/new": "image", "config": "made", "other": "folder"}
