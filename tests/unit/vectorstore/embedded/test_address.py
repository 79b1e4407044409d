from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest

from core.errors import StoreUnavailable
from vectorstore.embedded.address import EngineFiles, new_address


def test_what_is_announced_is_read_again(tmp_path: Path) -> None:
    files = EngineFiles(tmp_path)
    address = new_address(tmp_path / "engine.sock")
    files.write(address)
    assert files.read() == address
    assert address.pid == os.getpid()
    assert files.address.stat().st_mode & 0o777 == 0o600


def test_every_engine_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert new_address(tmp_path).key != new_address(tmp_path).key


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"pid": 1}', "\x00\xff"])
def test_a_damaged_file_says_nothing(tmp_path: Path, text: str) -> None:
    files = EngineFiles(tmp_path)
    files.address.write_text(text)
    assert files.read() is None


def test_a_file_of_a_newer_version_may_say_more(tmp_path: Path) -> None:
    files = EngineFiles(tmp_path)
    address = new_address(tmp_path / "engine.sock")
    files.address.write_text(json.dumps({**asdict(address), "colour": "blue"}))
    assert files.read() == address


def test_the_socket_lies_in_the_data_folder() -> None:
    assert EngineFiles(Path("/data")).socket_path() == Path("/data/engine.sock")


def test_a_path_too_long_for_a_socket_gets_a_private_folder_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    one, other = (EngineFiles(tmp_path / (letter * 120)).socket_path() for letter in "ab")
    assert one.parent.parent == tmp_path
    assert one.parent != other.parent
    assert one.parent.stat().st_mode & 0o777 == 0o700
    assert EngineFiles(tmp_path / ("a" * 120)).socket_path() == one


@pytest.mark.parametrize("kind", ["open", "link"])
def test_a_folder_that_others_could_have_made_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    files = EngineFiles(tmp_path / ("a" * 120))
    folder = files.socket_path().parent
    if kind == "open":
        folder.chmod(0o777)
    else:
        folder.rmdir()
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable, match="private folder"):
        files.socket_path()
