"""`vitrine rules`: what is shown first, later, not at all, or alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.conditions import Conditions, parse_conditions
from cli.declaring import SharedOptions, command
from cli.hits import answer_json
from cli.opened import opened
from cli.terminal import Terminal, table
from core.errors import InvalidInput, InvalidSource

if TYPE_CHECKING:
    from core.rules import Rule, When
    from retrieval.previewing import Preview

_FILE = "A JSON file; - for standard input."


@dataclass(frozen=True, kw_only=True)
class RuleOptions(SharedOptions):
    """Which rule."""

    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule.")]


@dataclass(frozen=True, kw_only=True)
class PutOptions(SharedOptions):
    """Which file."""

    file: Annotated[str, typer.Argument(metavar="FILE", help=f"{_FILE} One rule with its id, or what `list` prints.")]


@dataclass(frozen=True, kw_only=True)
class PreviewOptions(SharedOptions):
    """Which rule, and which search."""

    file: Annotated[str, typer.Argument(metavar="FILE", help=f"{_FILE} One rule; it need not be kept.")]
    words: Annotated[str, typer.Argument(help="What to look for, in words.")] = ""
    filter: Conditions = field(default_factory=list)
    limit: Annotated[int, typer.Option(help="Hits to compare, at most 1,000.")] = 10


@command
def list_rules(options: SharedOptions, terminal: Terminal) -> None:
    """List all rules."""
    del options
    with opened() as v:
        rules = v.catalog.rules.all()
    if terminal.as_json or rules:
        _list(terminal, rules)
    else:
        terminal.say("There are no rules.")


@command
def show(options: RuleOptions, terminal: Terminal) -> None:
    """Print one rule as JSON that `put` reads."""
    with opened() as v:
        rule = v.catalog.rules.get(options.rule)
    replace(terminal, as_json=True).result(_json(rule))


@command
def put(options: PutOptions, terminal: Terminal) -> None:
    """Make or change one rule, or several: all of them or none."""
    from retrieval.rules import put_rules

    rules = _rules(_read(options.file))
    with opened() as v:
        put_rules(v.catalog, v.rules.analyzer, rules)
    _list(terminal, rules)


@command
def delete(options: RuleOptions, terminal: Terminal) -> None:
    """Delete one rule."""
    with opened() as v:
        v.catalog.rules.delete(options.rule)
    terminal.result({"deleted": options.rule}, f"{options.rule} is deleted")


@command
def preview_rule(options: PreviewOptions, terminal: Terminal) -> None:
    """Show what a rule would do to a search, without keeping it."""
    from core.queries import SearchQuery
    from core.rules import PREVIEW
    from retrieval.previewing import preview

    rule = _rule(_read(options.file), PREVIEW)
    with opened() as v:
        query = SearchQuery(
            text=options.words,
            filter=parse_conditions(options.filter, v.catalog.products.attribute_kinds),
            limit=options.limit,
        )
        _show(terminal, preview(v, query, rule))


def _list(terminal: Terminal, rules: Sequence[Rule]) -> None:
    rows = [(rule.id, rule.name, _when(rule.when), _actions(rule), _state(rule)) for rule in rules]
    shown = table("", ("id", "name", "when", "does", "counts"), rows)
    terminal.result({"rules": [_json(rule) for rule in rules]}, shown)


def _show(terminal: Terminal, shown: Preview) -> None:
    if terminal.as_json:
        moves = [{"id": move.product_id, "before": move.before, "after": move.after} for move in shown.moves]
        pages = {
            name: answer_json(page, explain=True) for name, page in (("before", shown.before), ("after", shown.after))
        }
        terminal.result({"applies": shown.applies, **pages, "moves": moves})
        return
    if not shown.applies:
        terminal.say("The rule is not for this query.")
    hits = {hit.product_id: hit for hit in (*shown.before.hits, *shown.after.hits)}
    was = {hit.product_id: place for place, hit in enumerate(shown.before.hits, 1)}
    now = {hit.product_id: place for place, hit in enumerate(shown.after.hits, 1)}
    rows = [
        (
            now.get(name),
            was.get(name),
            _movement(was.get(name), now.get(name)),
            name,
            hits[name].product.get("title", ""),
        )
        for name in (*now, *(name for name in was if name not in now))
    ]
    terminal.result(None, table("", ("after", "before", "", "id", "title"), rows))
    terminal.say(f"{len(shown.moves):,} of {len(rows):,} products moved, came or went", style="dim")


def _movement(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "came" if before is None else "went"
    if before == after:
        return ""
    return f"up {before - after}" if after < before else f"down {after - before}"


def _read(file: str) -> Any:
    """The JSON in a file or on standard input.

    Raises
    ------
    InvalidSource: it cannot be read, or is no JSON.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        return json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidSource("cannot be read", field="file", value=file, remedy=str(error)) from error


def _rules(value: Any) -> list[Rule]:
    listed = value.get("rules") if isinstance(value, Mapping) and "rules" in value else None
    if listed is None:
        return [_rule(value)]
    if not isinstance(listed, list):
        raise InvalidInput("must be a list", field="rules", value=listed)
    rules = []
    for i, item in enumerate(listed):
        try:
            rules.append(_rule(item))
        except InvalidInput as error:
            raise error.at(f"rules[{i}]") from error
    return rules


def _rule(value: Any, usual_id: str | None = None) -> Rule:
    from core.rules import rule_of

    if not isinstance(value, Mapping):
        return rule_of("", value)
    rule_id = value.get("id", usual_id)
    if not isinstance(rule_id, str):
        raise InvalidInput(
            "is missing" if rule_id is None else "must be a text", field="id", value=rule_id, remedy="Name the rule"
        )
    return rule_of(rule_id, {name: item for name, item in value.items() if name != "id"})


def _json(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, **rule.body()}


def _when(when: When) -> str:
    return f"{when.kind}: {when.text}" if when.text else when.kind


def _actions(rule: Rule) -> str:
    actions = rule.actions
    parts = [f"pin {len(actions.pins)}"] if actions.pins else []
    parts += [f"boost ×{one.factor:g}" for one in actions.boosts] + [f"bury ×{one.factor:g}" for one in actions.buries]
    return ", ".join(parts + ["hide"] * (actions.hide is not None) + ["filter"] * (actions.only is not None))


def _state(rule: Rule) -> str:
    from retrieval.rules import utc_now

    dates = [f"from {rule.valid_from:%Y-%m-%d %H:%M}"] if rule.valid_from else []
    dates += [f"until {rule.valid_until:%Y-%m-%d %H:%M}"] if rule.valid_until else []
    state = "disabled" if not rule.enabled else "now" if rule.counts_at(utc_now()) else "not now"
    return " ".join([state, *dates])


app = typer.Typer(help="What is shown first, later, not at all, or alone.", no_args_is_help=True)
for name, run in {
    "list": list_rules,
    "show": show,
    "put": put,
    "delete": delete,
    "preview": preview_rule,
}.items():
    app.command(name)(run)
