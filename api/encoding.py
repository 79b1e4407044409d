"""Values to JSON, whatever texts they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


def to_json(value: object) -> bytes:
    """Encode msgspec structs and plain values; NaN becomes null, and half a surrogate pair becomes U+FFFD.

    JSON can carry half a pair (`"\\ud83d"`), UTF-8 cannot; it comes back in messages about the value it stood in.
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(value)))


def whole_text(text: str) -> str:
    """The text with half surrogate pairs replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, Mapping):
        return {_whole(key): _whole(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_whole(item) for item in value]
    return value
