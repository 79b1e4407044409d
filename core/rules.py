"""Merchandising rules: what a shop wants shown first, later, not at all, or alone, for some queries or all; checked.

    {
      "name": "Summer sale",
      "when": {"words": "summer dress"},                            or {"query": ...}, {"category": ...}, "always"
      "valid_from": "2026-06-01T00:00:00Z", "valid_until": "2026-09-01T00:00:00Z",
      "enabled": true,
      "pin": {"15970": 1, "15971": 3},                              product to place, from 1
      "boost": [{"filter": {"brand": "Acme"}, "factor": 2}],
      "bury": [{"filter": {"attributes.season": "Winter"}, "factor": 0.5}],
      "hide": {"id": ["15980", "15981"]},
      "filter": {"price": {"gt": 0}}
    }

What the actions do is described in `docs/rules.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.errors import InvalidFilter, InvalidInput, InvalidProduct
from core.filters import Filter, parse_filter
from core.incoming import parse_product_id
from core.numbers import is_finite_number
from core.products import rfc3339

ID_CHARS_MAX = 100
# What a rule is called that is only tried; none is kept under that name.
PREVIEW = "preview"
NAME_CHARS_MAX = 200
TEXT_CHARS_MAX = 200
PINS_MAX = 100
POSITION_MAX = 1_000
WEIGHINGS_MAX = 20
FACTOR_MAX, FACTOR_MIN = 100.0, 0.01
BODY_BYTES_MAX = 256 * 1024

WORDS, QUERY, CATEGORY, ALWAYS = "words", "query", "category", "always"
_KINDS = (WORDS, QUERY, CATEGORY)
_KEYS = ("name", "when", "valid_from", "valid_until", "enabled", "pin", "boost", "bury", "hide", "filter")
_WHEN_REMEDY = 'Write {"words": "summer dress"}, {"query": "dress"}, {"category": "Dresses"}, or "always"'


@dataclass(frozen=True, slots=True)
class When:
    """Which queries a rule is for.

    Attributes
    ----------
    kind: `words`, all of them occur in the query; `query`, it has these words and no others; `category`, its filter
        asks for that category alone; `always`.
    text: the words or the category; empty for `always`.

    Raises
    ------
    InvalidInput: an unknown kind, or a text that is blank or longer than 200 characters.
    """

    kind: str
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind == ALWAYS and not self.text:
            return
        if self.kind not in _KINDS:
            raise InvalidInput("unknown condition", field="when", value=self.kind, remedy=_WHEN_REMEDY)
        text = self.text if self.kind == CATEGORY else " ".join(self.text.split())
        if not text.strip() or len(text) > TEXT_CHARS_MAX:
            raise InvalidInput(
                f"must be a text of 1 to {TEXT_CHARS_MAX} characters", field=f"when.{self.kind}", value=self.text
            )
        object.__setattr__(self, "text", text)

    def written(self) -> str | dict[str, str]:
        """As JSON says it."""
        return ALWAYS if self.kind == ALWAYS else {self.kind: self.text}


@dataclass(frozen=True, slots=True)
class Pin:
    """A product and its place among the hits, from 1 to 1,000.

    Raises
    ------
    InvalidInput: another place.
    """

    product_id: str
    position: int

    def __post_init__(self) -> None:
        position: object = self.position
        if isinstance(position, bool) or not isinstance(position, int) or not 1 <= position <= POSITION_MAX:
            raise InvalidInput(
                f"must be a place from 1 to {POSITION_MAX:,}", field=f"pin.{self.product_id}", value=position
            )


@dataclass(frozen=True, slots=True)
class Where:
    """A filter as it was written, and as it is meant.

    Raises
    ------
    InvalidFilter: it is none, or is empty.
    """

    written: Mapping[str, Any]
    filter: Filter = field(init=False, compare=False)

    def __post_init__(self) -> None:
        if not self.written:
            raise InvalidFilter("is empty", field="filter", remedy='Write {"brand": "Acme"}')
        object.__setattr__(self, "filter", parse_filter(self.written))


@dataclass(frozen=True, slots=True)
class Weighing:
    """Which products count more or less.

    Attributes
    ----------
    factor: above 1 they come earlier, below 1 later; from 0.01 to 100.
    """

    where: Where
    factor: float


@dataclass(frozen=True, slots=True)
class Actions:
    """What a rule does.

    Attributes
    ----------
    pins: in order of their places, each product once.
    boosts, buries: with factors above and below 1.
    hide: no product that fulfils it is found. only: no other is.

    Raises
    ------
    InvalidInput: nothing at all, or too much of it.
    """

    pins: tuple[Pin, ...] = ()
    boosts: tuple[Weighing, ...] = ()
    buries: tuple[Weighing, ...] = ()
    hide: Where | None = None
    only: Where | None = None

    def __post_init__(self) -> None:
        if not (self.pins or self.boosts or self.buries or self.hide or self.only):
            raise InvalidInput("does nothing", field="rule", remedy="Give it a pin, boost, bury, hide or filter")
        for name, count, most in (
            ("pin", len(self.pins), PINS_MAX),
            ("boost", len(self.boosts), WEIGHINGS_MAX),
            ("bury", len(self.buries), WEIGHINGS_MAX),
        ):
            if count > most:
                raise InvalidInput(f"are more than {most}", field=name, value=count, remedy="Make several rules")

    def filters(self) -> dict[str, Where]:
        """All filters by where they stand: `boost[0].filter`, `hide`."""
        found = {f"boost[{i}].filter": weighing.where for i, weighing in enumerate(self.boosts)}
        found |= {f"bury[{i}].filter": weighing.where for i, weighing in enumerate(self.buries)}
        return found | {name: where for name, where in (("hide", self.hide), ("filter", self.only)) if where}

    def written(self) -> dict[str, Any]:
        """As JSON says it, without what is not there."""
        weighed = {
            name: [{"filter": dict(one.where.written), "factor": one.factor} for one in weighings]
            for name, weighings in (("boost", self.boosts), ("bury", self.buries))
            if weighings
        }
        filters = {name: dict(where.written) for name, where in (("hide", self.hide), ("filter", self.only)) if where}
        pins = {"pin": {pin.product_id: pin.position for pin in self.pins}} if self.pins else {}
        return pins | weighed | filters


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a shop.

    Attributes
    ----------
    id: names it; 1 to 100 characters that can be seen.
    name: for people, at most 200 characters.
    valid_from, valid_until: it counts from the first moment on and before the second; None is without end.
    enabled: False keeps it without effect.

    Raises
    ------
    InvalidInput: an id or name that cannot be, or an end that is not after the beginning.
    """

    id: str
    when: When
    actions: Actions
    name: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    enabled: bool = True

    def __post_init__(self) -> None:
        unseen = not self.id or not self.id.isprintable() or self.id != self.id.strip()
        if unseen or len(self.id) > ID_CHARS_MAX:
            raise InvalidInput(f"must be 1 to {ID_CHARS_MAX} characters that can be seen", field="id", value=self.id)
        if len(self.name) > NAME_CHARS_MAX or not self.name.isprintable():
            raise InvalidInput(
                f"must be at most {NAME_CHARS_MAX} characters that can be seen", field="name", value=self.name
            )
        if self.valid_from is not None and self.valid_until is not None and self.valid_until <= self.valid_from:
            raise InvalidInput(
                f"is not after valid_from, {rfc3339(self.valid_from)}",
                field="valid_until",
                value=rfc3339(self.valid_until),
            )

    def counts_at(self, moment: datetime) -> bool:
        """Whether it is enabled and within its dates."""
        begun = self.valid_from is None or self.valid_from <= moment
        return self.enabled and begun and (self.valid_until is None or moment < self.valid_until)

    def body(self) -> dict[str, Any]:
        """All but the id, as JSON says it; `rule_of` reads it."""
        return {
            "name": self.name,
            "when": self.when.written(),
            "valid_from": None if self.valid_from is None else rfc3339(self.valid_from),
            "valid_until": None if self.valid_until is None else rfc3339(self.valid_until),
            "enabled": self.enabled,
            **self.actions.written(),
        }


