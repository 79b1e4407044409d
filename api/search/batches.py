"""Several searches in one request."""

from __future__ import annotations

import time
from typing import Any

from api.problems import problem_of
from api.requests import check_batch, converted
from api.search.answers import response_of
from api.search.reading import query_of
from api.search.schemas import BatchedAnswer, BatchRequest, BatchResponse, SearchRequest
from api.service import Service
from core.errors import VitrineError
from core.hits import SearchAnswer
from core.queries import SearchQuery
from retrieval.impressions import note_search
from retrieval.search.batch import QUERIES_MAX, search_each


def batch_answered(service: Service, data: BatchRequest) -> BatchResponse:
    """The answers to all searches of a request.

    Raises
    ------
    InvalidInput: there are too many.
    """
    check_batch(data.queries, "queries", QUERIES_MAX)
    start = time.perf_counter()
    read = [_read(value) for value in data.queries]
    found = iter(search_each(service.v, [query for query in read if isinstance(query, SearchQuery)]))
    answers = [
        _batched(service, next(found), query) if isinstance(query, SearchQuery) else _refused(query) for query in read
    ]
    return BatchResponse(answers, round((time.perf_counter() - start) * 1_000, 3))


def _read(value: Any) -> SearchQuery | VitrineError:
    try:
        return query_of(converted(value, SearchRequest))
    except VitrineError as error:
        return error


def _batched(service: Service, found: SearchAnswer | VitrineError, query: SearchQuery) -> BatchedAnswer:
    if isinstance(found, VitrineError):
        return _refused(found)
    note_search(service.v.impressions, query, found)
    service.metrics.search(found.took_ms)
    return BatchedAnswer(200, response_of(found, explain=query.explain))


def _refused(error: VitrineError) -> BatchedAnswer:
    problem = problem_of(error)
    return BatchedAnswer(problem.status, problem=problem.members())
