"""What shoppers do."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import InvalidInput, InvalidProduct
from core.incoming import parse_product_id
from core.numbers import is_finite_number

EVENT_TYPES = ("view", "click", "like", "dislike", "cart", "purchase", "hide", "retract", "impression")
# Acts that say that a product is wanted, or that it is not; and what takes likes, dislikes and hidings back.
WANTED_TYPES = ("view", "click", "like", "cart", "purchase")
UNWANTED_TYPES = ("dislike", "hide")
RETRACTABLE = ("like", "dislike", "hide")
RETRACTION = "retract"
# Whoever looks again at what he disliked has not changed his mind; whoever does one of these has.
CHANGES_MIND = ("like", "cart", "purchase")
# What was shown and seen: no act of the shopper's, and so no part of his profile.
IMPRESSION = "impression"
NAME_CHARS_MAX = 200
POSITION_MAX = 1_000_000
# Clocks of browsers go wrong; a week of waiting in a phone without a network is usual, years are not.
AHEAD_MAX = timedelta(minutes=5)
AGE_MAX = timedelta(days=5 * 365)
EVENT_FIELDS = ("id", "user_id", "session_id", "type", "product_id", "created_at", "query_id", "position", "value")

# What an act says of how much a product is wanted, in views. What is disliked is not wanted less by others.
POPULARITY: Mapping[str, float] = {"view": 1.0, "click": 1.0, "like": 3.0, "cart": 4.0, "purchase": 8.0}
POPULARITY_HALF_LIFE = timedelta(days=14)
_LANDMARK = datetime(2020, 1, 1, tzinfo=UTC)

# What each type of event says of a taste unless the settings say otherwise.
TASTE_WEIGHTS: Mapping[str, float] = {
    "view": 1.0,
    "click": 1.0,
    "like": 4.0,
    "cart": 4.0,
    "purchase": 6.0,
    "dislike": 4.0,
    "hide": 4.0,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One act of one shopper on one product, idempotent by `id`.

    Attributes
    ----------
    type: one of `EVENT_TYPES`.
    query_id, position: tie the act to the answer in which the product was shown; position counts from 0.
    value: a rating or an amount, where the type has one.
    created_at: when it happened, with a time zone.
    """

    id: str
    user_id: str
    session_id: str
    type: str
    product_id: str
    created_at: datetime
    query_id: str | None = None
    position: int | None = None
    value: float | None = None


def parse_event(record: object, now: datetime) -> Event:
    """Check one raw event.

    `user_id`, `type` and `product_id` are needed. `created_at` is `now` where it is missing. Without an `id` the event
    is named by everything it says, so that the same event sent twice counts once; where it does not say when it
    happened, by the minute of `now` as well, so that the same act on another day is another event.

    Raises
    ------
    InvalidInput: the first wrong field, with its value and a remedy.
    """
    if not isinstance(record, Mapping):
        raise InvalidInput("must be an object", field="event", value=record)
    unknown = sorted(str(key) for key in record if key not in EVENT_FIELDS)
    if unknown:
        raise InvalidInput("unknown field", field=unknown[0], remedy=f"Fields: {', '.join(EVENT_FIELDS)}")
    kind = record.get("type")
    if kind not in EVENT_TYPES:
        raise InvalidInput("unknown type", field="type", value=kind, remedy=f"Types: {', '.join(EVENT_TYPES)}")
    try:
        product_id = parse_product_id(record.get("product_id"))
    except InvalidProduct as error:
        raise InvalidInput(error.reason, field="product_id", value=error.value, remedy=error.remedy) from error
    created_at = _moment(record.get("created_at"), now)
    event_id = _name(record, "id") or _named_by_content(record, created_at)
    return Event(
        event_id,
        _name(record, "user_id", needed=True),
        _name(record, "session_id"),
        str(kind),
        product_id,
        created_at,
        _name(record, "query_id") or None,
        _position(record.get("position")),
        _number(record.get("value")),
    )


def popularity_of(event: Event) -> float:
    """What an event adds to its product's popularity, in a measure that never has to be brought up to date.

    Forward decay (Cormode, Shkapenyuk, Srivastava and Xu 2009): instead of letting older acts fade, newer ones weigh
    more, by a factor of two in a half-life counted from a fixed day. Sums then order products as fading ones would, in
    whatever order their events arrive.
    """
    return popularity_of_act(event.type, event.created_at)


def popularity_of_act(kind: str, moment: datetime) -> float:
    """The same of an event of this type at this moment."""
    return POPULARITY.get(kind, 0.0) * math.exp2((moment - _LANDMARK) / POPULARITY_HALF_LIFE)


def parse_name(name: str, field: str) -> str:
    """Check the name of a shopper or a visit that stands somewhere else than in an event.

    Raises
    ------
    InvalidInput: it is one that no event can have.
    """
    return _name({field: name}, field, needed=True)


def _named_by_content(record: Mapping[str, Any], created_at: datetime) -> str:
    said = repr(sorted((str(key), repr(value)) for key, value in record.items()))
    name = "e-" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    # No finer than minutes, so that a request that is sent again after a timeout is known. At the end, because events
    # of one moment go by their ids, which must not put them in another order every minute.
    return name if record.get("created_at") is not None else f"{name}-{created_at.astimezone(UTC):%Y%m%dT%H%M}"


def _name(record: Mapping[str, Any], field: str, *, needed: bool = False) -> str:
    value = record.get(field)
    if value is None or value == "":
        if needed:
            raise InvalidInput("is missing", field=field, remedy="Name the shopper; a random name does for a guest")
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.isprintable() or not value.strip():
        raise InvalidInput("must be a text of characters that can be seen", field=field, value=value)
    if len(value) > NAME_CHARS_MAX:
        raise InvalidInput(f"is longer than {NAME_CHARS_MAX} characters", field=field, value=value)
    return value


def _moment(value: object, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(
            "must be a moment with a time zone", field="created_at", value=value, remedy="Write 2026-11-21T09:30:00Z"
        )
    moment = moment.astimezone(UTC)
    if moment > now + AHEAD_MAX:
        raise InvalidInput("lies in the future", field="created_at", value=value, remedy="Check the sender's clock")
    if moment < now - AGE_MAX:
        raise InvalidInput("is older than five years", field="created_at", value=value, remedy="Leave it out")
    return moment


def _position(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= POSITION_MAX:
        raise InvalidInput(f"must be a whole number from 0 to {POSITION_MAX:,}", field="position", value=value)
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if not is_finite_number(value):
        raise InvalidInput("must be a number", field="value", value=value)
    return float(value)
