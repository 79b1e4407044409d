from __future__ import annotations

import email
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
POCKET_BYTES_MAX = 20 * 2**20


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    [path] = folder.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.fixture
def metadata(wheel: zipfile.ZipFile) -> Message:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(name))


def test_every_package_is_there_and_typed(wheel: zipfile.ZipFile) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(wheel.namelist())


def test_every_module_of_the_packages_is_there_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    shipped = {name for name in wheel.namelist() if name.endswith(".py")}
    written = {path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert shipped == written
    assert {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" not in name} == set(PACKAGES)


def test_the_migrations_are_there(wheel: zipfile.ZipFile) -> None:
    assert "catalog/migrations/env.py" in wheel.namelist()
    assert any(name.startswith("catalog/migrations/versions/") and name.endswith(".py") for name in wheel.namelist())


def test_the_pocket_model_is_there_and_small_enough_for_a_repository(wheel: zipfile.ZipFile) -> None:
    pocket = {
        info.filename: info.file_size for info in wheel.infolist() if info.filename.startswith("encoders/pocket/")
    }
    assert any(name.endswith((".safetensors", ".bin")) for name in pocket)
    assert "encoders/pocket/open_clip_config.json" in pocket
    assert 0 < sum(pocket.values()) <= POCKET_BYTES_MAX


def test_the_command_and_the_licence_are_declared(wheel: zipfile.ZipFile, metadata: Message) -> None:
    [entry_points] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "vitrine = cli.main:main" in wheel.read(entry_points).decode()
    assert (metadata["Name"], metadata["License-Expression"]) == ("vitrine", "Apache-2.0")
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_licence_is_the_whole_of_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text.splitlines()[0]
    assert "END OF TERMS AND CONDITIONS" in text
    assert len(text.splitlines()) > 190


def test_nothing_is_shipped_that_only_a_build_or_a_test_makes(wheel: zipfile.ZipFile) -> None:
    unwanted = ("__pycache__", ".pyc", "conftest", ".sqlite", ".env")
    assert [name for name in wheel.namelist() if any(part in name for part in unwanted)] == []