def rule_of(rule_id: str, body: object) -> Rule:
    """Read a rule from JSON-like data, in the form of this module.

    Raises
    ------
    InvalidInput: another shape, an unknown key or condition, no action, or a value that cannot be; names the field.
    """
    if not isinstance(body, Mapping):
        raise InvalidInput("must be an object", field="rule", value=body)
    unknown = sorted(str(key) for key in body if key not in _KEYS)
    if unknown:
        raise InvalidInput("unknown field", field=unknown[0], remedy=f"Fields: {', '.join(_KEYS)}")
    _check_size(body)
    name, enabled = body.get("name", ""), body.get("enabled", True)
    if not isinstance(name, str):
        raise InvalidInput("must be a text", field="name", value=name)
    if not isinstance(enabled, bool):
        raise InvalidInput("must be true or false", field="enabled", value=enabled)
    when = _when(body)
    actions = Actions(
        _pins(body.get("pin")),
        _weighings(body, "boost", 2.0),
        _weighings(body, "bury", 0.5),
        _where(body, "hide"),
        _where(body, "filter"),
    )
    return Rule(rule_id, when, actions, name, _moment(body, "valid_from"), _moment(body, "valid_until"), enabled)


def _check_size(body: Mapping[str, Any]) -> None:
    try:
        size = len(json.dumps(body, ensure_ascii=False, default=str).encode())
    except (UnicodeEncodeError, RecursionError, ValueError) as error:
        raise InvalidInput("is no valid Unicode, or nested too deeply", field="rule") from error
    if size > BODY_BYTES_MAX:
        raise InvalidInput(
            f"is larger than {BODY_BYTES_MAX // 1024} KiB", field="rule", value=size, remedy="Make several rules"
        )


