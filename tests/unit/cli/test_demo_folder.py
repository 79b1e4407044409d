from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.demo_folder import MARKER, DemoFolder
from cli.demo_shop import has_screen
from core.errors import ConfigurationError, Conflict


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "data")
    with folder.held():
        assert folder.is_new
        assert json.loads((folder.path / MARKER).read_text()) == {"made_by": "vitrine demo", "address": ""}
    assert folder.path == tmp_path / "data" / "demo"
    assert folder.settings()["data_dir"] == folder.path


def test_a_folder_that_is_held_names_the_address_to_others(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    with folder.held():
        with pytest.raises(Conflict, match="has not told yet"), DemoFolder(tmp_path).held():
            pass
        folder.announce("http://127.0.0.1:8001")
        with pytest.raises(Conflict, match=r"http://127\.0\.0\.1:8001"), DemoFolder(tmp_path).held():
            pass
    with DemoFolder(tmp_path).held():
        assert json.loads((folder.path / MARKER).read_text())["address"] == ""


def test_a_start_that_was_cut_off_while_it_marked_the_folder_is_repeated(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / f"{MARKER}.new").write_text("{")
    with DemoFolder(tmp_path).held():
        assert (tmp_path / "demo" / MARKER).is_file()


@pytest.mark.parametrize("marker", [None, "", "[]", "{}", '{"made_by": "somebody"}'])
def test_a_folder_with_another_marker_or_none_is_refused(tmp_path: Path, marker: str | None) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine")
    if marker is not None:
        (tmp_path / "demo" / MARKER).write_text(marker)
    with pytest.raises(ConfigurationError, match="has not made it"), DemoFolder(tmp_path).held():
        pass
    assert (tmp_path / "demo" / "mine.txt").read_text() == "mine"


def test_a_link_to_another_folder_is_refused(tmp_path: Path) -> None:
    with DemoFolder(tmp_path / "a").held():
        pass
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "demo").symlink_to(tmp_path / "a" / "demo")
    with pytest.raises(ConfigurationError, match="has not made it"), DemoFolder(tmp_path / "b").held():
        pass


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(ConfigurationError, match="cannot be made or read"), DemoFolder(tmp_path).held():
        pass


def test_clearing_deletes_all_but_the_mark_and_follows_no_link(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    folder = DemoFolder(tmp_path)
    with folder.held():
        for name in ("catalog.db", "catalog.db-wal", "engine.json"):
            (folder.path / name).write_text("x")
        (folder.path / "photos" / "ab").mkdir(parents=True)
        (folder.path / "photos" / "ab" / "cd").write_text("x")
        (folder.path / "elsewhere").symlink_to(precious)
        assert not folder.is_new
        folder.clear()
        assert folder.is_new
        assert {entry.name for entry in folder.path.iterdir()} <= {MARKER, "demo.lock", "engine.lock"}
        with pytest.raises(Conflict), DemoFolder(tmp_path).held():
            pass
    assert (precious / "file").read_text() == "mine"


def test_a_screen_is_where_the_desktop_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        assert not has_screen()
        monkeypatch.setenv(name, ":0")
        assert has_screen()
