"""Every error has its answer, in one shape, and none tells more than it should."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from api.problems import ANSWERS, PROBLEM_MEDIA_TYPE, TYPE_PREFIX, kind_of, problem_of
from core import errors
from core.errors import InvalidFilter, NotFound, VitrineError


def _tree(cls: type[VitrineError]) -> Iterator[type[VitrineError]]:
    yield cls
    for inner in cls.__subclasses__():
        yield from _tree(inner)


def _ours() -> list[type[VitrineError]]:
    return sorted(
        {cls for cls in _tree(VitrineError) if cls.__module__ == errors.__name__}, key=lambda cls: cls.__name__
    )


def test_every_class_of_errors_has_its_own_line_in_the_table() -> None:
    defined = {cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, VitrineError)}
    assert set(ANSWERS) == defined == set(_ours())


@pytest.mark.parametrize("cls", _ours(), ids=lambda cls: cls.__name__)
def test_every_error_becomes_a_problem_of_its_own_kind(cls: type[VitrineError]) -> None:
    error = cls("a product", "7") if issubclass(cls, NotFound) else cls("went wrong")
    problem = problem_of(error)
    body = json.loads(problem.body())
    assert body["type"] == TYPE_PREFIX + kind_of(cls)
    assert body["status"] == problem.status == ANSWERS[cls].status
    assert body["title"] == ANSWERS[cls].title
    assert body["detail"] == str(error)


@pytest.mark.parametrize("cls", [cls for cls in _ours() if ANSWERS[cls].status == HTTPStatus.SERVICE_UNAVAILABLE])
def test_what_may_pass_says_when_to_try_again(cls: type[VitrineError]) -> None:
    assert int(problem_of(cls("not now")).headers["Retry-After"]) >= 1


def test_a_missing_key_is_asked_for() -> None:
    assert problem_of(errors.NotAuthorized("no key")).headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_value_is_named_with_its_field_and_remedy() -> None:
    error = InvalidFilter("unknown field", field="filter", value="colour", remedy="Write attributes.colour")
    body = json.loads(problem_of(error).body())
    assert (body["field"], body["value"], body["remedy"]) == ("filter", "'colour'", "Write attributes.colour")


def test_a_class_of_a_plugin_is_answered_as_its_base() -> None:
    class Unheard(errors.StoreUnavailable):
        pass

    assert problem_of(Unheard("gone")).kind == "store-unavailable"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundException(), 404),
        (MethodNotAllowedException(headers={"allow": "GET"}), 405),
        (RequestEntityTooLarge(), 413),
        (HTTPException(status_code=415, detail="a picture"), 415),
        (ValidationException("no", extra=[{"message": "Expected `int`", "key": "limit"}]), 422),
    ],
)
def test_the_frameworks_own_errors_have_the_same_shape(error: Exception, status: int) -> None:
    problem = problem_of(error)
    body = json.loads(problem.body())
    assert body["status"] == status
    assert body["type"].startswith(TYPE_PREFIX)
    assert body["detail"]
    assert body["title"]


def test_an_unexpected_error_shows_nothing_but_the_id_under_which_it_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        raise RuntimeError("the password is swordfish")
    except RuntimeError as error:
        with caplog.at_level(logging.ERROR):
            problem = problem_of(error)
    body = problem.body().decode()
    assert problem.status == 500
    assert "swordfish" not in body
    assert "RuntimeError" not in body
    assert problem.error_id
    assert problem.error_id in body
    assert problem.error_id in caplog.text
    assert "swordfish" in caplog.text


def test_half_a_surrogate_pair_in_a_message_is_no_second_error() -> None:
    error = errors.InvalidProduct("is wrong", field="attributes.\ud83d", value="\ud83d")
    assert json.loads(problem_of(error).body())["field"] == "attributes.\N{REPLACEMENT CHARACTER}"
    assert PROBLEM_MEDIA_TYPE == "application/problem+json"
