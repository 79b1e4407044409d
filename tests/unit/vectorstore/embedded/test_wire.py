from __future__ import annotations

import inspect
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.errors
from core.errors import InvalidFilter, InvalidInput, NotFound, StoreError, VitrineError
from core.filters import And, AnyOf, Equals, Exists, Filter, NoneOf, Not, Or, Range
from core.generations import Generation, View
from vectorstore.embedded import wire

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
SCALARS = st.text() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
FIELDS = st.sampled_from(["brand", "price", "attributes.a b"])
LEAVES: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Equals, FIELDS, SCALARS),
    st.builds(AnyOf, FIELDS, st.lists(SCALARS).map(tuple)),
    st.builds(NoneOf, FIELDS, st.lists(SCALARS).map(tuple)),
    st.builds(Range, FIELDS, gte=st.none() | st.floats(allow_nan=False), lt=st.none() | st.floats(allow_nan=False)),
    st.builds(Range, FIELDS, gt=st.none() | MOMENTS, lte=st.none() | MOMENTS),
    st.builds(Exists, FIELDS, st.booleans()),
)
FILTERS: st.SearchStrategy[Filter] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(And, st.lists(inner).map(tuple)) | st.builds(Or, st.lists(inner).map(tuple)) | st.builds(Not, inner)
    ),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_values_arrive_as_they_were_sent(value: object) -> None:
    assert wire.unpack(wire.pack(value)) == value


@pytest.mark.parametrize("dtype", ["float32", "uint32", "int32"])
@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3), (0, 4)])
def test_arrays_arrive_with_dtype_shape_and_every_bit(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=dtype).reshape(shape)
    arrived = wire.unpack(wire.pack({"vector": array}))["vector"]
    assert arrived.dtype == array.dtype
    assert arrived.shape == array.shape
    assert arrived.tobytes() == array.tobytes()


def test_an_array_that_is_not_contiguous_arrives_whole() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4).T
    assert np.array_equal(wire.unpack(wire.pack(array)), array)


@pytest.mark.parametrize("value", [object(), {1, 2}, 2**64, "\ud800", np.zeros(2, np.float64), datetime(2026, 1, 1)])  # noqa: DTZ001 - a moment without zone is the point
def test_a_value_without_a_place_in_messages_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput, match="cannot be sent"):
        wire.pack(value)


def test_a_message_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MESSAGE_BYTES_MAX", 1_000)
    with pytest.raises(InvalidInput, match="larger than"):
        wire.pack(b"x" * 1_001)


@pytest.mark.parametrize("message", [b"", b"\xc1", wire.pack("text")[:-1], wire.pack(1) + b"\x00", b"\xd4\x07\x00"])
def test_bytes_that_are_no_message_are_reported(message: bytes) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        wire.unpack(message)


@given(FILTERS)
def test_filters_arrive_as_they_were_sent(value: Filter) -> None:
    assert wire.filter_from_wire(wire.unpack(wire.pack(wire.filter_to_wire(value)))) == value


def test_no_filter_arrives_as_none() -> None:
    assert wire.filter_from_wire(wire.filter_to_wire(None)) is None


def test_a_moment_without_time_zone_counts_as_utc() -> None:
    value = Range("created_at", gte=datetime(2026, 1, 2))  # noqa: DTZ001 - that is the point
    arrived = wire.filter_from_wire(wire.unpack(wire.pack(wire.filter_to_wire(value))))
    assert arrived == Range("created_at", gte=datetime(2026, 1, 2, tzinfo=UTC))


def test_a_generation_arrives_with_its_views() -> None:
    views = (
        View("image", "image", 8, "pocket", frozenset({"text", "photo"})),
        View("lexical", "lexical", 0, "", frozenset({"text"})),
    )
    generation = Generation("g1", "default", views)
    assert wire.generation_from_wire(wire.unpack(wire.pack(wire.generation_to_wire(generation)))) == generation


@pytest.mark.parametrize(
    "kind", [kind for _, kind in inspect.getmembers(core.errors, inspect.isclass) if issubclass(kind, VitrineError)]
)
def test_every_error_arrives_with_class_and_message(kind: type[VitrineError]) -> None:
    error: VitrineError
    if issubclass(kind, InvalidInput):
        error = kind("must be positive", field="price", value=-1, remedy="Correct it")
    elif issubclass(kind, NotFound):
        error = kind("generation", "g1")
    else:
        error = kind("the disk is full")
    arrived = wire.error_from_wire(wire.unpack(wire.pack(wire.error_to_wire(error))))
    assert type(arrived) is kind
    assert str(arrived) == str(error)


def test_a_value_that_cannot_travel_is_shown_in_the_error() -> None:
    error = InvalidFilter("is odd", field="price", value=object())
    arrived = wire.error_from_wire(wire.unpack(wire.pack(wire.error_to_wire(error))))
    assert "object object" in str(arrived)


@pytest.mark.parametrize("name", ["ShinyNewError", "shown", "_SHOWN_VALUE_CHARS"])
def test_an_error_of_a_newer_version_becomes_a_store_error(name: str) -> None:
    arrived = wire.error_from_wire([name, ["something", 5]])
    assert type(arrived) is StoreError
    assert str(arrived) == f"{name}: something; 5"
