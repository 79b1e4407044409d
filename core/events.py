"""What shoppers do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

EVENT_TYPES = ("view", "click", "like", "dislike", "cart", "purchase", "hide")


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
