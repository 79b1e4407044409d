"""Where a page has ended, as an opaque text that belongs to one query over one generation.

A cursor carries no secret. Its check value only tells a cursor that was cut off or made up from a whole one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from core.errors import InvalidQuery
from core.examples import Example
from core.queries import SearchQuery
from retrieval.columns.ordering import Place

_CHECK_BYTES = 8
# More than any shop has; beyond it numpy could not compare it.
_SHOWN_MAX = 1 << 60
_REMEDY = "Ask for the first page again, without a cursor"


@dataclass(frozen=True, slots=True)
class RankPlace:
    """Where a page in the order of relevance has ended.

    Attributes
    ----------
    shown: how many products came before.
    last: the ids of the last few, the very last at the end.
    ranking: names the kept order that the page was cut from.
    """

    shown: int
    last: tuple[str, ...]
    ranking: str


def write_cursor(query: SearchQuery, generation_id: str, place: Place | RankPlace, ruling: str = "") -> str:
    """The cursor of the page that begins behind `place`.

    Parameters
    ----------
    ruling: the digest of the rules for this query.
    """
    if isinstance(place, Place):
        position: list[Any] = [place.key, place.product_id, place.shown]
    else:
        position = [place.shown, list(place.last), place.ranking]
    body = json.dumps([generation_id, query_digest(query, ruling), position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def read_cursor(query: SearchQuery, generation_id: str, ruling: str = "") -> Place | RankPlace | None:
    """Where the page that is asked for begins; None for the first.

    Parameters
    ----------
    ruling: as in `write_cursor`.

    Raises
    ------
    InvalidQuery: the cursor is damaged, of another query, of rules that have changed since, or of an index that no
        longer serves.
    """
    if query.cursor is None:
        return None
    generation, digest, place = _read(query.cursor)
    if digest != query_digest(query, ruling):
        raise InvalidQuery(
            "is of another query, or the shop's rules have changed since",
            field="cursor",
            value=query.cursor,
            remedy=_REMEDY,
        )
    if generation != generation_id:
        raise InvalidQuery("is of an index that no longer serves", field="cursor", value=query.cursor, remedy=_REMEDY)
    return place


def _read(cursor: str) -> tuple[str, str, Place | RankPlace]:
    try:
        whole = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, body = whole[:_CHECK_BYTES], whole[_CHECK_BYTES:]
        if check == _check(body):
            generation, digest, position = json.loads(body)
            return str(generation), str(digest), _place(position)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise _damaged(cursor) from error
    raise _damaged(cursor)


def _place(position: list[Any]) -> Place | RankPlace:
    first, second, third = position
    if isinstance(second, str):
        return Place(float(first), second, min(max(0, int(third)), _SHOWN_MAX))
    return RankPlace(max(0, int(first)), tuple(str(product_id) for product_id in second), str(third))


def _damaged(cursor: str) -> InvalidQuery:
    return InvalidQuery(
        "is no cursor", field="cursor", value=cursor, remedy="Send `next` of the answer before, as it was"
    )


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECK_BYTES, person=b"vitrine cursor").digest()


def query_digest(query: SearchQuery, ruling: str = "") -> str:
    """Of all that decides what is found and in which order; how much is shown and counted of it may change."""
    parts = (
        query.text,
        [_told(example) for example in query.images],
        [_told(example) for example in query.unlike],
        sorted((name, float(weight)) for name, weight in query.weights.items()),
        query.filter,
        query.include_unavailable,
        query.sort,
        query.cutoff if isinstance(query.cutoff, str) else float(query.cutoff),
        query.collapse,
        float(query.diversity),
        query.user_id,
        None if query.personalize is None else float(query.personalize),
        ruling,
    )
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=_CHECK_BYTES).hexdigest()


def _told(example: Example) -> tuple[object, ...]:
    photo = None if example.photo is None else hashlib.sha256(example.photo).hexdigest()
    return photo, example.product_id, example.crop, float(example.weight)
