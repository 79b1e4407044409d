"""Importing a file of events: streamed, in batches, with everything that was wrong reported by line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.readers import open_rows
from catalog.readers.records import Row
from core.errors import InvalidInput, InvalidSource
from core.events import EVENT_FIELDS, EVENT_TYPES
from core.jobs import Rejection
from retrieval.accepting import rejection
from retrieval.events import accept_events
from retrieval.wiring import Vitrine

# What one transaction keeps.
BATCH = 2_000
_REJECTIONS_KEPT = 1_000
_REQUIRED = ("user_id", "product_id", "created_at")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
# The first name that a file has is taken. Written without case, spaces and underscores.
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "eventid"),
    "user_id": ("userid", "user", "visitorid", "customerid", "shopperid", "clientid"),
    "session_id": ("sessionid", "session", "usersession", "visitid"),
    "type": ("type", "event", "eventtype", "action", "behavior", "behaviour"),
    "product_id": ("productid", "product", "itemid", "item", "articleid", "sku"),
    "created_at": ("createdat", "timestamp", "time", "datetime", "eventtime", "date", "tdat"),
    "query_id": ("queryid",),
    "position": ("position", "rank"),
    "value": ("value", "rating", "amount"),
}
# What other systems call the types, beside their own names.
_TYPES: Mapping[str, str] = {
    **{name: name for name in EVENT_TYPES},
    **dict.fromkeys(("pageview", "detail", "detailpageview", "pv", "viewitem", "productview"), "view"),
    **dict.fromkeys(("addtocart", "addcart", "basket", "addtobasket"), "cart"),
    **dict.fromkeys(("buy", "bought", "order", "transaction", "checkout", "sale"), "purchase"),
    **dict.fromkeys(("fav", "favorite", "favourite", "wishlist", "addtowishlist", "heart"), "like"),
}
# Columns of whole numbers of which some are missing come from pandas as floats. Above this, floats have lost digits.
_WHOLE = ("id", "user_id", "session_id", "query_id", "position")
_WHOLE_BELOW = 2.0**53
# Seconds since 1970 have ten digits until 2286, milliseconds have thirteen.
_MILLISECONDS_FROM = 1e11


@dataclass(frozen=True, slots=True)
class EventsImport:
    """What to import, and how.

    Attributes
    ----------
    mapping: event field to column; an empty column means that the field is left out.
    types: what the file calls a type of event, and which one it is.
    type: of all events of a file that has no column for it.
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    type: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class EventsProgress:
    """How far an import is; `position_bytes` of `size_bytes` of the file have been read.

    `rejections` are the first thousand, `latest_rejections` all of the batch that was taken last.
    """

    columns: Mapping[str, str]
    read: int = 0
    accepted: int = 0
    known: int = 0
    rejected: int = 0
    position_bytes: int = 0
    size_bytes: int = 0
    rejections: tuple[Rejection, ...] = ()
    latest_rejections: tuple[Rejection, ...] = ()


def import_events(v: Vitrine, request: EventsImport, report: Callable[[EventsProgress], None]) -> EventsProgress:
    """Take every event of a file in; they are stored for good when this returns.

    Once more changes nothing: events without an id are named by what they say.

    Parameters
    ----------
    report: called before the first batch and after every one.

    Raises
    ------
    InvalidInput: a type that there is not.
    InvalidSource: the file cannot be read at all, or has no column for a shopper, a product, a time, or a type.
    """
    types = {**_TYPES, **{_plain(name): _known_type(kind, "--type") for name, kind in request.types.items()}}
    always = None if request.type is None else _known_type(request.type, "--type")
    source = open_rows(request.path, request.encoding)
    try:
        columns = event_columns(source.columns, request.mapping, request.path.name, typed=always is not None)
        reading = _Reading(columns, types, always)
        progress = EventsProgress(columns, size_bytes=source.size_bytes)
        report(progress)
        now = datetime.now(UTC)
        for rows in _batches(source.rows()):
            progress = replace(_taken(v, progress, reading, rows, now), position_bytes=source.position_bytes)
            report(progress)
    finally:
        source.close()
    return progress


