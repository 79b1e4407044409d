"""What all tests share: where real data lies, and that no test reads the settings of the machine it runs on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# No test is timed: on a busy machine a deadline fails what is right.
settings.register_profile("vitrine", deadline=None)
# The same examples every time, where a verdict must repeat.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("vitrine")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("VITRINE_") and not name.startswith("VITRINE_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("VITRINE_DATA_DIR", str(tmp_path / "vitrine-data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it skip where it is absent, except in CI, where they fail."""
    folder = Path(os.environ.get("VITRINE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"the real data is not at {folder} (VITRINE_TEST_DATA names another place)"
        if os.environ.get("VITRINE_TEST_REQUIRE_DATA"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
