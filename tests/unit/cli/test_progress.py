"""Progress where no bar can be drawn, and how numbers are said."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from cli import progress
from cli.progress import Stage, duration, rate
from cli.terminal import Terminal


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3.21, "3.2 s"), (59.94, "59.9 s"), (74, "1 min 14 s"), (3_600, "1 h 0 min"), (8_000, "2 h 13 min")],
)
def test_a_duration_is_said_as_people_do(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_a_rate_has_no_more_digits_than_it_is_worth() -> None:
    assert rate(5_000, 2.0) == "2,500/s"
    assert rate(3, 2.0) == "1.5/s"
    assert rate(0, 0.0) == "0.0/s"


def test_a_pipe_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 5.0, 20.0, 20.0, 20.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    written = io.StringIO()
    console = Console(file=written, width=200)
    with Stage(Terminal(False, console, console), "reading") as stage:
        stage.update(1, 100, "1 product")
        stage.update(50, 100, "50 products")
    assert written.getvalue() == "reading: 50%, 50 products, about 20.0 s left\n"


def test_a_terminal_gets_a_bar() -> None:
    written = io.StringIO()
    console = Console(file=written, width=120, force_terminal=True)
    with Stage(Terminal(False, console, console), "reading") as stage:
        stage.update(50, 100, "50 products, 2 rejected")
    assert "50%" in written.getvalue()
    assert "50 products, 2 rejected" in written.getvalue()
