"""Health and metrics over HTTP."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get
from msgspec import Meta, Struct

from api.health.readiness import PartState
from api.metrics import MEDIA_TYPE
from api.operations import ApiOperation, OpenOperation
from api.requests import ApiRequest
from core.errors import DeadlineExceeded

_READY_DEADLINE_S = 3.0


class Health(Struct):
    """Whether the service can do its work."""

    status: Annotated[str, Meta(description="`alive`, `ready` or `not ready`")]
    missing: Annotated[dict[str, str], Meta(description="by part, what it lacks")] = {}


class HealthController(Controller):
    """For whatever watches the service; these two need no key."""

    path = "/health"
    tags = ("health",)

    @get("/live", operation_id="live", operation_class=OpenOperation, summary="Whether the process answers at all")
    async def live(self) -> Health:
        """Always 200; asks no other part."""
        return Health("alive")

    @get("/ready", operation_id="ready", operation_class=OpenOperation, summary="Whether searches can be answered")
    async def ready(self, request: ApiRequest) -> Response[Health]:
        """200, or 503 with what is missing: the catalogue, the vector store, the encoders."""
        service = request.service
        try:
            parts = await service.health.run(service.readiness.parts, _READY_DEADLINE_S)
        except DeadlineExceeded:
            parts = [PartState("service", f"did not say within {_READY_DEADLINE_S:g} s")]
        missing = {part.name: part.missing for part in parts if part.missing}
        if missing:
            return Response(Health("not ready", missing), status_code=503, headers={"Retry-After": "1"})
        return Response(Health("ready"))


class MetricsController(Controller):
    """For Prometheus."""

    path = "/metrics"
    tags = ("health",)

    @get(
        operation_id="metrics",
        operation_class=ApiOperation,
        summary="Metrics in Prometheus' text format",
        media_type=MEDIA_TYPE,
    )
    async def metrics(self, request: ApiRequest) -> Response[bytes]:
        """Requests by route, stages of searches, and products by the state of their index."""
        service = request.service
        body = await service.health.run(service.metrics.render, service.deadline_s)
        return Response(body, media_type=MEDIA_TYPE)
