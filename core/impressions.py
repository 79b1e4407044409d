"""What was shown to whom: one impression for every answered search and every page of a feed."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from core.errors import InvalidInput
from core.hits import Hit
from core.vectors import FloatArray

SEARCH, FEED = "search", "feed"
# Longer texts are whole descriptions; they say nothing of what others may look for.
TEXT_CHARS_MAX = 200
_LITTLE_ENDIAN = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class Impression:
    """One page of products as a shopper got it.

    Attributes
    ----------
    query_id: of the answer; events name it.
    user_id, session_id: the shopper, empty where nobody is known.
    shown_at: when it was answered, with a time zone.
    items: product ids from the top. first_position: how many places came before, on earlier pages.
    signals: by name, float32 (items,), NaN where a product has none: what its order was made of.
    propensities: for each item how likely it was to be shown, in (0, 1], where chance had a hand in it; empty: nothing
        was left to chance.
    ranker: id of the ranker that ordered it; empty: none.
    generation: id of the generation that answered.
    surface: `search` or `feed`.
    text: what was looked for, in lower case; empty where there were no words, or too many to tell.
    """

    query_id: str
    user_id: str
    session_id: str
    shown_at: datetime
    items: tuple[str, ...]
    signals: Mapping[str, FloatArray] = field(default_factory=dict)
    propensities: tuple[float, ...] = ()
    ranker: str = ""
    generation: str = ""
    surface: str = SEARCH
    first_position: int = 0
    text: str = ""


def shown_signals(hits: Sequence[Hit]) -> dict[str, FloatArray]:
    """The signals of hits in columns, as an impression keeps them."""
    names = sorted({name for hit in hits for name in hit.signals})
    return {name: np.array([hit.signals.get(name, math.nan) for hit in hits], dtype=np.float32) for name in names}


def shown_text(text: str) -> str:
    """A query's words as an impression keeps them, without characters that cannot be seen: databases refuse some."""
    seen = "".join(character for character in text.lower() if character.isprintable() or character.isspace())
    plain = " ".join(seen.split())
    return plain if len(plain) <= TEXT_CHARS_MAX else ""


def packed_signals(signals: Mapping[str, FloatArray]) -> dict[str, Any]:
    """Signals as they are stored: their names, and all numbers as base64 of little-endian float32, name by name.

    So they come back exactly as they were, in a third of the room that digits take.
    """
    names = sorted(signals)
    if not names:
        return {}
    numbers = np.stack([signals[name] for name in names]).astype(_LITTLE_ENDIAN)
    return {"names": names, "float32": base64.b64encode(numbers.tobytes()).decode()}


def unpacked_signals(stored: Mapping[str, Any], items: int) -> dict[str, FloatArray]:
    """What `packed_signals` has made, for so many items.

    Raises
    ------
    InvalidInput: it is not whole.
    """
    names = stored.get("names", [])
    try:
        numbers = np.frombuffer(base64.b64decode(stored.get("float32", ""), validate=True), dtype=_LITTLE_ENDIAN)
        rows = numbers.reshape(len(names), items).astype(np.float32)
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput("does not hold a number for each item and name", field="signals") from error
    return {str(name): row for name, row in zip(names, rows, strict=True)}