def _when(body: Mapping[str, Any]) -> When:
    value = body.get("when")
    if value == ALWAYS:
        return When(ALWAYS)
    if not isinstance(value, Mapping) or len(value) != 1:
        raise InvalidInput(
            "is missing" if value is None else "must be one condition", field="when", value=value, remedy=_WHEN_REMEDY
        )
    ((kind, text),) = value.items()
    if kind in _KINDS and not isinstance(text, str):
        raise InvalidInput("must be a text", field=f"when.{kind}", value=text)
    return When(str(kind), str(text))


def _pins(value: object) -> tuple[Pin, ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise InvalidInput(
            "must be an object of products and their places", field="pin", value=value, remedy='Write {"15970": 1}'
        )
    pins: dict[str, Pin] = {}
    for written, place in value.items():
        try:
            product_id = parse_product_id(written)
        except InvalidProduct as error:
            raise InvalidInput("names no product", field="pin", value=written, remedy=error.remedy) from error
        if product_id in pins:
            raise InvalidInput("comes twice", field=f"pin.{product_id}", value=place)
        pins[product_id] = Pin(product_id, place)
    return tuple(sorted(pins.values(), key=lambda pin: pin.position))


def _weighings(body: Mapping[str, Any], name: str, usual: float) -> tuple[Weighing, ...]:
    value = body.get(name)
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidInput(
            "must be a list", field=name, value=value, remedy=f'Write [{{"filter": {{...}}, "factor": {usual:g}}}]'
        )
    return tuple(_weighing(item, f"{name}[{i}]", usual) for i, item in enumerate(value))


def _weighing(item: object, where: str, usual: float) -> Weighing:
    if not isinstance(item, Mapping):
        raise InvalidInput("must be an object", field=where, value=item)
    unknown = sorted(str(key) for key in item if key not in ("filter", "factor"))
    if unknown:
        raise InvalidInput("unknown field", field=f"{where}.{unknown[0]}", remedy="Fields: filter, factor")
    factor = item.get("factor", usual)
    low, high = (1.0, FACTOR_MAX) if usual > 1 else (FACTOR_MIN, 1.0)
    if not is_finite_number(factor) or not low <= factor <= high or factor == 1:
        bounds = f"above 1, at most {high:g}" if usual > 1 else f"below 1, at least {low:g}"
        raise InvalidInput(f"must be {bounds}", field=f"{where}.factor", value=factor)
    return Weighing(_filter(item.get("filter", {}), f"{where}.filter"), float(factor))


def _where(body: Mapping[str, Any], name: str) -> Where | None:
    value = body.get(name)
    return None if value is None else _filter(value, name)


def _filter(value: Any, name: str) -> Where:
    try:
        return Where(value)
    except InvalidFilter as error:
        raise standing_at(error, name) from error


def standing_at(error: InvalidFilter, name: str) -> InvalidFilter:
    """The same error, of a filter that stands at `name`."""
    where = name + error.field.removeprefix("filter")
    return InvalidFilter(error.reason, field=where, value=error.value, remedy=error.remedy)


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("must be a moment", field=name, value=value, remedy="Write 2026-11-27T00:00:00Z")
