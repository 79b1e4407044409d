"""`vitrine events`: what shoppers did, from files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.exit_codes import DONE, INCOMPLETE
from cli.opened import opened
from cli.product_files import Encoding, parse_mapping
from cli.progress import Stage, duration, rate
from cli.rejections import rejection_json, rejections_file
from cli.terminal import Terminal, table
from core.errors import InvalidInput

if TYPE_CHECKING:
    from core.jobs import Rejection
    from retrieval.event_files import EventsProgress

_LINES_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class ImportOptions(SharedOptions):
    """What to import, and how."""

    file: Annotated[Path, typer.Argument(help="Events as CSV, JSONL or Parquet; CSV and JSONL also as .gz.")]
    map: Annotated[
        list[str],
        typer.Option(metavar="FIELD=COLUMN", help="Which column is a field; several. FIELD= leaves a field out."),
    ] = field(default_factory=list)
    type: Annotated[
        list[str],
        typer.Option(
            metavar="TYPE|NAME=TYPE",
            help="The type of all events of the file; or what the file calls a type, and which one it is; several.",
        ),
    ] = field(default_factory=list)
    encoding: Encoding = None
    rejected: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Write what was rejected into this file.")
    ] = None


@command
def import_file(options: ImportOptions, terminal: Terminal) -> int:
    """Import what shoppers did from a file.

    What cannot be taken is reported by line, and what was taken before changes nothing.

    Ends with 0, or with 1 when something was rejected; everything else has gone in all the same.
    """
    from retrieval.event_files import EventsImport, import_events

    always, types = _types(options.type)
    request = EventsImport(options.file, parse_mapping(options.map), types, always, options.encoding)
    with opened() as v, rejections_file(options.rejected) as keep, Stage(terminal, "reading") as stage:
        progress = import_events(v, request, _Reporter(terminal, stage, keep).report)
        took_s = stage.took_s
    _show(terminal, progress, took_s)
    return INCOMPLETE if progress.rejected else DONE


def _types(given: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """The type of all events, and types by what the file calls them."""
    pairs = {name.strip(): kind.strip() for name, equals, kind in (one.partition("=") for one in given) if equals}
    always = [one.strip() for one in given if "=" not in one]
    if len(always) > 1 or (always and pairs):
        raise InvalidInput(
            "must be one type for all events, or NAME=TYPE for each name", field="--type", value=" ".join(given)
        )
    return (always[0] if always else None), pairs


@dataclass
class _Reporter:
    """Shows how far reading is."""

    terminal: Terminal
    stage: Stage
    keep: Callable[[Sequence[Rejection]], None]
    begun: bool = False

    def report(self, progress: EventsProgress) -> None:
        if not self.begun:
            self.begun = True
            self.terminal.say(
                f"columns: {', '.join(f'{name} <- {column}' for name, column in progress.columns.items())}"
            )
        self.keep(progress.latest_rejections)
        note = f"{progress.read:,} events, {rate(progress.read, self.stage.took_s)}, {progress.rejected:,} rejected"
        self.stage.update(progress.position_bytes, progress.size_bytes, note)


def _show(terminal: Terminal, progress: EventsProgress, took_s: float) -> None:
    if terminal.as_json:
        terminal.result(_json(progress, took_s))
        return
    rows = [
        ("accepted", f"{progress.accepted:,}"),
        ("known before", f"{progress.known:,}"),
        ("rejected", f"{progress.rejected:,}"),
        ("took", f"{duration(took_s)}, {rate(progress.read, took_s)}"),
    ]
    terminal.result(None, table("", ("", ""), rows))
    if progress.rejections:
        lines = [(r.index, r.product_id, r.field, r.value, r.reason) for r in progress.rejections[:_LINES_SHOWN]]
        terminal.result(None, "", table("Rejected", ("line", "product", "field", "value", "reason"), lines))
        if progress.rejected > _LINES_SHOWN:
            terminal.say(f"... and {progress.rejected - _LINES_SHOWN:,} more; --rejected FILE.jsonl keeps them.")


def _json(progress: EventsProgress, took_s: float) -> dict[str, Any]:
    return {
        "columns": dict(progress.columns),
        "read": progress.read,
        "accepted": progress.accepted,
        "known": progress.known,
        "rejected": progress.rejected,
        "took_s": round(took_s, 3),
        "events_per_s": round(progress.read / took_s, 1) if took_s else 0.0,
        "rejections": [rejection_json(rejection) for rejection in progress.rejections],
    }


app = typer.Typer(help="What shoppers did, from files.", no_args_is_help=True)
app.command("import")(import_file)
