"""What a filter says of one field, and what remains of it without that.

A facet's counts ignore the filter on its own field: whoever has chosen "blue" still sees how many are red.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.opening import Catalog
from core.errors import InvalidFilter
from core.filters import ATTRIBUTE_PREFIX, And, AnyOf, Equals, Filter, Not, Or, Scalar, all_of


def fields_of(where: Filter | None) -> Iterator[str]:
    """The fields a filter names, as often as it names them."""
    if where is None:
        return
    if isinstance(where, And | Or):
        for inner in where.filters:
            yield from fields_of(inner)
    elif isinstance(where, Not):
        yield from fields_of(where.filter)
    else:
        yield where.field


def without_field(where: Filter | None, field: str) -> Filter | None:
    """The filter without those of its conditions that are about this field alone; None when nothing is left.

    A condition that mixes fields, such as "red or cheap", stays whole.
    """
    if where is None or set(fields_of(where)) == {field}:
        return None
    if not isinstance(where, And):
        return where
    return all_of(*(without_field(inner, field) for inner in where.filters))


def chosen_values(where: Filter | None, field: str) -> tuple[Scalar, ...]:
    """The values of the field that the filter lets through by name, in its order."""
    match where:
        case And(filters) | Or(filters):
            return tuple(dict.fromkeys(value for inner in filters for value in chosen_values(inner, field)))
        case Equals(name, value) if name == field:
            return (value,)
        case AnyOf(name, values) if name == field:
            return values
    return ()


def check_attributes(catalog: Catalog, where: Filter | None) -> None:
    """Refuse a filter on an attribute that no product has ever had; raises `InvalidFilter`."""
    named = {name.removeprefix(ATTRIBUTE_PREFIX) for name in fields_of(where) if name.startswith(ATTRIBUTE_PREFIX)}
    if not named:
        return
    known = catalog.products.attribute_kinds()
    unknown = sorted(named - known.keys())
    if unknown:
        raise InvalidFilter(
            "no product has this attribute",
            field="filter",
            value=f"{ATTRIBUTE_PREFIX}{unknown[0]}",
            remedy=f"Attributes: {', '.join(sorted(known)[:50])}",
        )
