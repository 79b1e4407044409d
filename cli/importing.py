"""`vitrine import`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.product_files import Encoding, PhotoColumn, ProductMapping, parse_mapping
from cli.progress import Stage, rate
from cli.terminal import Terminal

if TYPE_CHECKING:
    from cli.indexing import OwnLoop
    from core.jobs import Rejection
    from retrieval.importing import ImportProgress, ImportRequest


@dataclass(frozen=True, kw_only=True)
class ImportOptions(SharedOptions):
    """What to import, and how."""

    file: Annotated[Path, typer.Argument(help="Products as CSV, JSONL or Parquet; CSV and JSONL also as .gz.")]
    photos: Annotated[
        Path | None, typer.Option(metavar="DIR|TAR|ZIP", help="Photos, found by product id or by --photo-column.")
    ] = None
    photo_column: PhotoColumn = None
    map: ProductMapping = field(default_factory=list)
    encoding: Encoding = None
    delete_missing: Annotated[
        bool, typer.Option("--delete-missing", help="The file is the whole shop: delete what is not in it.")
    ] = False
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Delete even when the file is empty, much smaller than the shop, or has rows without an id."
        ),
    ] = False
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Leave when everything is stored; index later.")] = False
    rejected: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Write what was rejected into this file.")
    ] = None


@command
def import_products(options: ImportOptions, terminal: Terminal) -> int:
    """Import products from a file and index them.

    What cannot be taken is reported by line.

    Ends with 0, or with 1 when something was rejected or failed; everything else has gone in all the same.
    """
    from cli.import_summary import ImportResult, show_summary
    from cli.indexing import OwnLoop, index_waiting, learn_relevance
    from cli.rejections import rejections_file
    from retrieval.importing import import_file
    from retrieval.wiring import serving_generation

    request = _request(options)
    began_s = time.monotonic()
    with opened() as v, rejections_file(options.rejected) as keep:
        generation = serving_generation(v)
        try:
            with OwnLoop(v, generation) as loop:
                with Stage(terminal, "reading") as stage:
                    reader = _Reader(terminal, stage, keep, None if options.no_wait else loop)
                    progress = import_file(v, request, reader.report)
                    result = ImportResult(progress, stage.took_s)
                if not options.no_wait:
                    result.indexing = index_waiting(v, generation, terminal, loop)
                    learn_relevance(v, generation, terminal)
                    result.note_failures(v)
        except KeyboardInterrupt:
            terminal.say("Stopped. Everything read is stored; `vitrine serve` or `vitrine worker` indexes the rest.")
            raise
    result.took_s = time.monotonic() - began_s
    show_summary(terminal, result)
    _say_what_was_kept(terminal, progress)
    return result.exit_code


def _say_what_was_kept(terminal: Terminal, progress: ImportProgress) -> None:
    if progress.kept:
        terminal.say(
            f"warning: nothing was deleted: {progress.kept:,} products of the shop are not in the file, but "
            f"{progress.unidentified:,} rejected rows have no id that can be read and may be these products. "
            "Mend the rows, or import with --force",
            style="yellow",
        )


def _request(options: ImportOptions) -> ImportRequest:
    from retrieval.importing import ImportRequest

    return ImportRequest(
        path=options.file,
        mapping=parse_mapping(options.map),
        encoding=options.encoding,
        photos=options.photos,
        photo_column=options.photo_column,
        delete_missing=options.delete_missing,
        force=options.force,
    )


@dataclass
class _Reader:
    """Shows how far reading is; indexing goes on beside it, from the first product that has to be indexed."""

    terminal: Terminal
    stage: Stage
    keep: Callable[[Sequence[Rejection]], None]
    loop: OwnLoop | None
    mapping_shown: bool = False
    warned: bool = False

    def report(self, progress: ImportProgress) -> None:
        if not self.mapping_shown:
            self.mapping_shown = True
            _show_mapping(self.terminal, progress)
        else:
            self.keep(progress.latest_rejections)
        note = f"{progress.read:,} products, {rate(progress.read, self.stage.took_s)}, {progress.rejected:,} rejected"
        if self.loop is not None:
            note += self._indexed(self.loop, progress)
        self.stage.update(progress.position_bytes, progress.size_bytes, note)

    def _indexed(self, loop: OwnLoop, progress: ImportProgress) -> str:
        loop.check()
        if progress.accepted:
            loop.start()
        if loop.error is not None and not self.warned:
            # What is read is kept all the same; the command ends with this error.
            self.warned = True
            self.terminal.say(f"warning: nothing can be indexed: {loop.error}", style="yellow")
        return f", {loop.report.indexed_here:,} indexed" if loop.report.indexed_here else ""


def _show_mapping(terminal: Terminal, progress: ImportProgress) -> None:
    pairs = ", ".join(f"{name} <- {column}" for name, column in progress.columns.items())
    terminal.say(f"columns: {pairs or 'none mapped'}")
    if progress.attributes:
        terminal.say(f"attributes: {', '.join(progress.attributes)}")
