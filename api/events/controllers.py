"""Events over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, post
from litestar.params import JSONBody

from api.events.schemas import EVENTS_MAX, AddedEvents, AddEvents
from api.operations import with_examples
from api.requests import ApiRequest, check_batch
from retrieval.events import accept_events

EVENTS: Mapping[str, Any] = {
    "a click on the second hit of a search, and a purchase": {
        "events": [
            {
                "id": "e-1",
                "user_id": "shopper-7",
                "session_id": "visit-3",
                "type": "click",
                "product_id": "sku-1",
                "query_id": "q-1",
                "position": 1,
            },
            {"id": "e-2", "user_id": "shopper-7", "type": "purchase", "product_id": "sku-1", "value": 39.9},
        ]
    }
}


class EventController(Controller):
    """What shoppers do with products: popularity, taste and feeds are made of it. The next search knows of it."""

    path = "/v1/events"
    tags = ("events",)

    @post(
        operation_id="addEvents",
        summary="Tell what shoppers did, up to 1,000 events",
        status_code=200,
        operation_class=with_examples(EVENTS),
    )
    async def add(self, request: ApiRequest, data: JSONBody[AddEvents]) -> Response[AddedEvents]:
        """Events may come late and in any order, and may be sent again when it is not certain that they arrived."""
        service = request.service

        def work() -> AddedEvents:
            check_batch(data.events, "events", EVENTS_MAX)
            return AddedEvents.of(accept_events(service.v, data.events))

        return await service.write(work)
