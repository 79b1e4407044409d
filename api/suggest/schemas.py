"""What suggestions look like on the wire."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from api.paths import photo_url
from retrieval.suggesting import ShownSuggestion, SuggestionAnswer


class SuggestionView(Struct):
    """One suggestion."""

    text: Annotated[str, Meta(description="what to search for, as the catalogue writes it")]
    kind: Annotated[
        str,
        Meta(description="category, brand, attribute, product (the title of one) or query (what others search for)"),
    ]
    field: Annotated[str | None, Meta(description="what to filter by instead, with the text as its value")]
    count: Annotated[int, Meta(description="how many products have it; of a query, how many shoppers asked it of late")]
    product_id: Annotated[str | None, Meta(description="one of them; null of a query")]
    photo: Annotated[str | None, Meta(description="address of that product's first photo; `&size=` makes it small")]

    @classmethod
    def of(cls, shown: ShownSuggestion) -> SuggestionView:
        """From what the use case found."""
        found = shown.suggestion
        photo = None if shown.photo_digest is None else photo_url(found.product_id, 0, shown.photo_digest)
        return cls(found.text, found.kind, found.field or None, found.count, found.product_id or None, photo)


class SuggestResponse(Struct):
    """What to offer for what has been typed so far."""

    suggestions: Annotated[list[SuggestionView], Meta(description="best first")]
    did_you_mean: Annotated[str | None, Meta(description="the text with its typing errors corrected; else null")]

    @classmethod
    def of(cls, answer: SuggestionAnswer) -> SuggestResponse:
        """From what the use case found."""
        return cls([SuggestionView.of(shown) for shown in answer.suggestions], answer.did_you_mean)
