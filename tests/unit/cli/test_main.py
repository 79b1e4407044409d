"""The command as a whole: instant help, version, settings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

ROOT = Path(__file__).parents[3]
HEAVY = (
    *("torch", "open_clip", "transformers", "litestar", "uvicorn", "sqlalchemy", "alembic", "qdrant_client"),
    *("qdrant_edge", "celery", "numpy", "PIL", "pyarrow", "msgpack"),
)
GROUPS = ("products", "rules", "synonyms", "users", "events", "encoders", "finetune")
COMMANDS = (
    *("serve", "worker", "import", "search", "similar", "feed", "suggest", "settings", "doctor", "migrate", "demo"),
    *GROUPS,
)


@pytest.mark.parametrize("arguments", [["--help"], ["import", "--help"], ["products", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = f"""
import sys
from cli.main import app
try:
    app({arguments!r})
finally:
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
    sys.stderr.write(f"loaded: {{loaded}}")
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "loaded: []")


def test_help_lists_every_command_and_the_exit_codes() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert all(f"\n  {name} " in shown for name in COMMANDS)
    assert "Exit codes:" in shown


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in GROUPS])
def test_every_command_takes_json_and_debug(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"]).stdout
    assert "--json" in shown
    assert "--debug" in shown


def test_the_version_is_printed() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("vitrine")


def test_settings_say_where_each_came_from_and_mask_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_API_KEY", "hunter2")
    monkeypatch.setenv("VITRINE_PORT", "9000")
    result = CliRunner().invoke(app, ["settings", "--json"])
    settings = {setting["name"]: setting for setting in json.loads(result.stdout)}
    assert settings["port"]["value"] == "9000"
    assert settings["port"]["origin"] == "environment: VITRINE_PORT"
    assert settings["fusion"]["origin"] == "default"
    assert settings["api_key"]["value"] == "********"
    assert "hunter2" not in CliRunner().invoke(app, ["settings"]).stdout


def test_an_unknown_setting_is_an_error_of_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_PROT", "9000")
    result = CliRunner().invoke(app, ["settings"])
    assert result.exit_code == 2
    assert "unknown setting VITRINE_PROT" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search"], "query: is empty"),
        (["search", "x", "--limit", "0"], "limit"),
        (["search", "x", "--limit", "1000000000"], "limit"),
        (["search", "x", "--photo", "no-such.jpg"], "No such file"),
        (["search", "x", "--filter", "nonsense"], "is no condition"),
        (["search", "x", "--weights", "text=0"], "are all zero"),
        (["import", "no-such.csv"], "no-such.csv"),
        (["import", "no-such.csv", "--map", "title"], "--map title=productName"),
        (["products", "list", "--limit", "-1"], "between 1 and"),
        (["demo", "--products", "0"], "between 1 and"),
    ],
)
def test_bad_arguments_are_refused_before_any_work(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
