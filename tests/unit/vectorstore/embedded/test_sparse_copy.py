from __future__ import annotations

from pathlib import Path

import pytest

from vectorstore.embedded.sparse_copy import copy_folder


def test_a_folder_is_copied_with_everything_but_the_part_left_out(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "segments" / "wal").mkdir(parents=True)
    (source / "wal").mkdir()
    (source / "wal" / "open-1").write_text("not this")
    (source / "config.json").write_text("{}")
    (source / "segments" / "wal" / "kept").write_text("kept: only the upper one is left out")
    copy_folder(source, tmp_path / "target", without="wal")
    copied = {str(path.relative_to(tmp_path / "target")) for path in (tmp_path / "target").rglob("*")}
    assert copied == {"config.json", "segments", "segments/wal", "segments/wal/kept"}


@pytest.mark.parametrize("pieces", [[], [(0, 10)], [(5_000_000, 3)], [(0, 70_000), (20_000_000, 4_096)]])
def test_a_file_with_holes_is_copied_byte_by_byte_and_keeps_its_holes(
    tmp_path: Path, pieces: list[tuple[int, int]]
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    with (source / "page").open("wb") as page:
        page.truncate(32 * 2**20)
        for start, length in pieces:
            page.seek(start)
            page.write(b"x" * length)
    copy_folder(source, tmp_path / "target", without="")
    copied = tmp_path / "target" / "page"
    assert copied.read_bytes() == (source / "page").read_bytes()
    assert copied.stat().st_blocks <= (source / "page").stat().st_blocks + 64


def test_an_empty_file_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "empty").touch()
    copy_folder(tmp_path / "source", tmp_path / "target", without="")
    assert (tmp_path / "target" / "empty").read_bytes() == b""


def test_what_is_there_already_is_written_over(tmp_path: Path) -> None:
    for name in ("source", "target"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config").write_text(name)
    (tmp_path / "target" / "other").touch()
    copy_folder(tmp_path / "source", tmp_path / "target", without="")
    assert (tmp_path / "target" / "config").read_text() == "source"
    assert (tmp_path / "target" / "other").exists()
