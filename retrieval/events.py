"""Taking in what shoppers did: each event is kept or refused by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import InvalidInput
from core.events import Event, parse_event
from core.jobs import Rejection
from retrieval.accepting import rejection
from retrieval.wiring import Vitrine


@dataclass(frozen=True, slots=True)
class TakenEvents:
    """What became of a batch of events.

    Attributes
    ----------
    accepted: kept now. known: kept before, and not counted again.
    rejected: with their place in the batch.
    """

    accepted: int
    known: int
    rejected: tuple[Rejection, ...]


def accept_events(v: Vitrine, records: Sequence[object], now: datetime | None = None) -> TakenEvents:
    """Keep every event that can be.

    Parameters
    ----------
    now: the present moment; default: this machine's.

    Raises
    ------
    CatalogUnavailable: nothing was kept.
    """
    moment = now or datetime.now(UTC)
    checked: dict[int, Event] = {}
    rejected: list[Rejection] = []
    for i, record in enumerate(records):
        try:
            # Without times of their own they happened in the order they are told in.
            checked[i] = parse_event(record, moment + timedelta(microseconds=i))
        except InvalidInput as error:
            product_id = record.get("product_id") if isinstance(record, Mapping) else None
            rejected.append(rejection(i, product_id, error))
    unknown = v.catalog.events.unknown_products([event.product_id for event in checked.values()])
    for i in [i for i, event in checked.items() if event.product_id in unknown]:
        product_id = checked.pop(i).product_id
        stranger = InvalidInput("is no product of this shop", field="product_id", value=product_id)
        rejected.append(rejection(i, product_id, stranger))
    new = v.catalog.events.add(list(checked.values()))
    v.popularity.look_again()
    return TakenEvents(new, len(checked) - new, tuple(sorted(rejected, key=lambda one: one.index)))
