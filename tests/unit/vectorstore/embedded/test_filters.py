"""The translation of single filters; what they find is tested by the contract suite of all stores."""

from __future__ import annotations

from datetime import datetime

import pytest
import qdrant_edge as edge

from core.errors import InvalidFilter
from core.filters import And, Equals, Exists, Filter, Or, Range
from vectorstore.embedded.filters import engine_filter, engine_path


def test_no_filter_stays_none() -> None:
    assert engine_filter(None, "default") is None


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("price", "price"),
        ("attributes.colour", 'attributes."colour"'),
        ("attributes.a.b c", 'attributes."a.b c"'),
        ("attributes.attributes.x", 'attributes."attributes.x"'),
    ],
)
def test_names_of_attributes_are_quoted(field: str, path: str) -> None:
    assert engine_path(field) == path


def condition(value: Filter) -> edge.FieldCondition:
    translated = engine_filter(value, "default")
    assert translated is not None
    assert translated.must is not None
    found = translated.must[0]
    assert isinstance(found, edge.FieldCondition)
    return found


@pytest.mark.parametrize("value", [2, 2.0])
def test_a_number_is_compared_as_a_range_so_that_2_is_also_2_point_0(value: float) -> None:
    bounds = condition(Equals("price", value)).range
    assert isinstance(bounds, edge.RangeFloat)
    assert (bounds.gte, bounds.lte) == (2.0, 2.0)


def test_a_boolean_stays_a_boolean() -> None:
    match = condition(Equals("available", True)).match
    assert isinstance(match, edge.MatchValue)
    assert match.value is True


def test_the_engine_takes_a_plain_true_for_the_number_one() -> None:
    """If this fails, the engine has been repaired, and the detour by `numpy.bool_` can go."""
    assert edge.MatchValue(True).value is not True


@pytest.mark.parametrize(
    "value",
    [Range("id", gte=1.0), Range("created_at", gte=datetime(2026, 1, 1), lt=5.0)],  # noqa: DTZ001 - no zone needed
)
def test_a_range_that_makes_no_sense_is_refused(value: Filter) -> None:
    with pytest.raises(InvalidFilter, match="range of numbers or of moments"):
        engine_filter(value, "default")


@pytest.mark.parametrize("value", [Or(()), Exists("id", present=False)])
def test_what_nothing_can_match_becomes_an_empty_set_of_ids(value: Filter) -> None:
    translated = engine_filter(value, "default")
    assert translated is not None
    assert isinstance(translated.must[0], edge.HasIdCondition)  # type: ignore[index] # It always has one.


def test_an_empty_and_has_no_conditions() -> None:
    translated = engine_filter(And(()), "default")
    assert translated is not None
    assert translated.must[0].must == []  # type: ignore[index, union-attr] # It always has one, and that is a filter.
