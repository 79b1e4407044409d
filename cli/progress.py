"""Long work as a person wants to see it: a bar with rate and estimate, or plain lines where no bar can be drawn."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINE_EVERY_S = 10.0


class Stage:
    """One stage of long work on standard error.

    Parameters
    ----------
    title: what is being done ("reading").
    """

    def __init__(self, terminal: Terminal, title: str) -> None:
        self._terminal = terminal
        self._title = title
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._began_s = time.monotonic()
        self._told_s = self._began_s

    def __enter__(self) -> Self:
        if self._terminal.err.is_terminal:
            self._bar = _bar(self._terminal)
            self._task = self._bar.add_task(self._title, total=None, note="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def took_s(self) -> float:
        """Seconds since the stage began."""
        return time.monotonic() - self._began_s

    def update(self, done: float, total: float, note: str) -> None:
        """Say how far it is: `done` of `total` in any unit, and what else there is to know."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None, note=note)
        elif time.monotonic() - self._told_s >= LINE_EVERY_S:
            self._told_s = time.monotonic()
            self._terminal.say(f"{self._title}: {_share(done, total)}{note}, {_left(self.took_s, done, total)}")


class Stages:
    """Stages of long work, one after another, each with a bar of its own."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._title = ""
        self._stage: Stage | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def at(self, title: str) -> Stage:
        """The stage of that title, begun if another one was there."""
        if self._stage is None or title != self._title:
            self.end()
            self._title, self._stage = title, Stage(self._terminal, title).__enter__()
        return self._stage

    def report(self, title: str, done: int, total: int) -> None:
        """Say how far the stage of that title is."""
        self.at(title).update(done, total, f"{done:,} of {total:,}")

    def end(self) -> None:
        """Nothing is being done for the moment."""
        if self._stage is not None:
            self._stage.__exit__(None, None, None)
            self._stage = None


def rate(count: int, took_s: float) -> str:
    """Products a second, for a person."""
    each_s = count / took_s if took_s > 0 else 0.0
    return f"{each_s:,.0f}/s" if each_s >= 10 else f"{each_s:.1f}/s"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _share(done: float, total: float) -> str:
    return f"{done / total:.0%}, " if total else ""


def _left(took_s: float, done: float, total: float) -> str:
    return f"about {duration(took_s * (total - done) / done)} left" if done and total else "no estimate yet"


def _bar(terminal: Terminal) -> Progress:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=terminal.err,
    )
