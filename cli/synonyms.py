"""`vitrine synonyms`: words that mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.terminal import Terminal, table
from core.errors import InvalidSource

if TYPE_CHECKING:
    from core.synonyms import SynonymRule


@dataclass(frozen=True, kw_only=True)
class AddOptions(SharedOptions):
    """What one rule says."""

    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words that stand for each other.")]
    means: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="One-way: what a query for the words finds as well; may come several times."),
    ] = None
    id: Annotated[str | None, typer.Option(help="Name of the rule; default: made from what it says.")] = None


@dataclass(frozen=True, kw_only=True)
class ImportOptions(SharedOptions):
    """Which file."""

    file: Annotated[Path, typer.Argument(help="Lines like `sneaker, trainer` or `tee => t-shirt`, in UTF-8.")]
    replace: Annotated[bool, typer.Option("--replace", help="In place of all rules there are.")] = False


@dataclass(frozen=True, kw_only=True)
class DeleteOptions(SharedOptions):
    """Which rule."""

    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule.")]


@command
def list_synonyms(options: SharedOptions, terminal: Terminal) -> None:
    """List all synonyms."""
    del options
    with opened() as v:
        rules = v.catalog.synonyms.all()
    if terminal.as_json or rules:
        rows = [(rule.id, ", ".join(rule.words), ", ".join(rule.means)) for rule in rules]
        terminal.result({"synonyms": [_json(rule) for rule in rules]}, table("", ("id", "words", "means"), rows))
    else:
        terminal.say("There are no synonyms.")


@command
def add(options: AddOptions, terminal: Terminal) -> None:
    """Make or change one synonym."""
    from core.synonyms import SynonymRule
    from retrieval.synonyms import named_rule, set_synonyms

    means = tuple(options.means or ())
    rule = (
        named_rule(options.words, means) if options.id is None else SynonymRule(options.id, tuple(options.words), means)
    )
    with opened() as v:
        set_synonyms(v.catalog, [rule], instead_of_all=False)
    terminal.result(_json(rule), f"{rule.id}: {rule.line()}")


@command
def import_file(options: ImportOptions, terminal: Terminal) -> None:
    """Read synonyms from a file as Solr and Elasticsearch read it."""
    from retrieval.synonyms import rules_of_file, set_synonyms

    try:
        rules = rules_of_file(options.file.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSource("cannot be read", field="file", value=str(options.file), remedy=str(error)) from error
    with opened() as v:
        set_synonyms(v.catalog, rules, instead_of_all=options.replace)
    terminal.result({"read": len(rules)}, f"{len(rules):,} rules read")


@command
def export(options: SharedOptions, terminal: Terminal) -> None:
    """Print all synonyms as lines that `import` reads."""
    del options
    with opened() as v:
        rules = v.catalog.synonyms.all()
    terminal.result([_json(rule) for rule in rules], "\n".join(rule.line() for rule in rules))


@command
def delete(options: DeleteOptions, terminal: Terminal) -> None:
    """Delete one synonym."""
    with opened() as v:
        v.catalog.synonyms.delete(options.rule)
    terminal.result({"deleted": options.rule}, f"{options.rule} is deleted")


def _json(rule: SynonymRule) -> dict[str, Any]:
    return {"id": rule.id, "words": list(rule.words), "means": list(rule.means)}


app = typer.Typer(help="Words that mean the same, or that find others as well.", no_args_is_help=True)
for name, run in {
    "list": list_synonyms,
    "add": add,
    "import": import_file,
    "export": export,
    "delete": delete,
}.items():
    app.command(name)(run)
