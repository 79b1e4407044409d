from __future__ import annotations

from datetime import UTC, datetime

import pytest
from qdrant_client import models

from core.errors import InvalidFilter
from core.filters import AnyOf, Equals, Exists, Range
from vectorstore.served.filters import field_path, to_qdrant


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("price", "price"),
        ("attributes.colour", "attributes.colour"),
        ("attributes.screen size", 'attributes."screen size"'),
        ("attributes.a.b", 'attributes."a.b"'),
        ("attributes.größe", 'attributes."größe"'),
        ("attributes.38", 'attributes."38"'),
        ("attributes.attributes.x", 'attributes."attributes.x"'),
    ],
)
def test_names_that_are_no_identifiers_are_quoted(field: str, path: str) -> None:
    assert field_path(field) == path


def test_no_filter_stays_none() -> None:
    assert to_qdrant(None, "default") is None


def test_a_boolean_is_not_taken_for_a_number() -> None:
    found = to_qdrant(Equals("attributes.organic", True), "default")
    assert found == models.Filter(
        must=[models.FieldCondition(key="attributes.organic", match=models.MatchValue(value=True))]
    )


def test_texts_of_one_field_are_one_condition() -> None:
    found = to_qdrant(AnyOf("brand", ("a", "b")), "default")
    assert found == models.Filter(must=[models.FieldCondition(key="brand", match=models.MatchAny(any=["a", "b"]))])


def test_an_absent_value_is_an_empty_field() -> None:
    empty = models.IsEmptyCondition(is_empty=models.PayloadField(key="brand"))
    assert to_qdrant(Exists("brand", present=False), "default") == models.Filter(must=[empty])


def test_moments_and_numbers_do_not_mix() -> None:
    with pytest.raises(InvalidFilter):
        to_qdrant(Range("created_at", gte=datetime(2026, 1, 1, tzinfo=UTC), lt=5.0), "default")
