"""Several searches at once, each answered or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from core.errors import VitrineError
from core.hits import SearchAnswer
from core.queries import SearchQuery
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine

QUERIES_MAX = 32
# Queries that wait at the same time are embedded in one batch of the encoder.
_AT_ONCE = 8


def search_each(v: Vitrine, queries: Sequence[SearchQuery]) -> list[SearchAnswer | VitrineError]:
    """For each query its answer, or the error that `search` raises for it, in their order."""

    def answered(query: SearchQuery) -> SearchAnswer | VitrineError:
        try:
            return search(v, query)
        except VitrineError as error:
            return error

    if len(queries) < 2:
        return [answered(query) for query in queries]
    with ThreadPoolExecutor(min(_AT_ONCE, len(queries)), thread_name_prefix="vitrine-batch") as threads:
        return list(threads.map(answered, queries))
