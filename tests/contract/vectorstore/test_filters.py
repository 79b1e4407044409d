"""Every filter on every store, by hand and against a plain evaluation over the same payloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InvalidFilter
from core.filters import And, AnyOf, Equals, Exists, Filter, NoneOf, Not, Or, Range, parse_filter
from core.generations import Generation
from core.indexing import Point
from core.products import Product
from core.protocols import VectorStore
from tests.contract.vectorstore.builders import Collection, Engine, point, views

pytestmark = pytest.mark.filterwarnings("ignore:(Payload indexes have no effect|Local mode)")

PRODUCTS = (
    Product(
        "a",
        "Blue shirt",
        brand="Acme",
        category="Shirts",
        price=10.0,
        currency="EUR",
        group_id="g1",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        attributes={"colour": "blue", "sizes": [38, 40], "organic": True, "screen size": 6, "a.b": "dotted"},
    ),
    Product(
        "b",
        "Red shirt",
        brand="Acme",
        category="Shirts",
        price=19.99,
        available=False,
        created_at=datetime(2026, 6, 1, 12, 30, 0, 500_000, tzinfo=UTC),
        attributes={"colour": ["red", "white"], "sizes": [40.0, 42.5], "organic": False, "screen size": 6.0},
    ),
    Product(
        "c",
        "Café chair",
        brand="Möbel & Söhne",
        category="Chairs",
        price=10,
        attributes={"colour": "BLUE", "weight": 4.5, "sizes": [], "größe": "groß", "n": 0},
    ),
    Product("d", "Plain thing", attributes={"colour": "", "organic": "true", "screen size": "6", "n": 1}),
    Product("日本", "靴", brand="靴屋", price=0.0, attributes={"colour": "青", "n": -1.5}),
)

CASES: list[tuple[dict[str, Any], str]] = [
    ({}, "a b c d 日本"),
    ({"brand": "Acme"}, "a b"),
    ({"brand": "acme"}, ""),
    ({"brand": "Möbel & Söhne"}, "c"),
    ({"brand": "靴屋"}, "日本"),
    ({"title": "Blue shirt"}, "a"),
    ({"title": "shirt"}, ""),
    ({"brand": ["Acme", "靴屋"]}, "a b 日本"),
    ({"brand": {"eq": "Acme"}}, "a b"),
    ({"brand": {"any_of": ["Acme"]}}, "a b"),
    ({"brand": {"none_of": ["Acme"]}}, "c d 日本"),
    ({"brand": {"exists": True}}, "a b c 日本"),
    ({"brand": {"exists": False}}, "d"),
    ({"group_id": "g1"}, "a"),
    ({"currency": "EUR"}, "a"),
    ({"id": "a"}, "a"),
    ({"id": ["a", "日本", "unknown"]}, "a 日本"),
    ({"id": {"none_of": ["a", "b"]}}, "c d 日本"),
    ({"id": {"exists": True}}, "a b c d 日本"),
    ({"id": {"exists": False}}, ""),
    ({"price": 10}, "a c"),
    ({"price": 10.0}, "a c"),
    ({"price": 19.99}, "b"),
    ({"price": 0}, "日本"),
    ({"price": [10, 19.99]}, "a b c"),
    ({"price": {"none_of": [10]}}, "b d 日本"),
    ({"price": {"gt": 10}}, "b"),
    ({"price": {"gte": 10}}, "a b c"),
    ({"price": {"lt": 10}}, "日本"),
    ({"price": {"lte": 10}}, "a c 日本"),
    ({"price": {"gte": 5, "lt": 15}}, "a c"),
    ({"price": {"gt": 15, "lt": 5}}, ""),
    ({"price": {"exists": False}}, "d"),
    ({"available": True}, "a c d 日本"),
    ({"available": False}, "b"),
    ({"available": {"none_of": [False]}}, "a c d 日本"),
    ({"created_at": {"gte": "2026-06-01"}}, "b"),
    ({"created_at": {"lt": "2026-06-01T12:30:00.500Z"}}, "a"),
    ({"created_at": {"lte": "2026-06-01T12:30:00.500Z"}}, "a b"),
    ({"created_at": {"gt": "2026-06-01T12:30:00.499999Z"}}, "b"),
    ({"created_at": "2026-01-01T01:00:00+01:00"}, "a"),
    ({"created_at": {"exists": False}}, "c d 日本"),
    ({"attributes.colour": "blue"}, "a"),
    ({"attributes.colour": "white"}, "b"),
    ({"attributes.colour": ["white", "red"]}, "b"),
    ({"attributes.colour": ["blue", "BLUE", "青"]}, "a c 日本"),
    ({"attributes.colour": {"none_of": ["white"]}}, "a c d 日本"),
    ({"attributes.colour": {"exists": True}}, "a b c d 日本"),
    ({"attributes.colour": ""}, "d"),
    ({"attributes.sizes": 40}, "a b"),
    ({"attributes.sizes": 42.5}, "b"),
    ({"attributes.sizes": {"gt": 40}}, "b"),
    ({"attributes.sizes": {"exists": True}}, "a b"),
    ({"attributes.sizes": {"exists": False}}, "c d 日本"),
    ({"attributes.organic": True}, "a"),
    ({"attributes.organic": False}, "b"),
    ({"attributes.organic": "true"}, "d"),
    ({"attributes.organic": [True, "true"]}, "a d"),
    ({"attributes.organic": [True, False]}, "a b"),
    ({"attributes.screen size": 6}, "a b"),
    ({"attributes.screen size": "6"}, "d"),
    ({"attributes.screen size": {"exists": True}}, "a b d"),
    ({"attributes.screen size": {"gte": 6, "lte": 6}}, "a b"),
    ({"attributes.a.b": "dotted"}, "a"),
    ({"attributes.a.b": {"exists": False}}, "b c d 日本"),
    ({"attributes.größe": "groß"}, "c"),
    ({"attributes.n": 0}, "c"),
    ({"attributes.n": 1}, "d"),
    ({"attributes.n": [0, 1, -1.5]}, "c d 日本"),
    ({"attributes.n": {"lt": 0}}, "日本"),
    ({"attributes.nobody": "x"}, ""),
    ({"attributes.nobody": {"none_of": ["x"]}}, "a b c d 日本"),
    ({"brand": "Acme", "price": {"lt": 15}}, "a"),
    ({"and": [{"brand": "Acme"}, {"price": {"lt": 15}}]}, "a"),
    ({"or": [{"brand": "靴屋"}, {"price": 19.99}]}, "b 日本"),
    ({"not": {"brand": "Acme"}}, "c d 日本"),
    ({"not": {"not": {"brand": "Acme"}}}, "a b"),
    ({"and": []}, "a b c d 日本"),
    ({"or": []}, ""),
    ({"not": {"or": []}}, "a b c d 日本"),
    ({"not": {}}, ""),
    (
        {
            "or": [
                {"and": [{"category": "Shirts"}, {"not": {"available": False}}]},
                {"not": {"or": [{"price": {"exists": True}}, {"brand": {"exists": True}}]}},
            ]
        },
        "a d",
    ),
    ({"brand": {"any_of": ["Acme"], "none_of": ["x"], "exists": True}, "price": {"gt": 10}}, "b"),
]


@pytest.fixture(scope="module")
def shop(store: VectorStore, engine: Engine) -> Iterator[Collection]:
    generation = Generation(f"filters-{engine.name}", "default", views())
    store.drop(generation.id)
    store.ensure(generation)
    collection = Collection(store, generation)
    collection.put(
        *(Point(product.id, 1, point(product.id, seed=3).vectors, product.payload()) for product in PRODUCTS)
    )
    yield collection
    store.drop(generation.id)


@pytest.mark.parametrize(("where", "expected"), CASES, ids=[str(where) for where, _ in CASES])
def test_a_filter_matches_exactly_these(shop: Collection, where: dict[str, Any], expected: str) -> None:
    assert shop.matching(parse_filter(where)) == sorted(expected.split())


@pytest.mark.parametrize(("where", "expected"), CASES, ids=[str(where) for where, _ in CASES])
def test_the_plain_evaluation_agrees_with_what_is_written_by_hand(where: dict[str, Any], expected: str) -> None:
    parsed = parse_filter(where)
    assert [p.id for p in PRODUCTS if holds(parsed, p.payload())] == expected.split()


def test_no_filter_matches_everything(shop: Collection) -> None:
    assert len(shop.matching(None)) == len(PRODUCTS)


def test_a_range_of_ids_is_refused(shop: Collection) -> None:
    with pytest.raises(InvalidFilter, match="id"):
        shop.store.count(shop.id, Range("id", gte=1.0))


def test_filters_hold_the_same_once_their_fields_are_indexed(shop: Collection) -> None:
    for field, kind in (
        ("attributes.colour", "keyword"),
        ("attributes.sizes", "number"),
        ("attributes.organic", "bool"),
        ("attributes.screen size", "number"),
        ("attributes.n", "number"),
    ):
        shop.store.index_field(shop.id, field, kind)
    wrong = {
        str(where): found
        for where, expected in CASES
        if (found := shop.matching(parse_filter(where))) != sorted(expected.split())
    }
    assert wrong == {}


_TEXTS = st.sampled_from(["Acme", "blue", "BLUE", "red", "青", "", "true", "6", "x"])
_NUMBERS = st.sampled_from([-1.5, 0, 1, 4.5, 6, 6.0, 10, 19.99, 38, 40, 42.5])
_TEXT_FIELDS = st.sampled_from(["brand", "category", "attributes.colour", "attributes.organic", "attributes.nobody"])
_NUMBER_FIELDS = st.sampled_from(["price", "attributes.sizes", "attributes.screen size", "attributes.n"])
_ANY_FIELDS = st.sampled_from(["attributes.colour", "attributes.organic", "attributes.screen size", "attributes.n"])
_ANY_VALUES = _TEXTS | _NUMBERS | st.booleans()
_LEAVES: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Equals, _TEXT_FIELDS, _TEXTS),
    st.builds(Equals, _NUMBER_FIELDS, _NUMBERS),
    st.builds(Equals, st.just("available"), st.booleans()),
    st.builds(AnyOf, _ANY_FIELDS, st.lists(_ANY_VALUES, max_size=4).map(tuple)),
    st.builds(NoneOf, _ANY_FIELDS, st.lists(_ANY_VALUES, max_size=4).map(tuple)),
    st.builds(AnyOf, st.just("id"), st.lists(st.sampled_from(["a", "b", "日本", "zz"]), max_size=3).map(tuple)),
    st.builds(Exists, _TEXT_FIELDS | _NUMBER_FIELDS, st.booleans()),
    st.builds(lambda field, low, high: Range(field, gt=low, lte=high), _NUMBER_FIELDS, _NUMBERS, _NUMBERS),
    st.builds(lambda field, low: Range(field, gte=low), _NUMBER_FIELDS, _NUMBERS),
)
FILTERS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=FILTERS)
def test_any_filter_matches_what_a_plain_evaluation_says(shop: Collection, where: Filter) -> None:
    expected = sorted(p.id for p in PRODUCTS if holds(where, p.payload()))
    assert shop.matching(where) == expected


def holds(where: Filter, payload: Mapping[str, Any]) -> bool:
    """Whether a product fulfils a filter, evaluated plainly; every store and the columns have to agree with this."""
    match where:
        case And(filters):
            return all(holds(item, payload) for item in filters)
        case Or(filters):
            return any(holds(item, payload) for item in filters)
        case Not(inner):
            return not holds(inner, payload)
        case Equals(field, value):
            return any(_same(item, value) for item in _values(field, payload))
        case AnyOf(field, values):
            return any(_same(item, value) for item in _values(field, payload) for value in values)
        case NoneOf(field, values):
            return not holds(AnyOf(field, values), payload)
        case Exists(field, present):
            return bool(_values(field, payload)) == present
        case Range(field):
            return any(_within(where, item) for item in _values(field, payload))


def _values(field: str, payload: Mapping[str, Any]) -> list[Any]:
    name = field.removeprefix("attributes.")
    value = (payload["attributes"] if name != field else payload).get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _same(stored: Any, asked: Any) -> bool:
    if isinstance(stored, bool) or isinstance(asked, bool):
        return stored is asked
    return stored == asked


def _within(where: Range, value: Any) -> bool:
    bounds = [bound for bound in (where.gt, where.gte, where.lt, where.lte) if bound is not None]
    if isinstance(bounds[0], datetime):
        value = datetime.fromisoformat(value)
    elif isinstance(value, bool | str):
        return False
    return (
        (where.gt is None or value > where.gt)
        and (where.gte is None or value >= where.gte)
        and (where.lt is None or value < where.lt)
        and (where.lte is None or value <= where.lte)
    )


def test_a_filter_applies_to_a_product_only_after_it_is_written(collection: Collection) -> None:
    where = parse_filter({"brand": "Acme"})
    collection.put(Point("a", 1, point("a").vectors, {"id": "a", "brand": "Other"}))
    assert collection.matching(where) == []
    collection.store.set_payloads(collection.id, {"a": (2, {"id": "a", "brand": "Acme"})})
    assert collection.matching(where) == ["a"]
    collection.put(Point("a", 3, point("a", seed=2).vectors, {"id": "a"}))
    assert collection.matching(where) == []