def event_columns(
    columns: Sequence[str], named: Mapping[str, str], file_name: str, *, typed: bool = False
) -> dict[str, str]:
    """Which column holds which field: named by the caller, or recognised by its name.

    Parameters
    ----------
    typed: the type need not be in the file.

    Raises
    ------
    InvalidSource: a field or column that there is not, or none for a field that is needed.
    """
    mapping: dict[str, str] = {}
    for name, column in named.items():
        if name not in EVENT_FIELDS:
            raise InvalidSource(
                "is no field of an event", field="--map", value=name, remedy=f"Fields: {', '.join(EVENT_FIELDS)}"
            )
        if column and column not in columns:
            near = difflib.get_close_matches(column, columns, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise InvalidSource(
                "there is no such column",
                field=f"--map {name}",
                value=column,
                remedy=f"{hint}The columns are: {', '.join(columns)}",
            )
        if column:
            mapping[name] = column
    free = {_plain(column): column for column in reversed(columns) if column not in mapping.values()}
    for name, known in _KNOWN.items():
        if name not in named:
            found = next((free.pop(plain) for plain in known if plain in free), None)
            mapping |= {} if found is None else {name: found}
    for name in (*_REQUIRED, *(() if typed else ("type",))):
        if name not in mapping:
            remedy = "; or name one type for all of them: --type like" if name == "type" else ""
            raise InvalidSource(
                f"has no column for {name}. Its columns are: {', '.join(columns)}",
                field=file_name,
                remedy=f"Name it: --map {name}=COLUMN{remedy}",
            )
    return mapping


@dataclass(frozen=True, slots=True)
class _Reading:
    """How rows become events."""

    columns: Mapping[str, str]
    types: Mapping[str, str]
    type: str | None

    def record(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """An event as `core.events.parse_event` takes it."""
        found = {name: row.get(column) for name, column in self.columns.items()}
        event = {name: value for name, value in found.items() if value not in (None, "")}
        event["created_at"] = _moment(event.get("created_at"))
        if self.type is not None:
            event["type"] = self.type
        elif "type" in event:
            event["type"] = self.types.get(_plain(str(event["type"])), event["type"])
        for name in ("position", "value"):
            if name in event:
                event[name] = _number(event[name])
        return {name: _whole(value) if name in _WHOLE else value for name, value in event.items()}


def _taken(
    v: Vitrine, progress: EventsProgress, reading: _Reading, rows: Sequence[Row], now: datetime
) -> EventsProgress:
    lines: list[int] = []
    records: list[dict[str, Any]] = []
    rejected = [rejection(row.line, "", row.error) for row in rows if row.error is not None]
    for row in rows:
        if row.values is not None:
            try:
                records.append(reading.record(row.values))
                lines.append(row.line)
            except InvalidInput as error:
                rejected.append(rejection(row.line, row.values.get(reading.columns["product_id"]), error))
    taken = accept_events(v, records, now)
    rejected += [replace(one, index=lines[one.index]) for one in taken.rejected]
    latest = tuple(sorted(rejected, key=lambda one: one.index))
    return replace(
        progress,
        read=progress.read + len(rows),
        accepted=progress.accepted + taken.accepted,
        known=progress.known + taken.known,
        rejected=progress.rejected + len(rejected),
        rejections=(progress.rejections + latest)[:_REJECTIONS_KEPT],
        latest_rejections=latest,
    )


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _plain(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", name.casefold())


def _known_type(kind: str, place: str) -> str:
    if kind not in EVENT_TYPES:
        raise InvalidInput("unknown type", field=place, value=kind, remedy=f"Types: {', '.join(EVENT_TYPES)}")
    return kind


def _moment(value: object) -> str:
    """A time as files have it: with a time zone, without one in UTC, or as seconds or milliseconds since 1970."""
    wrong = InvalidInput(
        "is no time", field="created_at", value=value, remedy="Write 2026-11-21T09:30:00Z, or seconds since 1970"
    )
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    try:
        if number is not None:
            return datetime.fromtimestamp(number / 1_000 if number >= _MILLISECONDS_FROM else number, UTC).isoformat()
        moment = datetime.fromisoformat(str(value).strip().removesuffix(" UTC"))
    except (ValueError, OverflowError, OSError) as error:
        raise wrong from error
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).isoformat()


def _whole(value: object) -> object:
    """A whole number where a float is one for certain; anything else as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_BELOW:
        return int(value)
    return value


def _number(value: object) -> object:
    """A number where a text is one; anything else is refused where it is checked."""
    if not isinstance(value, str):
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value
