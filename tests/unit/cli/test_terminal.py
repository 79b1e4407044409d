"""Tables and log lines."""

from __future__ import annotations

import logging

import pytest

from cli.terminal import open_terminal, table


def test_cells_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("[red]x[/red]", 12_345, True, None), ("y", 7, False, 0.5)]
    open_terminal(as_json=False).result(None, table("A title", ("text", "count", "flag", "share"), rows))
    shown = capsys.readouterr().out
    assert "[red]x[/red]" in shown
    assert "12,345" in shown
    assert "yes" in shown
    assert "0.5" in shown
    assert shown.startswith("A title")


def test_json_keeps_every_letter(capsys: pytest.CaptureFixture[str]) -> None:
    open_terminal(as_json=True).result({"title": "Hemd für Männer"}, "not shown")
    assert capsys.readouterr().out == '{\n  "title": "Hemd für Männer"\n}\n'


def test_warnings_of_all_parts_are_shown_once_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    open_terminal(as_json=False)
    open_terminal(as_json=False)
    logging.getLogger("vitrine.somewhere").warning("the store is away")
    shown = capsys.readouterr()
    assert shown.err.count("warning: the store is away") == 1
    assert shown.out == ""
