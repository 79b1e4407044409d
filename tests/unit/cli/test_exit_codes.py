"""The exit codes of the command."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cli.exit_codes import INTERNAL, MEANINGS, exit_code, explained
from core import errors


def _all_errors(kind: type[errors.VitrineError] = errors.VitrineError) -> Iterator[type[errors.VitrineError]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _all_errors(inner)


@pytest.mark.parametrize("kind", sorted(set(_all_errors()), key=lambda kind: kind.__name__))
def test_every_error_has_a_documented_exit_code_of_its_own_kind(kind: type[errors.VitrineError]) -> None:
    assert exit_code(kind) != INTERNAL
    assert exit_code(kind) in MEANINGS


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.InvalidFilter, 2),
        (errors.ConfigurationError, 2),
        (errors.NotAuthorized, 3),
        (errors.NotFound, 4),
        (errors.StoreUnavailable, 5),
        (errors.EncoderUnavailable, 5),
        (errors.Conflict, 6),
        (errors.ForeignStore, 7),
    ],
)
def test_exit_codes_are_what_the_documentation_says(kind: type[errors.VitrineError], code: int) -> None:
    assert exit_code(kind) == code


def test_the_help_page_explains_every_code() -> None:
    assert all(meaning in explained() for meaning in MEANINGS.values())
