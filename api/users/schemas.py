"""What is known of a shopper, on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from api.search.answers import shown_product
from catalog.shoppers import ShopperRecords
from core.profiles import Affinity, PriceRange
from retrieval.taste.shoppers import SHOWN_MAX, Portrait

_SHARE = "a share, 0 to 1"


class ShownProduct(Struct):
    """One product."""

    id: Annotated[str, Meta(description="of the product")]
    product: Annotated[dict[str, Any], Meta(description="as in a hit of POST /v1/search")]

    @classmethod
    def of(cls, portrait: Portrait, product_id: str) -> ShownProduct:
        """One of those of a portrait."""
        return cls(product_id, shown_product(product_id, portrait.products[product_id]))


class InterestView(Struct):
    """One of several things that the shopper is after, told by the product in its middle."""

    id: Annotated[str, Meta(description="of that product")]
    product: Annotated[dict[str, Any], Meta(description="as in a hit of POST /v1/search")]
    weight: Annotated[float, Meta(description=f"of all that he wants; {_SHARE}")]
    products: Annotated[int, Meta(description="how many products it was made of")]


class AffinityView(Struct):
    """What the shopper likes or dislikes about products, in words."""

    field: Annotated[str, Meta(description="`brand`, `category`, or an attribute as `attributes.NAME`")]
    value: str
    score: Annotated[float, Meta(description="above 0: it speaks for a product; below: against it")]
    liked: Annotated[int, Meta(description="how many products with it were liked, looked at, or bought")]
    disliked: Annotated[int, Meta(description="how many products with it were disliked or hidden")]

    @classmethod
    def of(cls, affinity: Affinity) -> AffinityView:
        """From the profile's own value."""
        return cls(affinity.field, affinity.value, affinity.score, affinity.liked_products, affinity.disliked_products)


class PricesView(Struct):
    """What the products cost that the shopper wants."""

    low: Annotated[float, Meta(description="10 % of them, by weight, cost no more")]
    middle: Annotated[float, Meta(description="half of them")]
    high: Annotated[float, Meta(description="90 % of them")]

    @classmethod
    def of(cls, prices: PriceRange) -> PricesView:
        """From the profile's own value."""
        return cls(prices.low, prices.middle, prices.high)


class ProfileResponse(Struct):
    """What is known of a shopper, in words and pictures."""

    user_id: str
    events: Annotated[int, Meta(description="how many of the latest it was made of")]
    interests: Annotated[list[InterestView], Meta(description="the weightiest first")]
    likes: Annotated[list[AffinityView], Meta(description="the strongest first")]
    dislikes: Annotated[list[AffinityView], Meta(description="the strongest first")]
    prices: Annotated[PricesView | None, Meta(description="null where nothing that he wants has a price")]
    liked: Annotated[list[ShownProduct], Meta(description=f"the first {SHOWN_MAX}, the weightiest first")]
    disliked: Annotated[list[ShownProduct], Meta(description=f"the latest {SHOWN_MAX}, those that were hidden as well")]
    hidden: Annotated[list[str], Meta(description="ids of products that are never shown to him")]

    @classmethod
    def of(cls, portrait: Portrait) -> ProfileResponse:
        """From the use case's own value."""
        profile = portrait.profile
        interests = [
            InterestView(one.id, one.product, interest.weight, len(interest.members))
            for interest in portrait.shown_interests()
            for one in [ShownProduct.of(portrait, interest.product_id)]
        ]
        return cls(
            user_id=portrait.user_id,
            events=profile.events,
            interests=interests,
            likes=[AffinityView.of(one) for one in profile.affinities if one.score > 0],
            dislikes=[AffinityView.of(one) for one in profile.affinities if one.score < 0],
            prices=None if profile.prices is None else PricesView.of(profile.prices),
            liked=[ShownProduct.of(portrait, name) for name in portrait.shown(profile.liked)],
            disliked=[ShownProduct.of(portrait, name) for name in portrait.shown(profile.disliked_ids)],
            hidden=sorted(profile.hidden),
        )


class MergeRequest(Struct, forbid_unknown_fields=True):
    """Who the shopper was before he signed in."""

    guest_id: Annotated[str, Meta(description="the name under which his events were sent")]


class RecordsResponse(Struct):
    """How many records something was done with."""

    events: int
    impressions: Annotated[int, Meta(description="answers that were shown to him")]

    @classmethod
    def of(cls, records: ShopperRecords) -> RecordsResponse:
        """From the use case's own value."""
        return cls(records.events, records.impressions)
