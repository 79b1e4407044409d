"""Hits, and the named numbers they carry from retrieval to ranking, explanation, log and training."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.facets import Facet

EXACT = "exact"
AT_LEAST = "at_least"
# The signal that hits in the order of relevance have, and no others.
STANDING = "standing"
# How many variants of a hit come with it; the others are counted.
VARIANTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class SignalDescription:
    """What a signal says and between which numbers it lies; missing is NaN."""

    meaning: str
    low: float
    high: float


SIGNALS: Mapping[str, SignalDescription] = {
    "image": SignalDescription("cosine between the query and the product's mean photo vector", -1.0, 1.0),
    "text": SignalDescription("cosine between the query and the product's words", -1.0, 1.0),
    "away_image": SignalDescription("as `image`, of the query turned away from what was not wanted", -1.0, 1.0),
    "away_text": SignalDescription("as `text`, of the query turned away from what was not wanted", -1.0, 1.0),
    "fused": SignalDescription("cosine between the product and the other as wholes, photo and words in one", -1.0, 1.0),
    "away_fused": SignalDescription("as `fused`, of the product turned away from what was not wanted", -1.0, 1.0),
    "photos": SignalDescription(
        "cosine between the query and the product's nearest photo, if it has several", -1.0, 1.0
    ),
    "relevance": SignalDescription("how sure it is that the product is what was asked for", 0.0, 1.0),
    "lexical": SignalDescription("BM25 of the query's words in the product's words", 0.0, math.inf),
    "taste": SignalDescription("cosine between the product and the shopper's taste, long-term and of now", -1.0, 1.0),
    "taste_long": SignalDescription("cosine between the product and the shopper's long-term taste", -1.0, 1.0),
    "taste_session": SignalDescription("cosine between the product and what the visit is about", -1.0, 1.0),
    "dislike": SignalDescription("cosine between the product and the nearest that the shopper dislikes", -1.0, 1.0),
    "popularity": SignalDescription(
        "ln(1 + n), n being what shoppers did with the product, in views that fade by half in 14 days", 0.0, math.inf
    ),
    "brand_affinity": SignalDescription(
        "ln of how much oftener its brand is among what the shopper wants than is usual in their categories, less the "
        "same of what he does not want",
        -math.inf,
        math.inf,
    ),
    "category_affinity": SignalDescription("the same of its category", -math.inf, math.inf),
    "attribute_affinity": SignalDescription("the same of all its attributes, added up", -math.inf, math.inf),
    "price_affinity": SignalDescription(
        "the same of its price, as dear as it is for its category", -math.inf, math.inf
    ),
    "price_gap": SignalDescription("|ln(price / the middle of the prices that the shopper wants)|", 0.0, math.inf),
    STANDING: SignalDescription(
        "how its score stands among those of the first 200 hits, in standard deviations", -math.inf, math.inf
    ),
    "freshness": SignalDescription("1 for a product of today, half as much for every 30 days since", 0.0, 1.0),
    "interest": SignalDescription("cosine between the product and the nearest thing the shopper is after", -1.0, 1.0),
    "together": SignalDescription("how much others want it together with what the shopper wants", 0.0, 1.0),
    "shoppers": SignalDescription("how much those want it who want the same, by how alike they are", 0.0, math.inf),
    "foretold": SignalDescription(
        "how much what all shoppers want foretells that the shopper will want it, over the most foretold", 0.0, 1.0
    ),
    "fatigue": SignalDescription(
        "in how many visits the shopper was shown it of late without doing anything", 0.0, math.inf
    ),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One product found.

    Attributes
    ----------
    score: what hits are ordered by, higher is better; comparable within one answer only.
    signals: by name, as described in `SIGNALS`; NaN where a view has nothing for this product.
    product: the index's payload: everything a result list shows.
    variants: how many of the other products of its group were found, too, and took no place of their own.
    variant_products: payloads of the first of them, by id, in the order of the hits.
    ranks: by signal, its place among everything that was found if that alone decided; from 1, those with equal signals
        share one. Only of queries that want an explanation, and only of signals that the product has.
    rules: ids of the shop's rules that moved it: that which pinned it, or those that boost and bury it. Only of queries
        that want an explanation.
    contributions: by feature, what it adds to the ranker's score beyond the mean. Only where a ranker has ordered the
        hits, and only of queries that want an explanation.
    why: what of it the shopper who asks is known to like or dislike, in words. Only of queries that want an
        explanation.
    """

    product_id: str
    score: float
    signals: Mapping[str, float]
    product: Mapping[str, Any]
    ranks: Mapping[str, int] = field(default_factory=dict)
    variants: int = 0
    variant_products: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    contributions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """One page of hits, in the order that was asked for.

    Attributes
    ----------
    took_ms: the time each stage took.
    total: how many places the hits take, on this page and all others; a product whose variant has taken one takes none.
        Facets are counted over the same.
    total_relation: `exact`, or `at_least` where the search did not look further.
    next_cursor: of the next page; None on the last.
    facets: by field, in the order they were asked for.
    did_you_mean: the text with its typing errors corrected; None where there is none.
    searched_for: what was searched for instead, because no product has what was typed; None: what was typed.
    rules: ids of the shop's rules for this query, in order.
    first_position: how many places came before, on earlier pages.
    generation: id of the generation that answered. ranker: of the ranker that ordered the hits; empty: none.
    """

    hits: tuple[Hit, ...]
    query_id: str
    took_ms: Mapping[str, float] = field(default_factory=dict)
    total: int = 0
    total_relation: str = EXACT
    next_cursor: str | None = None
    facets: Mapping[str, Facet] = field(default_factory=dict)
    did_you_mean: str | None = None
    searched_for: str | None = None
    rules: tuple[str, ...] = ()
    first_position: int = 0
    generation: str = ""
    ranker: str = ""
