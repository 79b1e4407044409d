"""What travels between clients and the engine's process: msgpack, never pickle.

A request is `[operation, arguments]`, an answer `[True, value]` or `[False, [error class, arguments]]`. Arrays travel
as raw bytes with their dtype and shape, filters as nested lists, errors as the name of their class in `core.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple, fields
from datetime import UTC, datetime
from typing import Any

import msgpack  # type: ignore[import-untyped] # It ships no type information.
import numpy as np
from numpy.typing import NDArray

import core.errors
from core.errors import InvalidInput, StoreError, VitrineError
from core.filters import And, AnyOf, Equals, Exists, Filter, NoneOf, Not, Or, Range
from core.generations import Generation, View

PROTOCOL = 2
MESSAGE_BYTES_MAX = 256 * 2**20

_ARRAY = 1
_DTYPES = ("float32", "uint32", "int32")
_LEAVES: Mapping[str, Callable[..., Filter]] = {kind.__name__: kind for kind in (Equals, AnyOf, NoneOf, Range, Exists)}


def pack(value: object) -> bytes:
    """Encode plain values, moments with a time zone, and float32, uint32 or int32 arrays of any shape.

    Raises
    ------
    InvalidInput: a value that has no place in a message, or more than 256 MiB of them.
    """
    try:
        message: bytes = msgpack.packb(value, default=_pack_special, datetime=True)
    except (TypeError, ValueError, OverflowError, UnicodeEncodeError) as error:
        raise InvalidInput(f"cannot be sent to the vector store: {error}", field="request") from error
    if len(message) > MESSAGE_BYTES_MAX:
        raise InvalidInput(
            f"is larger than {MESSAGE_BYTES_MAX >> 20} MiB", field="message", remedy="Ask for fewer products at once"
        )
    return message


def unpack(message: bytes) -> Any:
    """Decode what `pack` encoded; arrays are read-only.

    Raises
    ------
    StoreError: the bytes are no message.
    """
    try:
        return msgpack.unpackb(message, ext_hook=_unpack_special, timestamp=3, strict_map_key=False)
    except (ValueError, TypeError, IndexError, msgpack.exceptions.UnpackException) as error:
        raise StoreError(f"a message between client and engine cannot be read: {error}") from error


def _pack_special(value: object) -> object:
    if isinstance(value, np.ndarray) and value.dtype.name in _DTYPES:
        head = bytes([_DTYPES.index(value.dtype.name), value.ndim]) + np.array(value.shape, dtype="<u4").tobytes()
        return msgpack.ExtType(_ARRAY, head + np.ascontiguousarray(value).tobytes())
    raise TypeError(f"a {type(value).__name__} is no plain value")


def _unpack_special(code: int, body: bytes) -> NDArray[Any]:
    if code != _ARRAY:
        raise ValueError(f"unknown extension {code}")
    dims = body[1]
    shape = np.frombuffer(body, dtype="<u4", count=dims, offset=2)
    return np.frombuffer(body, dtype=_DTYPES[body[0]], offset=2 + 4 * dims).reshape(tuple(int(n) for n in shape))


def filter_to_wire(value: Filter | None) -> list[Any] | None:
    """A filter as nested lists; moments without a time zone count as UTC."""
    match value:
        case None:
            return None
        case And(filters) | Or(filters):
            return [type(value).__name__, [filter_to_wire(inner) for inner in filters]]
        case Not(inner):
            return ["Not", filter_to_wire(inner)]
        case _:
            return [type(value).__name__, *(_with_zone(item) for item in astuple(value))]


def _with_zone(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def filter_from_wire(value: list[Any] | None) -> Filter | None:
    """The filter that `filter_to_wire` wrote."""
    return None if value is None else _filter(value)


def _filter(value: list[Any]) -> Filter:
    name, *arguments = value
    match name:
        case "And" | "Or":
            inner = tuple(_filter(item) for item in arguments[0])
            return And(inner) if name == "And" else Or(inner)
        case "Not":
            return Not(_filter(arguments[0]))
        case _:
            return _LEAVES[name](*(tuple(item) if isinstance(item, list) else item for item in arguments))


def generation_to_wire(generation: Generation) -> dict[str, Any]:
    """What the engine has to know of a generation: its id, shop and views."""
    views = [{**_fields(view), "reached_by": sorted(view.reached_by)} for view in generation.views]
    return {"id": generation.id, "shop": generation.shop, "views": views}


def generation_from_wire(value: Mapping[str, Any]) -> Generation:
    """The generation that `generation_to_wire` wrote, without status, calibration and ranker."""
    views = tuple(View(**{**view, "reached_by": frozenset(view["reached_by"])}) for view in value["views"])
    return Generation(value["id"], value["shop"], views)


def _fields(view: View) -> dict[str, Any]:
    return {field.name: getattr(view, field.name) for field in fields(view)}


def error_to_wire(error: VitrineError) -> list[Any]:
    """An error as the name of its class and its arguments."""
    return [type(error).__name__, [item if _is_plain(item) else core.errors.shown(item) for item in error.args]]


def error_from_wire(value: list[Any]) -> VitrineError:
    """The error that `error_to_wire` wrote; a class that this version does not know becomes a `StoreError`."""
    name, arguments = value
    kind = getattr(core.errors, name, None)
    if not isinstance(kind, type) or not issubclass(kind, VitrineError):
        return StoreError(f"{name}: {'; '.join(map(str, arguments))}")
    if issubclass(kind, InvalidInput):
        reason, field, item, remedy = arguments
        return kind(reason, field=field, value=item, remedy=remedy)
    return kind(*arguments)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | bool | float) or (isinstance(value, int) and abs(value) < 2**63)
