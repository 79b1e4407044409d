"""What a feed has shown so far, as an opaque text that belongs to one shopper and filter.

It names every product that was shown, in three bytes each, and not a place in an order: so a later page is made of what
is known of the shopper by then, in whatever process and after whatever restart, and yet shows nothing twice. Of a
million products some fifty are taken for one of 900 that were shown, and left out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import InvalidQuery
from core.feeds import FeedQuery

_CHECK_BYTES = 8
_DIGEST_BYTES = 8
_SEED_BYTES = 4
_MARK_BYTES = 3
_REMEDY = "Ask for the first page again, without a cursor"


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown on the pages before.

    Attributes
    ----------
    seed: decides what is drawn by lot; the same on all pages.
    marks: of the products, see `mark_of`, in no order.
    """

    seed: int
    marks: frozenset[bytes] = frozenset()

    def __len__(self) -> int:
        return len(self.marks)

    def and_also(self, names: Iterable[str]) -> Shown:
        """These and then products by the names of their families."""
        return Shown(self.seed, self.marks.union(map(mark_of, names)))


def mark_of(name: str) -> bytes:
    """What a cursor keeps of a product: a hash of the name of its family."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_MARK_BYTES).digest()


def write_cursor(query: FeedQuery, shown: Shown) -> str:
    """The cursor of the page behind what was shown."""
    body = _digest(query) + shown.seed.to_bytes(_SEED_BYTES, "big") + b"".join(sorted(shown.marks))
    return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def read_cursor(query: FeedQuery) -> Shown | None:
    """What was shown before the page that is asked for; None before the first.

    Raises
    ------
    InvalidQuery: the cursor is damaged, or of another shopper or filter.
    """
    if query.cursor is None:
        return None
    try:
        whole = base64.urlsafe_b64decode(query.cursor.encode("ascii") + b"=" * (-len(query.cursor) % 4))
    except ValueError as error:
        raise _damaged(query.cursor) from error
    check, body = whole[:_CHECK_BYTES], whole[_CHECK_BYTES:]
    digest, rest = body[:_DIGEST_BYTES], body[_DIGEST_BYTES:]
    marks = rest[_SEED_BYTES:]
    if check != _check(body) or len(rest) < _SEED_BYTES or len(marks) % _MARK_BYTES:
        raise _damaged(query.cursor)
    if digest != _digest(query):
        raise InvalidQuery("is of another feed", field="cursor", value=query.cursor, remedy=_REMEDY)
    seed = int.from_bytes(rest[:_SEED_BYTES], "big")
    return Shown(seed, frozenset(marks[at : at + _MARK_BYTES] for at in range(0, len(marks), _MARK_BYTES)))


def _digest(query: FeedQuery) -> bytes:
    """Of whose feed it is, and of which products; the visit may go on in another session."""
    told = repr((query.user_id, query.filter)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=_DIGEST_BYTES).digest()


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECK_BYTES, person=b"vitrine feed").digest()


def _damaged(cursor: str) -> InvalidQuery:
    return InvalidQuery(
        "is no cursor", field="cursor", value=cursor, remedy="Send `next` of the page before, as it was"
    )
