"""What feeds look like on the wire."""

from __future__ import annotations

import math
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from api.search.answers import shown_product
from core.feeds import SOURCES, FeedAnswer, FeedItem
from core.hits import SIGNALS

_SOURCES = "; ".join(f"{name}: {meaning}" for name, meaning in SOURCES.items())
_SIGNALS = "; ".join(f"{name}: {signal.meaning}" for name, signal in SIGNALS.items())


class FeedReason(Struct):
    """Why a product is shown."""

    source: Annotated[str, Meta(description=_SOURCES)]
    text: Annotated[str, Meta(description="the same for the shopper, in English")]
    product_id: Annotated[str | None, Meta(description="the product that it is about; null: none")]


class FeedProduct(Struct):
    """One product of a feed."""

    id: Annotated[str, Meta(description="of the product")]
    product: Annotated[dict[str, Any], Meta(description="as in a hit of POST /v1/search")]
    reason: Annotated[FeedReason, Meta(description="only with explain")] | UnsetType = UNSET
    score: (
        Annotated[float, Meta(description="only with explain; what the order went by, within one page")] | UnsetType
    ) = UNSET
    propensity: (
        Annotated[float, Meta(description="only with explain; how likely it was to be drawn; 1 where no lot was")]
        | UnsetType
    ) = UNSET
    signals: (
        Annotated[dict[str, float | None], Meta(description=f"only with explain; null is unknown. {_SIGNALS}")]
        | UnsetType
    ) = UNSET

    @classmethod
    def of(cls, item: FeedItem, *, explain: bool) -> FeedProduct:
        """From the feed's own value."""
        hit = item.hit
        product = shown_product(hit.product_id, hit.product)
        if not explain:
            return cls(hit.product_id, product)
        reason = FeedReason(item.reason.source, item.reason.text, item.reason.product_id)
        signals = {name: value if math.isfinite(value) else None for name, value in hit.signals.items()}
        return cls(hit.product_id, product, reason, hit.score, item.propensity, signals)


class FeedResponse(Struct):
    """One page of a feed."""

    items: Annotated[list[FeedProduct], Meta(description="in the order to show them")]
    query_id: Annotated[str, Meta(description="names this page; send it with events, and the position from 0")]
    took_ms: Annotated[dict[str, float], Meta(description="how long each stage took, in milliseconds")]
    next: Annotated[str | None, Meta(description="cursor of the next page; null where nothing is left to show")]

    @classmethod
    def of(cls, answer: FeedAnswer, *, explain: bool) -> FeedResponse:
        """From the feed's own value."""
        items = [FeedProduct.of(item, explain=explain) for item in answer.items]
        return cls(items, answer.query_id, dict(answer.took_ms), answer.next_cursor)
