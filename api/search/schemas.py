"""What a search looks like on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from litestar.datastructures import UploadFile
from msgspec import UNSET, Meta, Struct, UnsetType

from core.hits import SIGNALS
from core.queries import LIMIT_MAX, TEXT_CHARS_MAX

_FILTER = (
    "which products may be found: fields that all have to hold. A value means equals, a list any of them; or an object "
    "of eq, any_of, none_of, gt, gte, lt, lte, exists; `and`, `or` and `not` combine filters"
)
_WEIGHTS = "how much `text` and `image` count when both are given; 1 each when left out"
_UNAVAILABLE = "also find products that cannot be bought now"
_EXPLAIN = "add the signals of every hit"
_LIMIT = f"how many hits, 1 to {LIMIT_MAX:,}"
_TEXT = f"words, at most {TEXT_CHARS_MAX:,} characters"
_SIGNALS = "; ".join(f"{name}: {signal.meaning}" for name, signal in SIGNALS.items())


class ImageSource(Struct, forbid_unknown_fields=True):
    """A picture to search by: one of the two."""

    base64: Annotated[str, Meta(description="the bytes of a photo, as base64 or as a data URI")] | None = None
    product_id: Annotated[str | int, Meta(description="a product whose own photos and words are used")] | None = None


class SearchRequest(Struct, forbid_unknown_fields=True):
    """What to look for: words, a picture, or both."""

    text: Annotated[str, Meta(description=_TEXT)] | None = None
    image: ImageSource | None = None
    weights: Annotated[dict[str, float], Meta(description=_WEIGHTS)] | None = None
    filter: Annotated[dict[str, Any], Meta(description=_FILTER)] | None = None
    limit: Annotated[int, Meta(description=_LIMIT)] = 20
    include_unavailable: Annotated[bool, Meta(description=_UNAVAILABLE)] = False
    explain: Annotated[bool, Meta(description=_EXPLAIN)] = False


class ImageSearchForm(Struct, forbid_unknown_fields=True):
    """The same as form fields, with the photo as a file."""

    image: Annotated[UploadFile, Meta(description="the photo, as a file")]
    text: Annotated[str, Meta(description=_TEXT)] = ""
    weights: Annotated[str, Meta(description=f"JSON: {_WEIGHTS}")] = ""
    filter: Annotated[str, Meta(description=f"JSON: {_FILTER}")] = ""
    limit: Annotated[int, Meta(description=_LIMIT)] = 20
    include_unavailable: Annotated[bool, Meta(description=_UNAVAILABLE)] = False
    explain: Annotated[bool, Meta(description=_EXPLAIN)] = False


class FoundProduct(Struct):
    """One hit."""

    id: Annotated[str, Meta(description="of the product")]
    score: Annotated[
        float, Meta(description="what hits are ordered by, higher is better; comparable within one answer only")
    ]
    product: Annotated[dict[str, Any], Meta(description="everything a result list shows, with the photos' addresses")]
    signals: (
        Annotated[dict[str, float | None], Meta(description=f"only with explain; null is unknown. {_SIGNALS}")]
        | UnsetType
    ) = UNSET


class SearchResponse(Struct):
    """The products found, best first."""

    hits: list[FoundProduct]
    query_id: Annotated[str, Meta(description="names this answer")]
    took_ms: Annotated[dict[str, float], Meta(description="how long each stage took, in milliseconds")]
