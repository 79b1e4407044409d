from __future__ import annotations

import inspect
import pickle
import re

import pytest

from core import errors
from core.errors import InvalidInput, InvalidPhoto, InvalidProduct, NotFound, VitrineError, shown

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, VitrineError)]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str] = {}
    ancestors: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│├└─\s]*)([A-Z]\w+)(\s{2,}|$)", line)
        if found:
            depth = len(found[1]) // 4
            ancestors[depth:] = [found[2]]
            drawn[found[2]] = ancestors[depth - 1] if depth else "Exception"
    assert drawn == {kind.__name__: kind.__mro__[1].__name__ for kind in CLASSES}


def test_a_message_names_field_value_and_remedy() -> None:
    error = InvalidInput("must be at least 1", field="limit", value=0, remedy="Ask for more")
    assert str(error) == "limit: must be at least 1 (got 0). Ask for more"


def test_a_message_needs_only_a_reason() -> None:
    assert str(InvalidInput("is wrong")) == "is wrong"


@pytest.mark.parametrize(
    ("field", "outer", "expected"),
    [("price", "products[3]", "products[3].price"), ("", "photos", "photos"), ("[2]", "photos", "photos[2]")],
)
def test_an_error_found_inside_something_larger_keeps_its_kind(field: str, outer: str, expected: str) -> None:
    inner = InvalidProduct("is wrong", field=field, value=7, remedy="Fix it")
    found = inner.at(outer)
    assert type(found) is InvalidProduct
    assert (found.field, found.reason, found.value, found.remedy) == (expected, "is wrong", 7, "Fix it")


def test_a_shown_value_is_short_and_printable() -> None:
    assert shown("a" * 1_000_000).endswith("…")
    assert len(shown("a" * 1_000_000)) == 120
    assert len(shown(list(range(100_000)))) <= 120
    assert shown("safe") == "'safe'"
    assert "\x1b" not in shown("\x1b[31m red")
    assert shown("\u202e") == "'\\u202e'"


def test_not_found_names_what_was_asked_for() -> None:
    error = NotFound("product", "a\nb")
    assert str(error) == "there is no product 'a\\nb'"
    assert (error.kind, error.name) == ("product", "a\nb")


@pytest.mark.parametrize(
    "error",
    [
        InvalidPhoto("is empty", field="photos[0]", value=b"", remedy="Send bytes"),
        NotFound("job", "7"),
        errors.StoreUnavailable("away"),
    ],
)
def test_errors_survive_the_way_between_processes(error: VitrineError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
