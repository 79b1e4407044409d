"""What is known of a shopper: shown in words and pictures, given to another name, or erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.shoppers import ShopperRecords
from core.errors import InvalidInput
from core.events import parse_name
from core.profiles import Interest, Profile
from retrieval.search.finding import payloads_of
from retrieval.taste.making import profile_for
from retrieval.wiring import Vitrine, answering_generation

# How many products of each kind are shown.
SHOWN_MAX = 12


@dataclass(frozen=True, slots=True)
class Portrait:
    """A profile with the products that it is told by.

    Attributes
    ----------
    products: payloads by product id: the middles of the interests, and the first of what is liked and disliked. Those
        that are no longer in the index are left out.
    """

    user_id: str
    profile: Profile
    products: Mapping[str, Mapping[str, Any]]

    def shown(self, product_ids: Iterable[str]) -> list[str]:
        """The first of some products, as far as they can be shown."""
        return [product_id for product_id in product_ids if product_id in self.products][:SHOWN_MAX]

    def shown_interests(self) -> list[Interest]:
        """The interests whose product can be shown, the weightiest first."""
        return [interest for interest in self.profile.interests if interest.product_id in self.products]


def portrait(v: Vitrine, user_id: str, session_id: str = "") -> Portrait:
    """What is known of a shopper; nothing of one whom nobody has heard of.

    Raises
    ------
    InvalidInput: nobody can have such a name.
    CatalogUnavailable, StoreError
    """
    name, generation = parse_name(user_id, "user_id"), answering_generation(v)
    profile = profile_for(v, generation, name, session_id)
    wanted = [interest.product_id for interest in profile.interests]
    wanted += [*list(profile.liked)[:SHOWN_MAX], *profile.disliked_ids[:SHOWN_MAX]]
    products = payloads_of(v, generation, list(dict.fromkeys(wanted))) if wanted else {}
    return Portrait(name, profile, products)


def merge_shoppers(v: Vitrine, guest_id: str, user_id: str) -> ShopperRecords:
    """Give everything that a guest did to the shopper he turned out to be; once more changes nothing.

    Raises
    ------
    InvalidInput: nobody can have such a name, or both are the same.
    CatalogUnavailable: nothing was given.
    """
    guest, name = parse_name(guest_id, "guest_id"), parse_name(user_id, "user_id")
    if guest == name:
        raise InvalidInput("is the shopper himself", field="guest_id", value=guest, remedy="Name the guest he was")
    v.impressions.flush()
    moved = v.catalog.shoppers.merge(guest, name)
    v.profiles.forget(guest)
    return moved


def erase_shopper(v: Vitrine, user_id: str) -> ShopperRecords:
    """Delete everything that is kept of a shopper: events, what was shown to him, his part in popularity, his profile.

    Raises
    ------
    InvalidInput: nobody can have such a name.
    CatalogUnavailable: some of it may be left; the next one erases the rest.
    """
    name = parse_name(user_id, "user_id")
    v.impressions.flush()
    erased = v.catalog.shoppers.erase(name)
    v.profiles.forget(name)
    v.popularity.look_again()
    v.together.look_again()
    return erased
