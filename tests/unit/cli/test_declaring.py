"""How commands end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from cli.declaring import SharedOptions, command
from cli.terminal import Terminal
from core.errors import InvalidQuery, NotFound


@dataclass(frozen=True, kw_only=True)
class _Options(SharedOptions):
    way: Annotated[str, typer.Argument()]
    times: Annotated[int, typer.Option()] = 3


@command
def _end(options: _Options, terminal: Terminal) -> int | None:
    """End in one of several ways."""
    if options.way == "not found":
        raise NotFound("product", "7")
    if options.way == "invalid":
        raise InvalidQuery("is empty", field="query", remedy="Give words")
    if options.way == "fault":
        raise ZeroDivisionError("by zero")
    terminal.result({"times": options.times}, f"{options.times} times")
    terminal.say("said")
    return 1 if options.way == "incomplete" else None


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    made.command()(_end)
    return made


@pytest.mark.parametrize(
    ("way", "code"), [("well", 0), ("incomplete", 1), ("invalid", 2), ("not found", 4), ("fault", 70)]
)
def test_the_exit_code_says_how_a_command_ended(app: typer.Typer, way: str, code: int) -> None:
    assert CliRunner().invoke(app, [way]).exit_code == code


def test_an_error_is_one_line_with_its_remedy_and_no_traceback(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["invalid"])
    assert result.stderr == "error: query: is empty. Give words\n"
    assert result.stdout == ""


def test_a_fault_of_vitrine_names_its_class_and_how_to_see_more(app: typer.Typer) -> None:
    shown = " ".join(CliRunner().invoke(app, ["fault"]).stderr.split())
    assert "ZeroDivisionError: by zero" in shown
    assert "--debug" in shown
    assert "Traceback" not in shown


def test_debug_shows_the_traceback(app: typer.Typer) -> None:
    assert "Traceback" in CliRunner().invoke(app, ["fault", "--debug"]).stderr


def test_results_go_to_standard_output_and_messages_to_standard_error(app: typer.Typer) -> None:
    plain = CliRunner().invoke(app, ["well", "--times", "5"])
    assert (plain.stdout, plain.stderr) == ("5 times\n", "said\n")
    as_json = CliRunner().invoke(app, ["well", "--json"])
    assert as_json.stdout == '{\n  "times": 3\n}\n'


def test_an_unknown_option_is_a_usage_error(app: typer.Typer) -> None:
    assert CliRunner().invoke(app, ["well", "--nonsense"]).exit_code == 2
