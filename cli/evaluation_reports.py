"""What all of `vitrine eval` have in common: bars while they work, files that they write, figures that they require."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import DONE, REQUIREMENT_MISSED
from cli.terminal import Terminal
from core.errors import InvalidInput

if TYPE_CHECKING:
    from core.settings import Settings
    from evaluation.requirements import Requirement

FiguresFile = Annotated[Path | None, typer.Option(metavar="FILE.json", help="Write all figures there.")]
ReportFile = Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report to look at there.")]
KeptVectors = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keeps vectors between runs. Default: evaluation/ in data_dir.")
]
REQUIRE_HELP = f"Missed: ends with {REQUIREMENT_MISSED}."


def cache_dir(chosen: Path | None, settings: Settings) -> Path:
    """The folder that keeps between runs what takes long to make; absolute."""
    return (chosen or settings.data_dir / "evaluation").absolute()


def listed(text: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def checked(terminal: Terminal, known: Mapping[str, float], required: Sequence[Requirement]) -> int:
    """The exit code of a run with these figures; what is missed is said.

    Raises
    ------
    InvalidInput: a figure of a requirement does not exist.
    """
    from evaluation.requirements import figure_of

    # All are looked up before any is judged, so that a misspelt name is an error even where another is missed.
    values = [figure_of(known, requirement) for requirement in required]
    missed = [(one, value) for one, value in zip(required, values, strict=True) if not one.met_by(value)]
    for requirement, value in missed:
        terminal.say(f"missed: {requirement}, it is {value:.4f}", style="red")
    return REQUIREMENT_MISSED if missed else DONE


def write_json(path: Path | None, data: object) -> None:
    """Write figures as JSON, where a person asked for a file.

    Raises
    ------
    InvalidInput: it cannot be written.
    """
    if path is not None:
        write_report(path, dumps(data, ensure_ascii=False, indent=2) + "\n")


def write_report(path: Path, text: str) -> None:
    """Write a file that a person asked for.

    Raises
    ------
    InvalidInput: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            f"cannot be written: {error.strerror}", field=str(path), remedy="Name a folder that exists"
        ) from error
