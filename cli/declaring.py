"""How a command is declared: its options are the fields of one frozen dataclass, its errors become exit codes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from cli.exit_codes import INTERNAL, exit_code
from cli.terminal import Terminal, open_terminal
from core.errors import VitrineError


@dataclass(frozen=True, kw_only=True)
class DebugOptions:
    """What every command understands."""

    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False

    @property
    def prints_json(self) -> bool:
        """Whether the result is printed as JSON."""
        return False


@dataclass(frozen=True, kw_only=True)
class SharedOptions(DebugOptions):
    """What nearly every command understands."""

    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON; messages go to standard error.")] = (
        False
    )

    @property
    def prints_json(self) -> bool:
        """Whether the result is printed as JSON."""
        return self.json


Options = TypeVar("Options", bound=DebugOptions)


def command(run: Callable[[Options, Terminal], int | None]) -> Callable[..., None]:
    """Make a Typer command of a function that takes its options as one value and may return an exit code.

    A `VitrineError` is printed as `error: ...` and ends the command with the code of its class; anything else is a
    fault of Vitrine itself and says so.
    """
    hints = get_type_hints(run)
    options_class: type[Options] = next(iter(hints.values()))

    @functools.wraps(run)
    def called(**values: Any) -> None:
        options = options_class(**values)
        terminal = open_terminal(as_json=options.prints_json)
        raise typer.Exit(_code_of(run, options, terminal))

    called.__signature__ = _signature(options_class)  # type: ignore[attr-defined]  # Typer reads it; mypy has no word for it.
    called.__annotations__ = get_type_hints(options_class, include_extras=True)
    return called


def _code_of(run: Callable[[Options, Terminal], int | None], options: Options, terminal: Terminal) -> int:
    try:
        return run(options, terminal) or 0
    except VitrineError as error:
        if options.debug:
            terminal.err.print_exception()
        terminal.say(f"error: {error}", style="red")
        return exit_code(type(error))
    except (typer.Exit, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the last resort of the program: it is reported, never hidden
        if options.debug:
            terminal.err.print_exception()
        hint = "" if options.debug else " Run it again with --debug for the traceback."
        terminal.say(f"error: a fault of Vitrine itself: {type(error).__name__}: {error}.{hint}", style="red")
        return INTERNAL


def _signature(options_class: type[DebugOptions]) -> inspect.Signature:
    hints = get_type_hints(options_class, include_extras=True)
    # What has to be given stands first, and what nearly all commands share last.
    shared = {field.name for field in fields(SharedOptions)}
    ordered = sorted(
        fields(options_class), key=lambda field: (field.name in shared, _default(field) is not inspect.Parameter.empty)
    )
    return inspect.Signature(
        [
            inspect.Parameter(
                field.name, inspect.Parameter.KEYWORD_ONLY, default=_default(field), annotation=hints[field.name]
            )
            for field in ordered
        ]
    )


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty
