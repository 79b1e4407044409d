from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidQuery
from core.examples import Crop, Example
from core.facets import FacetRequest
from core.filters import parse_filter
from core.queries import CURSOR_CHARS_MAX, SearchQuery
from retrieval.columns.ordering import Place
from retrieval.search.cursors import RankPlace, read_cursor, write_cursor

QUERY = SearchQuery(text="blue shoe", filter=parse_filter({"brand": ["a", "b"], "created_at": {"gte": "2026-01-01"}}))
PLACE = RankPlace(20, ("a", "b/ß", "青"), "00ff")


def read(query: SearchQuery, cursor: str, generation_id: str = "g1") -> Any:
    return read_cursor(replace(query, cursor=cursor), generation_id)


@pytest.mark.parametrize(
    "place", [PLACE, Place(19.99, "青"), Place(-1e300, ""), Place(math.inf, "x" * 200), Place(-math.inf, "", 7)]
)
def test_a_cursor_says_where_the_page_has_ended(place: Place | RankPlace) -> None:
    cursor = write_cursor(QUERY, "g1", place)
    assert read(QUERY, cursor) == place
    assert len(cursor) <= CURSOR_CHARS_MAX
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_there_is_none_on_the_first_page() -> None:
    assert read_cursor(QUERY, "g1") is None


def test_how_much_is_shown_and_counted_may_change_between_pages() -> None:
    other = replace(QUERY, limit=3, explain=True, facets=(FacetRequest("brand"),))
    assert read(other, write_cursor(QUERY, "g1", PLACE)) == PLACE


@pytest.mark.parametrize(
    "change",
    [
        {"text": "blue shoes"},
        {"filter": None},
        {"filter": parse_filter({"brand": ["a"], "created_at": {"gte": "2026-01-01"}})},
        {"sort": "price"},
        {"include_unavailable": True},
        {"images": (Example(b"a photo"),)},
        {"images": (Example(product_id="p"),)},
        {"unlike": (Example(product_id="p"),)},
        {"weights": {"text": 0.5}},
    ],
    ids=str,
)
def test_a_cursor_of_another_query_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery, match="another query") as caught:
        read(replace(QUERY, **change), write_cursor(QUERY, "g1", PLACE))
    assert caught.value.field == "cursor"


def test_a_cursor_of_other_rules_is_refused() -> None:
    cursor = write_cursor(QUERY, "g1", PLACE, "these rules")
    assert read_cursor(replace(QUERY, cursor=cursor), "g1", "these rules") == PLACE
    for ruling in ("", "those rules"):
        with pytest.raises(InvalidQuery, match="the shop's rules have changed since"):
            read_cursor(replace(QUERY, cursor=cursor), "g1", ruling)


@pytest.mark.parametrize(
    "position", [[], [1], [1, "a"], [1, 2, 3], [1, None, "x"], ["a", "b", 1], [1.0, "b", 1e400], {}, 5]
)
def test_a_cursor_that_was_made_up_is_refused(position: Any) -> None:
    made_up = write_cursor(QUERY, "g1", PLACE)
    generation, digest, _ = json.loads(base64.urlsafe_b64decode(made_up + "==")[8:])
    body = json.dumps([generation, digest, position]).encode()
    whole = hashlib.blake2b(body, digest_size=8, person=b"vitrine cursor").digest() + body
    with pytest.raises(InvalidQuery, match="is no cursor"):
        read(QUERY, base64.urlsafe_b64encode(whole).decode().rstrip("="))


def test_a_cursor_of_an_older_generation_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="no longer serves"):
        read(QUERY, write_cursor(QUERY, "g0", PLACE))


@pytest.mark.parametrize(
    "change", [{"weight": 2.0}, {"crop": Crop(0, 0, 0.5, 1)}, {"photo": b"another photo"}, {"place": "image"}], ids=str
)
def test_a_cursor_belongs_to_its_examples_wherever_they_stand(change: dict[str, Any]) -> None:
    example = Example(b"a photo")
    cursor = write_cursor(replace(QUERY, images=(example,)), "g1", PLACE)
    other = replace(QUERY, images=(replace(example, **change),))
    if "place" in change:
        assert read(other, cursor) == PLACE
    else:
        with pytest.raises(InvalidQuery, match="another query"):
            read(other, cursor)


@given(st.text(min_size=1, max_size=200))
def test_whatever_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidQuery, match="is no cursor"):
        read(QUERY, text)


@given(st.data())
def test_a_damaged_cursor_is_refused(data: st.DataObject) -> None:
    whole = base64.urlsafe_b64decode(write_cursor(QUERY, "g1", PLACE) + "==")
    position = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytes([whole[position] ^ data.draw(st.integers(1, 255))])
    damaged = whole[:position] + flipped + whole[position + 1 :]
    with pytest.raises(InvalidQuery, match="is no cursor"):
        read(QUERY, base64.urlsafe_b64encode(damaged).decode().rstrip("="))
