"""What a search looks like on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from litestar.datastructures import UploadFile
from msgspec import UNSET, Meta, Struct, UnsetType

from core.examples import EXAMPLES_MAX
from core.facets import EDGES_MAX, FACET_FIELDS, FACETS_MAX, SEARCH_CHARS_MAX, VALUES, VALUES_MAX
from core.hits import SIGNALS, VARIANTS_SHOWN
from core.queries import AUTO, LIMIT_MAX, RELEVANCE, SORTS, TEXT_CHARS_MAX
from retrieval.search.batch import QUERIES_MAX

_FILTER = (
    "which products may be found: fields that all have to hold. A value means equals, a list any of them; or an object "
    "of eq, any_of, none_of, gt, gte, lt, lte, exists; `and`, `or` and `not` combine filters"
)
_IMAGES = (
    f"pictures to find the like of, at most {EXAMPLES_MAX}; together they count as one. `image` is short for one. "
    "Products among them are not among the hits"
)
_UNLIKE = (
    f"pictures that the hits shall not be like, at most {EXAMPLES_MAX}; they push away and find nothing by themselves. "
    "Products among them are not among the hits"
)
CROP = 'JSON: the part of the photo that counts, like {"left": 0.2, "top": 0, "width": 0.5, "height": 1}'
_WEIGHTS = "how much `text` and `image` count when both are given; 1 each when left out"
_UNAVAILABLE = "also find products that cannot be bought now"
_EXPLAIN = "add the signals of every hit"
_LIMIT = f"how many hits, 1 to {LIMIT_MAX:,}"
_TEXT = f"words, at most {TEXT_CHARS_MAX:,} characters"
_FACETS = (
    f"fields to count over all that was found, at most {FACETS_MAX}: {', '.join(FACET_FIELDS)} and attributes.NAME. A "
    "facet ignores the conditions of the filter that are about its own field alone"
)
_SORT = (
    f"one of {', '.join(SORTS)}; products without a price come last. Without anything to look for, relevance is newest"
)
CUTOFF = (
    "`auto` ends the hits where they are no longer relevant, which may leave none; `off` shows whatever is nearest; a "
    "number from 0 to 1 is the least relevance of a hit. Nothing is cut while the shop is too small or too new to tell"
)
COLLAPSE = (
    "products of one group_id take one place, that of the first of them, and carry the others as variants; and a "
    "product that is asked with stands for its whole group"
)
DIVERSITY = (
    "from 0, where relevance alone orders the hits, to 1, where each is as unlike those before it as can be; 0.3 is a "
    "good start"
)
USER = "the shopper who asks, in the words of events"
SESSION = "the shopper's visit, in the words of events; default: that of the latest event"
PERSONALIZE = (
    "from 0, where relevance alone orders the hits, to 1, where the shopper's taste alone orders what is relevant; "
    "needs `user_id`; default: as the settings say"
)
_CURSOR = "`next` of the answer before; everything else but limit and facets has to be as it was there"
_SIGNALS = "; ".join(f"{name}: {signal.meaning}" for name, signal in SIGNALS.items())


class CropBox(Struct, forbid_unknown_fields=True):
    """A part of a photo, in shares of its width and height as it stands upright; `{0, 0, 1, 1}` is all of it."""

    left: Annotated[float, Meta(description="where the part begins, from 0 to less than 1")]
    top: Annotated[float, Meta(description="the same, from above")]
    width: Annotated[float, Meta(description="of the part, above 0; it ends within the photo")]
    height: Annotated[float, Meta(description="of the part, above 0; it ends within the photo")]


class ImageSource(Struct, forbid_unknown_fields=True):
    """A picture to search by: `base64` or `product_id`."""

    base64: Annotated[str, Meta(description="the bytes of a photo, as base64 or as a data URI")] | None = None
    product_id: Annotated[str | int, Meta(description="a product whose own photos and words are used")] | None = None
    crop: (
        Annotated[CropBox, Meta(description="the part of the photo that counts; of a product, of its first photo")]
        | None
    ) = None
    weight: Annotated[float, Meta(description="how much it counts beside the other pictures; above 0")] = 1.0


class FacetOptions(Struct, forbid_unknown_fields=True):
    """One field to count, with options."""

    field: Annotated[str, Meta(description="the field")]
    limit: Annotated[int, Meta(description=f"how many values at most, or bins for numbers; 1 to {VALUES_MAX:,}")] = (
        VALUES
    )
    query: Annotated[
        str, Meta(description=f"only values that hold this text, in any case; at most {SEARCH_CHARS_MAX} characters")
    ] = ""
    edges: Annotated[
        list[float],
        Meta(
            description=f"rising numbers, at most {EDGES_MAX}: how many are below the first, between each two (the "
            "first of them counted in), and from the last on; empty: round ones",
            examples=[[25, 50, 100]],
        ),
    ] = []


class SearchRequest(Struct, forbid_unknown_fields=True):
    """What to look for: words, pictures, or both. With neither, filter, sort and facets browse all products."""

    text: Annotated[str, Meta(description=_TEXT)] | None = None
    image: ImageSource | None = None
    images: Annotated[list[ImageSource], Meta(description=_IMAGES)] | None = None
    unlike: Annotated[list[ImageSource], Meta(description=_UNLIKE)] | None = None
    weights: Annotated[dict[str, float], Meta(description=_WEIGHTS)] | None = None
    filter: Annotated[dict[str, Any], Meta(description=_FILTER)] | None = None
    limit: Annotated[int, Meta(description=_LIMIT)] = 20
    include_unavailable: Annotated[bool, Meta(description=_UNAVAILABLE)] = False
    explain: Annotated[bool, Meta(description=_EXPLAIN)] = False
    facets: Annotated[list[str | FacetOptions], Meta(description=_FACETS)] | None = None
    sort: Annotated[str, Meta(description=_SORT)] = RELEVANCE
    cursor: Annotated[str, Meta(description=_CURSOR)] | None = None
    cutoff: Annotated[str | float, Meta(description=CUTOFF)] = AUTO
    collapse: Annotated[bool, Meta(description=COLLAPSE)] = True
    diversity: Annotated[float, Meta(description=DIVERSITY)] = 0.0
    user_id: Annotated[str, Meta(description=USER)] = ""
    session_id: Annotated[str, Meta(description=SESSION)] = ""
    personalize: Annotated[float | None, Meta(description=PERSONALIZE)] = None


class ImageSearchForm(Struct, forbid_unknown_fields=True):
    """The same as form fields, with the photo as a file."""

    image: Annotated[UploadFile, Meta(description="the photo, as a file")]
    crop: Annotated[str, Meta(description=CROP)] = ""
    text: Annotated[str, Meta(description=_TEXT)] = ""
    weights: Annotated[str, Meta(description=f"JSON: {_WEIGHTS}")] = ""
    filter: Annotated[str, Meta(description=f"JSON: {_FILTER}")] = ""
    limit: Annotated[int, Meta(description=_LIMIT)] = 20
    include_unavailable: Annotated[bool, Meta(description=_UNAVAILABLE)] = False
    explain: Annotated[bool, Meta(description=_EXPLAIN)] = False
    facets: Annotated[str, Meta(description=f"JSON: {_FACETS}")] = ""
    sort: Annotated[str, Meta(description=_SORT)] = RELEVANCE
    cursor: Annotated[str, Meta(description=_CURSOR)] = ""
    cutoff: Annotated[str, Meta(description=CUTOFF)] = AUTO
    collapse: Annotated[bool, Meta(description=COLLAPSE)] = True
    diversity: Annotated[float, Meta(description=DIVERSITY)] = 0.0
    user_id: Annotated[str, Meta(description=USER)] = ""
    session_id: Annotated[str, Meta(description=SESSION)] = ""
    personalize: Annotated[float | None, Meta(description=PERSONALIZE)] = None


class BatchRequest(Struct, forbid_unknown_fields=True):
    """Several searches at once."""

    queries: Annotated[list[Any], Meta(description=f"at most {QUERIES_MAX}; each as the body of POST /v1/search")]


class FoundVariant(Struct):
    """Another product of a hit's group."""

    id: Annotated[str, Meta(description="of the product")]
    product: Annotated[dict[str, Any], Meta(description="as in a hit")]


