"""`vitrine experiments`: two ways to order hits side by side, and which of them shoppers like better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.terminal import Terminal, table
from core.errors import InvalidInput

if TYPE_CHECKING:
    from core.experiments import Arm, Experiment
    from evaluation.scoring import Figure

_ARM = (
    "One way, several times: its name, then share=X and if wanted ranker=ID (or none), personalize=X, diversity=X, "
    "with commas between them. The others are compared with the first."
)


@dataclass(frozen=True, kw_only=True)
class ExperimentOptions(SharedOptions):
    """Which experiment."""

    experiment: Annotated[str, typer.Argument(metavar="NAME", help="The experiment.")]


@dataclass(frozen=True, kw_only=True)
class CreateOptions(ExperimentOptions):
    """What is compared."""

    arm: Annotated[list[str], typer.Option(metavar="NAME,share=X,...", help=_ARM)] = field(default_factory=list)


@command
def create(options: CreateOptions, terminal: Terminal) -> None:
    """Start an experiment. Each shopper meets one arm for as long as it runs, or is outside."""
    from retrieval.experimenting import start_experiment

    arms = [_arm(text) for text in options.arm]
    with opened() as v:
        experiment = start_experiment(v, options.experiment, arms)
    _list(terminal, [experiment])


@command
def list_experiments(options: SharedOptions, terminal: Terminal) -> None:
    """List all experiments, the latest first."""
    del options
    with opened() as v:
        experiments = v.catalog.experiments.all()
    if experiments or terminal.as_json:
        _list(terminal, experiments)
    else:
        terminal.say("There are no experiments.")


@command
def stop(options: ExperimentOptions, terminal: Terminal) -> None:
    """Stop an experiment: from now on all shoppers meet the same again. Its report stays."""
    from retrieval.experimenting import stop_experiment

    with opened() as v:
        experiment = stop_experiment(v, options.experiment)
    _list(terminal, [experiment])


@command
def report(options: ExperimentOptions, terminal: Terminal) -> None:
    """Tell how often each arm's pages were clicked and its shoppers bought, and how sure the differences are."""
    from evaluation.experiments import MEANINGS, as_json, report_of

    with opened() as v:
        told = report_of(v.catalog, v.catalog.experiments.get(options.experiment))
    rows = [
        (
            arm.name,
            arm.shoppers,
            arm.pages,
            *(_shown(arm.figures[name]) for name in MEANINGS),
            *(_difference(arm.differences.get(name)) for name in MEANINGS),
        )
        for arm in told.arms
    ]
    first = told.experiment.arms[0].name
    heads = ("arm", "shoppers", "pages", *MEANINGS, *(f"{name} less {first}" for name in MEANINGS))
    terminal.result(as_json(told), table(f"{told.experiment.id}, with 95 % intervals", heads, rows))


def _list(terminal: Terminal, experiments: Sequence[Experiment]) -> None:
    data = [one.written() for one in experiments]
    rows = [
        (one.id, told["started_at"], told["stopped_at"] or "runs", ", ".join(map(_told, one.arms)))
        for one, told in zip(experiments, data, strict=True)
    ]
    terminal.result({"experiments": data}, table("", ("name", "started", "stopped", "arms"), rows))


def _arm(text: str) -> Arm:
    from core.experiments import SERVING, Arm

    name, *parts = [part.strip() for part in text.split(",")]
    values: dict[str, str] = {}
    for part in parts:
        key, sign, value = part.partition("=")
        if not sign or key not in ("share", "ranker", "personalize", "diversity"):
            raise InvalidInput("is no setting of an arm", field="--arm", value=part, remedy=_ARM)
        values[key] = value
    if "share" not in values:
        raise InvalidInput("has no share", field="--arm", value=text, remedy="Write NAME,share=0.5")
    return Arm(
        name,
        _number(values["share"], "share"),
        values.get("ranker", SERVING),
        _optional(values, "personalize"),
        _optional(values, "diversity"),
    )


def _optional(values: dict[str, str], name: str) -> float | None:
    return _number(values[name], name) if name in values else None


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInput("must be a number", field=f"--arm {name}", value=text) from error


def _told(arm: Arm) -> str:
    settings = {"ranker": arm.ranker or None, "personalize": arm.personalize, "diversity": arm.diversity}
    changed = [f"{name} {value}" for name, value in settings.items() if value is not None]
    return f"{arm.name} {arm.share:.0%}" + (f" ({', '.join(changed)})" if changed else "")


def _shown(figure: Figure) -> str:
    return f"{figure.value:.4f} ({figure.low:.4f} to {figure.high:.4f})"


def _difference(figure: Figure | None) -> str:
    return "" if figure is None else f"{figure.value:+.4f} ({figure.low:+.4f} to {figure.high:+.4f})"


app = typer.Typer(help="Two ways to order hits side by side.", no_args_is_help=True)
for name, run in {"create": create, "list": list_experiments, "report": report, "stop": stop}.items():
    app.command(name)(run)
