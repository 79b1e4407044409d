"""What docs/encoders.md says of encoders holds, and its commands run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from cli.main import app
from encoders.registry import known_encoders, resolve
from tests.integration.documentation.documents import ROOT, Command, examples

DOCUMENT = "docs/encoders.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
_LITTLE = ("--count", "2", "--rounds", "1", "--side-px", "32")


def commands() -> Iterator[Command]:
    """Those that need no network; of `fetch` only the name is looked at."""
    for block in examples(DOCUMENT):
        yield from (command for command in block if "fetch" not in command)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_a_command_does_what_it_says(words: Command) -> None:
    program, *arguments = words
    assert program == "vitrine"
    # Of two values of an option the last counts: a bench of two photos says as much of the command as one of many.
    ended = CliRunner().invoke(app, [*arguments, *(_LITTLE if "bench" in arguments else ())])
    assert ended.exit_code == 0, ended.output


def test_every_name_on_the_page_means_an_encoder() -> None:
    names = re.findall(r"`((?:open_clip|hf-hub|transformers):[^`]+)`", TEXT)
    names += re.findall(r"ENCODER=([\w.-]+)", TEXT) + re.findall(r"vitrine encoders \w+ ([a-z][^\s`]*)", TEXT)
    assert len(names) > 10
    for name in names:
        assert resolve(name).description.name == name


def test_the_table_of_sizes_is_that_of_the_registry() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| ([a-z ]+) \| ([\d,]+) \| ([\d,]+) \| (\S+) \|$", TEXT, re.MULTILINE)
    expected = [
        (
            known.name,
            " and ".join(kind for kind, there in (("photos", known.photo), ("words", known.text)) if there),
            f"{known.dim:,}",
            f"{round(known.size_bytes / 2**20):,}",
            known.licence,
        )
        for known in known_encoders()
        if known.name != "pocket"  # Its size is that of its last training, and the page says about.
    ]
    assert rows == expected
