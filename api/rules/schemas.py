"""What merchandising rules look like on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from api.encoding import to_json
from api.search.answers import response_of
from api.search.schemas import SearchRequest, SearchResponse
from core.rules import (
    FACTOR_MAX,
    FACTOR_MIN,
    ID_CHARS_MAX,
    NAME_CHARS_MAX,
    PINS_MAX,
    POSITION_MAX,
    PREVIEW,
    Rule,
    rule_of,
)
from retrieval.previewing import Move, Preview

_WHEN = "which queries it is for: `always`, or one of the three conditions"
_FILTER = "as in POST /v1/search"
_PIN = (
    f"product ids and their places from 1 to {POSITION_MAX:,}, at most {PINS_MAX}; one that was not found is fetched, "
    "if it is available and fulfils the query's filter. Orders other than relevance have no places of their own"
)
_BOOST = f"what comes earlier; `factor` is above 1 and at most {FACTOR_MAX:g}, 2 when left out"
_BURY = f"what comes later; `factor` is below 1 and at least {FACTOR_MIN:g}, 0.5 when left out"
_HIDE = f"what is not found, a filter {_FILTER}"
_ONLY = f"what alone is found, a filter {_FILTER}"
_ID = f"names the rule, 1 to {ID_CHARS_MAX} characters"


class WhenBody(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One condition."""

    words: Annotated[str, Meta(description="all of them occur in the query, in any order and inflection")] | None = None
    query: Annotated[str, Meta(description="the query has these words and no others")] | None = None
    category: Annotated[str, Meta(description="the query's filter asks for this category alone")] | None = None


class WeighingBody(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which products count more or less."""

    filter: Annotated[dict[str, Any], Meta(description=_FILTER)]
    factor: Annotated[float, Meta(description="how much more or less")] | None = None


class RuleBody(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What one rule says; it needs one action at least."""

    when: Annotated[str | WhenBody, Meta(description=_WHEN)]
    name: Annotated[str, Meta(description=f"for people, at most {NAME_CHARS_MAX} characters")] = ""
    valid_from: Annotated[str, Meta(description="it counts from this moment on, RFC 3339")] | None = None
    valid_until: Annotated[str, Meta(description="and before this one")] | None = None
    enabled: Annotated[bool, Meta(description="false keeps it without effect")] = True
    pin: Annotated[dict[str, int], Meta(description=_PIN)] | None = None
    boost: Annotated[list[WeighingBody], Meta(description=_BOOST)] | None = None
    bury: Annotated[list[WeighingBody], Meta(description=_BURY)] | None = None
    hide: Annotated[dict[str, Any], Meta(description=_HIDE)] | None = None
    filter: Annotated[dict[str, Any], Meta(description=_ONLY)] | None = None

    def rule(self, rule_id: str) -> Rule:
        """As the rule of that name.

        Raises
        ------
        InvalidInput: see `rule_of`.
        """
        return rule_of(rule_id, msgspec.json.decode(to_json(self)))


class RuleView(RuleBody, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule with its name."""

    id: Annotated[str, Meta(description=_ID)]

    @classmethod
    def of(cls, rule: Rule) -> RuleView:
        """From the rule."""
        return msgspec.convert({"id": rule.id, **rule.body()}, cls)


class RuleList(Struct):
    """All rules of the shop."""

    rules: list[RuleView]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> RuleList:
        """From the rules."""
        return cls([RuleView.of(rule) for rule in rules])


class PreviewRequest(Struct, forbid_unknown_fields=True):
    """A search, and a rule that need not be kept."""

    query: Annotated[SearchRequest, Meta(description="as in POST /v1/search; always its first page, with explain")]
    rule: Annotated[RuleBody, Meta(description="counts as if it were enabled and within its dates")]
    id: Annotated[str, Meta(description="the kept rule that it would replace, which then does not count")] = PREVIEW


class MoveView(Struct):
    """A product that came, went or moved."""

    id: Annotated[str, Meta(description="of the product")]
    before: Annotated[int | None, Meta(description="its place on the page without the rule, from 1; null: it came")]
    after: Annotated[int | None, Meta(description="its place with the rule; null: it went from this page")]

    @classmethod
    def of(cls, move: Move) -> MoveView:
        """From the move."""
        return cls(move.product_id, move.before, move.after)


class PreviewResponse(Struct):
    """The search without and with the rule."""

    applies: Annotated[bool, Meta(description="whether the rule is for this query at all")]
    before: Annotated[SearchResponse, Meta(description="without the rule")]
    after: Annotated[SearchResponse, Meta(description="with it")]
    moves: Annotated[list[MoveView], Meta(description="in the order after; then what went")]

    @classmethod
    def of(cls, shown: Preview) -> PreviewResponse:
        """From the preview."""
        return cls(
            shown.applies,
            response_of(shown.before, explain=True),
            response_of(shown.after, explain=True),
            [MoveView.of(move) for move in shown.moves],
        )
