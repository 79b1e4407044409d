"""What events look like on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from core.events import EVENT_TYPES
from retrieval.events import TakenEvents

EVENTS_MAX = 1_000
_RECORD = (
    f"each an object with `user_id`, `product_id` and `type` (one of {', '.join(EVENT_TYPES)}), and if known `id` (an "
    "event of the same id counts once), `session_id`, `created_at` (now, when it is missing), `query_id` and "
    "`position` (from 0) of the answer that showed the product, and `value`"
)


class AddEvents(Struct, forbid_unknown_fields=True):
    """A batch of events; one that cannot be taken is reported, the others go on."""

    events: Annotated[list[Any], Meta(description=f"at most {EVENTS_MAX:,}; {_RECORD}")]


class RejectedEvent(Struct):
    """One event that was not taken."""

    index: Annotated[int, Meta(description="its position in the batch, from 0")]
    field: str
    value: Annotated[str, Meta(description="what stood there, shortened")]
    reason: Annotated[str, Meta(description="what is wrong, and what to do about it")]


class AddedEvents(Struct):
    """What became of a batch: what is accepted is stored for good."""

    accepted: int
    known: Annotated[int, Meta(description="taken before; they do not count again")]
    rejected: list[RejectedEvent]

    @classmethod
    def of(cls, taken: TakenEvents) -> AddedEvents:
        """From the use case's own value."""
        rejected = [RejectedEvent(r.index, r.field, r.value, r.reason) for r in taken.rejected]
        return cls(taken.accepted, taken.known, rejected)
