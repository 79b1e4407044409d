"""`vitrine suggest`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.terminal import Terminal, table


@dataclass(frozen=True, kw_only=True)
class SuggestOptions(SharedOptions):
    """What has been typed so far."""

    words: Annotated[str, typer.Argument(help="What has been typed so far.")]
    limit: Annotated[int, typer.Option(help="Suggestions to show, at most 50.")] = 8


@command
def suggest_words(options: SuggestOptions, terminal: Terminal) -> None:
    """Suggest titles, categories, brands and attribute values for what has been typed so far."""
    from retrieval.suggesting import suggest

    with opened() as v:
        answer = suggest(v, options.words, options.limit)
    found = [shown.suggestion for shown in answer.suggestions]
    data = [{"text": s.text, "kind": s.kind, "field": s.field or None, "count": s.count} for s in found]
    terminal.result(
        {"suggestions": data, "did_you_mean": answer.did_you_mean},
        table("", ("text", "kind", "field", "products"), [(s.text, s.kind, s.field, s.count) for s in found]),
    )
    if answer.did_you_mean is not None:
        terminal.say(f"Did you mean: {answer.did_you_mean}")
