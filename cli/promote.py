"""`vitrine encoders promote`: a fine-tuned model goes into service if it is better."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.reindex import Gate, build_and_exchange
from cli.terminal import Terminal
from core.errors import InvalidInput


@dataclass(frozen=True, kw_only=True)
class PromoteOptions(SharedOptions):
    """Which model, and whether it has to be better."""

    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `vitrine finetune clip` has written.")]
    force: Annotated[
        bool, typer.Option("--force", help="Put it into service although it is not better or products are missing.")
    ] = False


@command
def promote_encoder(options: PromoteOptions, terminal: Terminal) -> None:
    """Put a fine-tuned model into service, if it is better on products it has not learned from.

    An index is built with it beside the serving one, as `vitrine reindex` does, and both are compared on the products
    that were held out. One that is not better, beyond chance, is not put into service.
    """
    from encoders import describe_encoder
    from encoders.finetuning.outcome import held_out_ids

    folder = options.folder.expanduser().absolute()
    _refuse_two_tower(folder)
    name = describe_encoder(f"local-dir:{folder}").name
    if held_out_ids(folder) is None:
        terminal.say("It was not fine-tuned here, so nobody can tell which products it has learned from; any will do.")
    with opened() as v:
        settings = v.settings.model_copy(update={"encoder": name})
        build_and_exchange(v, settings, Gate(force=options.force, must_be_better=True), terminal)
    terminal.say(f"For indexes that are built later: VITRINE_ENCODER={name}")


def _refuse_two_tower(folder: Path) -> None:
    if (folder / "two_tower.json").is_file():
        raise InvalidInput(
            "is a two-tower model, which only products reach: no words and no picture could be answered with it",
            field="FOLDER",
            value=str(folder),
            remedy=f"Compare it by `vitrine eval retrieval`; for more like this: vitrine reindex --product-encoder "
            f"two-tower:{folder}",
        )
