"""Where a command writes: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams of one run.

    Attributes
    ----------
    as_json: results are one JSON document on standard output instead of tables.
    out, err: rich consoles of standard output and standard error.
    """

    as_json: bool
    out: Console
    err: Console

    def result(self, data: object, *shown: RenderableType) -> None:
        """Print the command's result: `data` as JSON if that was asked for, else what a person reads."""
        if self.as_json:
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
            return
        for item in shown:
            self.out.print(item)

    def say(self, message: str, style: str = "") -> None:
        """Tell the person something that is no result."""
        self.err.print(message, style=style, markup=False, highlight=False, soft_wrap=True)


def open_terminal(*, as_json: bool) -> Terminal:
    """The terminal of this run; log messages of all parts are shown on it from now on."""
    from rich.console import Console

    # A pipe has no width of its own; a table that is cut to 80 columns there would lose what grep looks for.
    width = None if sys.stdout.isatty() else 160
    terminal = Terminal(as_json, Console(width=width), Console(stderr=True))
    _show_log(terminal)
    return terminal


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> RenderableType:
    """A table whose numbers stand to the right; cells are taken as they are, never as markup."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", box=None)
    for i, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[i], int | float) or row[i] in ("", None) for row in rows)
        made.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(_cell(value)) for value in row))
    return made


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


class _LogLines(logging.Handler):
    """Log records as lines on the terminal, above a progress bar if there is one."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(logging.WARNING)
        self._terminal = terminal
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._terminal.say(f"{record.levelname.lower()}: {self.format(record)}", style="yellow")


def _show_log(terminal: Terminal) -> None:
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _LogLines)]:
        root.removeHandler(handler)
    root.addHandler(_LogLines(terminal))
