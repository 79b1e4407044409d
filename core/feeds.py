"""A feed as a shopper gets it: what is asked, where each product came from, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import InvalidQuery
from core.events import NAME_CHARS_MAX
from core.filters import Filter
from core.hits import Hit
from core.queries import CURSOR_CHARS_MAX

FEED_LIMIT_MAX = 100
# A cursor names everything that was shown, and has to fit into an address.
FEED_PRODUCTS_MAX = 900
START_LIMIT = 12

LONG, SESSION, INTEREST = "taste", "session", "interest"
TOGETHER, SHOPPERS, FORETOLD = "together", "shoppers", "foretold"
POPULAR, NEW, LEAST_SEEN, EXPLORING, SEEN = "popular", "new", "least_seen", "exploring", "seen"

SOURCES: Mapping[str, str] = {
    SESSION: "near to what this visit is about",
    INTEREST: "near to one of the several things that the shopper likes",
    LONG: "near to what the shopper has liked so far",
    TOGETHER: "liked or bought by those who liked or bought the same product",
    SHOPPERS: "liked or bought by shoppers of like taste",
    FORETOLD: "what goes with all that the shopper likes, as learnt from all shoppers beside the ranker in service",
    POPULAR: "what shoppers did most with of late",
    NEW: "among the newest",
    LEAST_SEEN: "what shoppers did least with so far",
    EXPLORING: "drawn by lot among all",
    SEEN: "looked at lately; comes when nothing else is left",
}


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """Whose feed, and which page of it.

    Attributes
    ----------
    user_id: the shopper; a name that nobody has heard of gets the feed of a newcomer.
    session_id: the visit; empty: the latest one counts.
    limit: 1 to 100 products.
    cursor: where the page before has ended.
    filter: which products may be shown.
    explain: say of each product which of the shopper's own acts brought it.

    Raises
    ------
    InvalidQuery: a shopper or visit without a name or with one that cannot be, a limit out of range, no cursor.
    """

    user_id: str
    session_id: str = ""
    limit: int = 20
    cursor: str | None = None
    filter: Filter | None = None
    explain: bool = False

    def __post_init__(self) -> None:
        _check_name(self.user_id, "user_id", needed=True)
        _check_name(self.session_id, "session_id", needed=False)
        check_limit(self.limit)
        if self.cursor is not None and not 0 < len(self.cursor) <= CURSOR_CHARS_MAX:
            raise InvalidQuery(
                "is no cursor", field="cursor", value=self.cursor, remedy="Send `next` of the page before, as it was"
            )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a product is shown.

    Attributes
    ----------
    source: one of `SOURCES`.
    text: the same in words that a shopper understands.
    product_id: the product that it is about; None: none.
    """

    source: str
    text: str
    product_id: str | None = None


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One product of a feed.

    Attributes
    ----------
    propensity: how likely it was to be shown on this page by lot; 1 where its place was earned.
    """

    hit: Hit
    reason: Reason
    propensity: float


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """One page of a feed, in order.

    Attributes
    ----------
    query_id: names the page in events, as that of a search does.
    next_cursor: of the next page; None where there is nothing more to show.
    first_position: how many products the pages before have shown.
    generation: id of the generation that answered.
    took_ms: the time each stage took.
    """

    items: tuple[FeedItem, ...]
    query_id: str
    next_cursor: str | None = None
    first_position: int = 0
    generation: str = ""
    took_ms: Mapping[str, float] = field(default_factory=dict)


def check_limit(limit: object) -> None:
    """Refuse a number of products that no page of a feed has; raises `InvalidQuery`."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= FEED_LIMIT_MAX:
        raise InvalidQuery(
            f"must be between 1 and {FEED_LIMIT_MAX}", field="limit", value=limit, remedy="Ask for the next page"
        )


def _check_name(name: str, place: str, *, needed: bool) -> None:
    if not name and not needed:
        return
    if not name.strip() or not name.isprintable():
        raise InvalidQuery(
            "must be a text of characters that can be seen",
            field=place,
            value=name,
            remedy="A random name does for a guest",
        )
    if len(name) > NAME_CHARS_MAX:
        raise InvalidQuery(f"is longer than {NAME_CHARS_MAX} characters", field=place, value=name)
