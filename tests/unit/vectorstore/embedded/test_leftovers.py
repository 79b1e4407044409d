"""What was put aside is found under the names that the shards' folders give it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import StoreUnavailable
from core.generations import Generation
from vectorstore.embedded.address import EngineFiles
from vectorstore.embedded.folder import ShardFolder
from vectorstore.embedded.leftovers import left_over


@pytest.fixture
def folder(tmp_path: Path) -> ShardFolder:
    made = ShardFolder(EngineFiles(tmp_path).shards / "g1")
    made.prepare("database", Generation("g1", "default", ()))
    return made


def test_a_sound_shard_is_no_leftover(folder: ShardFolder, tmp_path: Path) -> None:
    folder.shard.mkdir()
    assert left_over(tmp_path) == []
    assert left_over(tmp_path / "elsewhere") == []


def test_damaged_unfinished_and_half_deleted_shards_are_found_with_their_size(
    folder: ShardFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.shard.mkdir()
    (folder.shard / "segment").write_bytes(b"x" * 2**20)
    damaged = folder.quarantine(folder.shard)
    nobodys = ShardFolder(folder.path.with_name("g2"))
    nobodys.path.mkdir()
    nobodys.prepare("database", Generation("g2", "default", ()))
    doomed = ShardFolder(folder.path.with_name("g3"))
    doomed.prepare("database", Generation("g3", "default", ()))
    monkeypatch.setattr("vectorstore.embedded.folder.shutil.rmtree", _cut_off)
    with pytest.raises(StoreUnavailable):
        doomed.remove()
    found = left_over(tmp_path)
    assert [path.name.partition("-")[0] for path in (one.path for one in found)] == [
        ".deleted",
        ".unfinished",
        "quarantine",
    ]
    assert found[2].path == damaged
    assert 2**20 <= found[2].disk_bytes < 2 * 2**20


def _cut_off(path: Path) -> None:
    raise OSError(f"{path} cannot be deleted now")