class FoundVariants(Struct):
    """What was found of a hit's group besides the hit itself."""

    count: Annotated[int, Meta(description="how many products")]
    products: Annotated[
        list[FoundVariant], Meta(description=f"the first of them, at most {VARIANTS_SHOWN}, in the order of the hits")
    ]


class FoundProduct(Struct):
    """One hit."""

    id: Annotated[str, Meta(description="of the product")]
    score: Annotated[
        float, Meta(description="relevance, higher is better; comparable within one answer only, and 0 when browsing")
    ]
    product: Annotated[dict[str, Any], Meta(description="everything a result list shows, with the photos' addresses")]
    variants: Annotated[FoundVariants, Meta(description="only where there are any")] | UnsetType = UNSET
    signals: (
        Annotated[dict[str, float | None], Meta(description=f"only with explain; null is unknown. {_SIGNALS}")]
        | UnsetType
    ) = UNSET
    ranks: (
        Annotated[dict[str, int], Meta(description="only with explain; the place by each signal alone, from 1")]
        | UnsetType
    ) = UNSET
    rules: (
        Annotated[list[str], Meta(description="only with explain; ids of the rules that moved it, see /v1/rules")]
        | UnsetType
    ) = UNSET
    why: (
        Annotated[
            list[str],
            Meta(description="only with explain and user_id; what of it the shopper is known to like or dislike"),
        ]
        | UnsetType
    ) = UNSET
    contributions: (
        Annotated[
            dict[str, float],
            Meta(description="only with explain, where a ranker is in service; what each signal adds to its score"),
        ]
        | UnsetType
    ) = UNSET


