"""Going through the pages of a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.queries import SearchQuery
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine


def pages(v: Vitrine, query: SearchQuery) -> Iterator[list[str]]:
    """The ids of page by page; what happens between two of them is up to the caller."""
    while True:
        answer = search(v, query)
        yield [hit.product_id for hit in answer.hits]
        if answer.next_cursor is None:
            return
        query = replace(query, cursor=answer.next_cursor)
