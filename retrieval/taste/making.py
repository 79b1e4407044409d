"""A shopper's profile over the index that answers: his latest events, folded with the vectors of their products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.events import Event
from core.filters import ATTRIBUTE_PREFIX
from core.generations import Generation
from core.profiles import EVENTS_READ_MAX, NO_PROFILE, Profile, TasteOptions
from core.settings import Settings
from profiles.affinities import ProductFacts
from profiles.folding import ShopKnowledge, profile_of
from retrieval.taste.fitting import Hearing
from retrieval.taste.keeping import ProfileKey
from retrieval.wiring import Vitrine

# Beyond his latest events, so many things that a shopper disliked, hid or bought are never shown to him.
REFUSALS_READ_MAX = 1_000


def profile_for(v: Vitrine, generation: Generation, user_id: str, session_id: str = "") -> Profile:
    """What is known of a shopper at this moment; `NO_PROFILE` of one who has done nothing.

    Parameters
    ----------
    session_id: the present visit; empty: that of his latest event.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    events = v.catalog.events.latest(user_id, EVENTS_READ_MAX)
    if not events:
        return NO_PROFILE
    refusals = _earlier_refusals(v, user_id, events)
    key = ProfileKey(user_id, session_id, generation.id)
    made_of = tuple(event.id for event in (*events, *refusals))
    profile = v.profiles.get(key, made_of)
    if profile is None:
        profile = folded(v, generation, events, session_id, refusals)
        v.profiles.keep(key, made_of, profile)
    return profile


def folded(
    v: Vitrine, generation: Generation, events: Sequence[Event], session_id: str, refusals: Sequence[Event] = ()
) -> Profile:
    """The profile that some events of one shopper add up to, see `profile_of`.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    known = _known(v, generation, events)
    return profile_of(events, known, taste_options(v.settings), session_id or None, refusals)


def taste_options(settings: Settings) -> TasteOptions:
    """How much each act says of a taste, as the settings say."""
    return TasteOptions(settings.taste_weights, settings.taste_half_life_days, settings.taste_dislikes)


def hearing_of(v: Vitrine) -> Hearing:
    """How facts are listened to in this shop at this moment.

    Raises
    ------
    CatalogUnavailable
    """
    return Hearing(v.settings.taste_dislikes, v.telling.current())


def _earlier_refusals(v: Vitrine, user_id: str, events: Sequence[Event]) -> Sequence[Event]:
    """What he disliked, hid and bought before his latest events, if these are not all."""
    if len(events) < EVENTS_READ_MAX:
        return ()
    return v.catalog.events.refusals(user_id, events[-1], REFUSALS_READ_MAX)


def _known(v: Vitrine, generation: Generation, events: Sequence[Event]) -> ShopKnowledge:
    """Vectors and facts of the events' products, as the index had them within the last minute."""
    ids = list(dict.fromkeys(event.product_id for event in events))
    return ShopKnowledge(v.looks.by_product(v.store, generation, ids), _facts(v, generation, ids))


def _facts(v: Vitrine, generation: Generation, product_ids: Sequence[str]) -> Mapping[str, ProductFacts]:
    known = v.facts.get(generation.id, product_ids)
    missing = [product_id for product_id in product_ids if product_id not in known]
    if not missing:
        return known
    points = v.store.retrieve(generation.id, missing, payload=True)
    read = {name: facts_of(points[name].payload) if name in points else ProductFacts() for name in missing}
    v.facts.keep(generation.id, read)
    return {**known, **read}


def facts_of(payload: Mapping[str, Any]) -> ProductFacts:
    """What a product is told by; numbers among its attributes tell no taste."""
    values = {name: [payload[name]] for name in ("brand", "category") if payload.get(name)}
    for name, value in payload.get("attributes", {}).items():
        texts = [value] if isinstance(value, str) else [text for text in _listed(value) if isinstance(text, str)]
        if texts:
            values[f"{ATTRIBUTE_PREFIX}{name}"] = texts
    return ProductFacts(values, payload.get("price"))


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
