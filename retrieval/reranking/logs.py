"""What a ranker learns from: the shop's own log, or that of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import InvalidInput, InvalidSource
from core.events import Event, parse_event
from core.generations import Generation
from core.impressions import SEARCH, Impression, shown_text
from core.vectors import FloatArray
from ranking.shown import Shown, shown_of
from retrieval.reranking.folders import encoders_of
from retrieval.wiring import Vitrine

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Log:
    """Pages of searches with what was done, and the acts themselves."""

    shown: Shown
    events: tuple[Event, ...]


def shop_log(v: Vitrine, generation: Generation, since: datetime = _LONG_AGO) -> Log:
    """Searches of this shop that an index with the same encoders has answered.

    Raises
    ------
    CatalogUnavailable
    """
    v.impressions.flush()
    encoders = encoders_of(generation)
    alike = {one.id for one in v.catalog.generations.all() if encoders_of(one) == encoders}
    pages = [page for page in v.catalog.impressions.since(since) if page.surface == SEARCH and page.generation in alike]
    events = tuple(v.catalog.impressions.acts(since))
    return Log(shown_of(pages, events), events)


def file_log(path: Path) -> Log:
    """Searches of a JSONL file, one page in a line.

    A line has `query_id`, `shown_at`, `items` (product ids from the top) and `signals` (by name a list of numbers, null
    where a product has none), and if known `user_id`, `session_id`, `text`, `first_position`, and `acts`: events on
    its products without their `query_id`.

    Raises
    ------
    InvalidSource: the file cannot be read, or a line is not of that form; says which and why.
    """
    pages: list[Impression] = []
    events: list[Event] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    page, acts = _read(line, f"{path}:{number}")
                    pages.append(page)
                    events += acts
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSource(f"cannot be read: {error}", field=str(path), remedy="Name a JSONL file") from error
    return Log(shown_of(pages, events), tuple(events))


def _read(line: str, place: str) -> tuple[Impression, list[Event]]:
    try:
        return _page(json.loads(line))
    except InvalidInput as error:
        raise InvalidSource(error.reason, field=f"{place}: {error.field}", value=error.value) from error
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidSource(f"is no page: {type(error).__name__}: {error}", field=place) from error


def _page(record: Mapping[str, Any]) -> tuple[Impression, list[Event]]:
    shown_at = datetime.fromisoformat(record["shown_at"])
    if shown_at.tzinfo is None:
        raise InvalidInput("must be a moment with a time zone", field="shown_at", value=record["shown_at"])
    items = tuple(str(item) for item in record["items"])
    page = Impression(
        query_id=str(record["query_id"]),
        user_id=str(record.get("user_id", "")),
        session_id=str(record.get("session_id", "")),
        shown_at=shown_at,
        items=items,
        signals={str(name): _signal(values, len(items), name) for name, values in record["signals"].items()},
        first_position=int(record.get("first_position", 0)),
        text=shown_text(str(record.get("text", ""))),
    )
    return page, list(_acts(record.get("acts", ()), page))


def _signal(values: Sequence[float | None], count: int, name: str) -> FloatArray:
    numbers: FloatArray = np.array([np.nan if value is None else value for value in values], dtype=np.float32)
    if numbers.shape != (count,):
        raise InvalidInput(f"must have a number for each of {count} items", field=f"signals.{name}", value=len(values))
    return numbers


def _acts(records: Sequence[Mapping[str, Any]], page: Impression) -> Iterator[Event]:
    for record in records:
        # Whoever acts on a page without a name is somebody all the same.
        whole = {"user_id": page.user_id or page.query_id, "created_at": page.shown_at.isoformat(), **record}
        yield parse_event({**whole, "query_id": page.query_id}, datetime.now(UTC))
