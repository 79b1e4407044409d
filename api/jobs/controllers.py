"""Jobs over HTTP, once or as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import PathParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from api.encoding import to_json
from api.jobs.schemas import JobView
from api.operations import ApiOperation
from api.problems import problem_of
from api.requests import ApiRequest
from api.service import Service
from core.errors import VitrineError
from core.jobs import Job

_POLL_S = 0.25
_POLL_MAX_S = 2.0
_SLOWER = 1.25
# Proxies close connections on which nothing has been sent for half a minute or more.
_ALIVE_S = 15.0
JobId = Annotated[str, PathParameter(description="as `POST /v1/products` gave it")]


class JobController(Controller):
    """What became of a batch."""

    path = "/v1/jobs/{job_id:str}"
    tags = ("jobs",)

    @get(
        operation_id="getJob", operation_class=ApiOperation, summary="What became of a batch, and how far it is indexed"
    )
    async def show(self, request: ApiRequest, job_id: JobId) -> Response[JobView]:
        """Counts, the reasons of rejections, and progress."""
        service = request.service
        return await service.read(lambda: JobView.of(service.v.catalog.jobs.get(job_id)))

    @get(
        "/events",
        operation_id="followJob",
        operation_class=ApiOperation,
        summary="The same as a stream of server-sent events, until it is done",
        media_type="text/event-stream",
    )
    async def events(self, request: ApiRequest, job_id: JobId) -> ServerSentEvent:
        """Events `progress` with the job whenever it has moved, a last one `done`, or `error` with a problem.

        A stream that ends without either was cut off; follow the job anew."""
        service = request.service
        job = await _job(service, job_id)
        return ServerSentEvent(_followed(service, job))


async def _job(service: Service, job_id: str) -> Job:
    return await service.queries.run(lambda: service.v.catalog.jobs.get(job_id), service.deadline_s)


async def _followed(service: Service, job: Job) -> AsyncIterator[ServerSentEventMessage]:
    """The job's events. It asks less often the longer nothing moves, and says every while that it is alive."""
    sent: bytes = b""
    wait_s, silent_s = _POLL_S, 0.0
    while True:
        body = to_json(JobView.of(job))
        if body != sent:
            sent, wait_s, silent_s = body, _POLL_S, 0.0
            yield ServerSentEventMessage(body, event="done" if job.done else "progress")
        elif silent_s >= _ALIVE_S:
            silent_s = 0.0
            yield ServerSentEventMessage(data=None, comment="still here")
        if job.done or service.closing.is_set():
            return
        await asyncio.sleep(wait_s)
        silent_s += wait_s
        wait_s = min(wait_s * _SLOWER, _POLL_MAX_S)
        try:
            job = await _job(service, job.id)
        except VitrineError as error:
            yield ServerSentEventMessage(problem_of(error).body(), event="error")
            return
