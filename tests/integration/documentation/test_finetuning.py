"""Every command of docs/finetuning.md is one that the command line understands; the tests of the commands run them."""

from __future__ import annotations

import re

import pytest
import typer.main

from cli.main import app
from encoders.finetuning.measuring import MEANINGS
from tests.integration.documentation.documents import ROOT, Command, examples

DOCUMENT = "docs/finetuning.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
COMMANDS = [command for block in examples(DOCUMENT) for command in block]


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(command)[:60] for command in COMMANDS])
def test_a_command_is_understood(command: Command) -> None:
    program, *arguments = command
    assert program == "vitrine"
    found = typer.main.get_command(app)
    while hasattr(found, "commands"):
        found = found.commands[arguments.pop(0)]
    assert found.make_context("vitrine", arguments).params


def test_the_options_and_measures_it_speaks_of_are_there() -> None:
    known = {
        option
        for name in ("clip", "two-tower")
        for parameter in typer.main.get_command(app).commands["finetune"].commands[name].params
        for option in parameter.opts
    }
    spoken = set(re.findall(r"`(--[a-z-]+)[ `]", TEXT))
    assert spoken - known - {"--force", "--rollback", "--prune", "--encoder"} == set()
    assert set(re.findall(r"`([a-z-]+\.(?:ndcg|recall)@10)`", TEXT)) == set(MEANINGS)