class FoundValue(Struct):
    """One value of a facet."""

    value: Annotated[str | float | bool, Meta(description="as a filter takes it")]
    count: Annotated[int, Meta(description="how many products have it")]


class FoundKeywords(Struct, tag_field="kind", tag="keyword"):
    """A facet of texts or booleans."""

    values: Annotated[
        list[FoundValue], Meta(description="the most frequent first; then rarer ones that the filter names")
    ]
    more: Annotated[int, Meta(description="how many further values there are")]


class FoundBin(Struct, rename={"low": "from", "high": "to"}):
    """One bin of numbers."""

    low: Annotated[float | None, Meta(description="from here on; null below the first own edge")]
    high: Annotated[
        float | None,
        Meta(
            description="and below this; in the last bin of round edges, this as well; null from the last own edge on"
        ),
    ]
    count: Annotated[int, Meta(description="how many products have a number in between")]


class FoundNumbers(Struct, tag_field="kind", tag="number", rename={"low": "min", "high": "max"}):
    """A facet of numbers."""

    low: Annotated[float, Meta(description="the smallest number; null when no product has one")] | None
    high: Annotated[float, Meta(description="the largest")] | None
    count: Annotated[int, Meta(description="how many products have a number")]
    bins: Annotated[list[FoundBin], Meta(description="a histogram with round edges")]


class SearchResponse(Struct):
    """One page of the products found."""

    hits: Annotated[list[FoundProduct], Meta(description="in the order that was asked for")]
    query_id: Annotated[str, Meta(description="names this answer")]
    took_ms: Annotated[dict[str, float], Meta(description="how long each stage took, in milliseconds")]
    total: Annotated[int, Meta(description="how many places all pages have; facets count the same ones")]
    total_relation: Annotated[str, Meta(description="`exact`, or `at_least` where the search did not look further")]
    next: Annotated[str | None, Meta(description="cursor of the next page; null on the last")]
    facets: Annotated[dict[str, FoundKeywords | FoundNumbers], Meta(description="by field, as they were asked for")]
    did_you_mean: Annotated[str | None, Meta(description="the text with its typing errors corrected; else null")]
    searched_for: Annotated[
        str | None,
        Meta(description="what was searched for instead, as no product has what was typed; quotation marks prevent it"),
    ]
    rules: Annotated[list[str], Meta(description="only with explain; ids of the rules for this query")] | UnsetType = (
        UNSET
    )


class BatchedAnswer(Struct):
    """What became of one search of several: its answer, or why there is none."""

    status: Annotated[int, Meta(description="as if it had been sent alone; 200 is an answer")]
    answer: Annotated[SearchResponse, Meta(description="of POST /v1/search")] | UnsetType = UNSET
    problem: Annotated[dict[str, Any], Meta(description="a problem detail, as POST /v1/search has it")] | UnsetType = (
        UNSET
    )


class BatchResponse(Struct):
    """The answers to several searches."""

    answers: Annotated[list[BatchedAnswer], Meta(description="one for each query, in their order")]
    took_ms: Annotated[float, Meta(description="how long all of them took together, in milliseconds")]
