from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import ForeignStore, InvalidInput, SchemaMismatch, StoreCorrupted, StoreUnavailable
from core.generations import Generation, View
from vectorstore.embedded.folder import ShardFolder, check_generation_id, disk_errors, write_atomically


def generation(dim: int = 8, shop: str = "default") -> Generation:
    return Generation("g1", shop, (View("image", "image", dim, "pocket", frozenset({"text"})),))


@pytest.fixture
def folder(tmp_path: Path) -> ShardFolder:
    made = ShardFolder(tmp_path / "vectors" / "g1")
    made.prepare("database", generation())
    return made


def test_a_folder_remembers_whose_it_is(folder: ShardFolder) -> None:
    assert folder.exists
    assert folder.generation("database") == generation()
    folder.check("database", generation())


def test_another_database_is_refused(folder: ShardFolder) -> None:
    with pytest.raises(ForeignStore, match="another database"):
        folder.check("other", generation())


def test_another_shop_is_refused(folder: ShardFolder) -> None:
    with pytest.raises(ForeignStore, match="elsewhere"):
        folder.check("database", generation(shop="elsewhere"))


def test_other_vectors_are_refused(folder: ShardFolder) -> None:
    with pytest.raises(SchemaMismatch, match="16"):
        folder.check("database", generation(dim=16))


@pytest.mark.parametrize("text", ["", "{", "\x00"])
def test_an_owner_that_cannot_be_read_is_damage(folder: ShardFolder, text: str) -> None:
    (folder.path / "owner.json").write_text(text)
    with pytest.raises(StoreCorrupted, match=r"owner\.json"):
        folder.generation("database")


@pytest.mark.parametrize("owner", [[], {"format": 99}])
def test_an_owner_of_another_version_is_refused(folder: ShardFolder, owner: object) -> None:
    (folder.path / "owner.json").write_text(json.dumps(owner))
    with pytest.raises(SchemaMismatch, match="another version"):
        folder.generation("database")


def test_it_is_clean_from_a_flush_to_the_next_write(folder: ShardFolder) -> None:
    assert not folder.clean
    folder.mark_clean(0)
    assert folder.clean
    folder.mark_dirty()
    folder.mark_dirty()
    assert not folder.clean


def test_it_is_fresh_until_it_is_known(folder: ShardFolder) -> None:
    assert folder.fresh
    folder.mark_known()
    folder.mark_known()
    assert not folder.fresh


def test_damaged_parts_are_moved_aside_whole_and_never_over_each_other(folder: ShardFolder) -> None:
    folder.mark_clean(0)
    for number in range(3):
        (folder.shard / "wal").mkdir(parents=True)
        (folder.shard / "wal" / "segment").write_text(str(number))
        target = folder.quarantine(folder.shard / "wal")
        assert (target / "wal" / "segment").read_text() == str(number)
        assert not (folder.shard / "wal").exists()
    assert len(list(folder.path.glob("quarantine-*"))) == 3
    assert not folder.clean


def test_what_is_moved_aside_need_not_be_there(folder: ShardFolder) -> None:
    assert list(folder.quarantine(folder.shard / "wal").iterdir()) == []


def test_a_folder_that_was_never_finished_is_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "g1").mkdir()
    (tmp_path / "g1" / "half").touch()
    folder = ShardFolder(tmp_path / "g1")
    assert not folder.exists
    folder.prepare("database", generation())
    assert folder.exists
    assert [path.name for path in tmp_path.glob(".unfinished-g1-*/*")] == ["half"]


def test_removing_leaves_nothing_and_may_be_repeated(folder: ShardFolder) -> None:
    folder.remove()
    folder.remove()
    assert list(folder.path.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["g1", "2026-11-20", "a.b_c-d", "G" * 100])
def test_plain_generation_ids_name_folders(name: str) -> None:
    assert check_generation_id(name) == name


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "../x", "a b", "a\x00", "é", "g" * 101, "g1\n"])
def test_a_generation_id_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="generation"):
        check_generation_id(name)


def test_a_copy_that_took_the_place_of_the_shard_is_the_shard_and_the_others_go(folder: ShardFolder) -> None:
    assert not folder.replaced
    copies = [folder.draft() for _ in range(3)]
    for path in (folder.shard, *copies):
        (path / "segments").mkdir(parents=True)
    folder.serve(copies[1])
    again = ShardFolder(folder.path)
    assert (again.shard, again.replaced) == (copies[1], True)
    assert again.generation("database") == generation()
    again.discard_copies()
    assert list(folder.path.glob("shard*")) == [copies[1]]


def test_it_remembers_how_much_is_left_to_optimize_as_long_as_it_is_clean(folder: ShardFolder) -> None:
    assert folder.unoptimized_points is None
    folder.mark_clean(17)
    assert ShardFolder(folder.path).unoptimized_points == 17
    folder.mark_dirty()
    assert folder.unoptimized_points is None


def test_errors_of_the_disk_say_what_was_being_done() -> None:
    with (
        pytest.raises(StoreUnavailable, match=r"cannot make a shard: .*nowhere.*free space"),
        disk_errors("make a shard"),
    ):
        Path("/nowhere/at/all").touch()


def test_an_atomic_file_is_private_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "engine.json"
    write_atomically(path, "old")
    write_atomically(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["engine.json"]
