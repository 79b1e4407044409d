"""From a shopper's events and their products' vectors to his profile: a pure fold, made anew whenever it is wanted.

Late events, retractions, changed photos and other encoders need no case of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from core.events import Event
from core.profiles import NO_PROFILE, Interest, Profile, TasteOptions
from core.vectors import FloatArray, stacked
from profiles.affinities import ProductFacts, affinities, price_range, told
from profiles.interests import CLUSTERED_MAX, interests
from profiles.means import decayed, mean_profile
from profiles.sessions import blend, session_profile
from profiles.standing import in_order, standing

# Where events name no visit, one ends with a pause of this length.
PAUSE = timedelta(minutes=30)
# So many acts of a visit tell what it is about by now.
VISIT_MAX = 50
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class ShopKnowledge:
    """What is known of the products that the events are about.

    Attributes
    ----------
    vectors: by view name and product id, float32 (dim,) of unit length; a product may lack any of them.
    facts: by product id.
    """

    vectors: Mapping[str, Mapping[str, FloatArray]] = field(default_factory=dict)
    facts: Mapping[str, ProductFacts] = field(default_factory=dict)


def profile_of(
    events: Sequence[Event],
    known: ShopKnowledge,
    options: TasteOptions,
    session_id: str | None = None,
    refusals: Sequence[Event] = (),
) -> Profile:
    """The profile that one shopper's events add up to, given in any order.

    Parameters
    ----------
    session_id: the visit that counts as the present one; default: that of his latest event.
    refusals: what he disliked, hid and bought before all of them; it says what he is not to be shown, and nothing of
        his taste.
    """
    if not events:
        return NO_PROFILE
    ordered = in_order(events)
    stands = standing([*in_order(refusals), *ordered])
    tell = {event.id for event in ordered}
    wanted = [event for event in stands.wanted if event.id in tell]
    unwanted = [event for event in stands.unwanted if event.id in tell]
    latest_s = ordered[-1].created_at.timestamp()
    liked = _weights(wanted, options, latest_s)
    disliked = _weights(unwanted, options, latest_s)
    visit = [event.product_id for event in _visit(wanted, ordered, session_id)]
    tastes = {
        view: _taste(vectors, liked, disliked, visit, options.dislikes)
        for view, vectors in known.vectors.items()
        if vectors
    }
    wanted_facts, refused_facts = told(liked, known.facts), told(disliked, known.facts)
    return Profile(
        events=len(events),
        long={view: taste.long for view, taste in tastes.items() if taste.long is not None},
        session={view: taste.session for view, taste in tastes.items() if taste.session is not None},
        blended={view: taste.blended for view, taste in tastes.items() if taste.blended is not None},
        disliked={view: taste.disliked for view, taste in tastes.items() if len(taste.disliked)},
        interests=_interests(liked, known.vectors),
        liked=liked,
        disliked_ids=tuple(event.product_id for event in stands.unwanted),
        hidden=stands.hidden,
        seen=stands.seen,
        purchased=stands.purchased,
        affinities=affinities(wanted_facts, refused_facts, options.dislikes),
        wanted=wanted_facts,
        refused=refused_facts,
        prices=price_range(liked, known.facts),
    )


@dataclass(frozen=True, slots=True)
class _Taste:
    """One view of a profile."""

    long: FloatArray | None
    session: FloatArray | None
    blended: FloatArray | None
    disliked: FloatArray


def _taste(
    vectors: Mapping[str, FloatArray],
    liked: Mapping[str, float],
    disliked: Mapping[str, float],
    visit: Sequence[str],
    dislikes: float,
) -> _Taste:
    wanted, wanted_weights = _rows(vectors, liked)
    refused, refused_weights = _rows(vectors, disliked)
    long = mean_profile(wanted, wanted_weights, refused, refused_weights, dislikes)
    visited = [vectors[product_id] for product_id in visit if product_id in vectors]
    session = session_profile(stacked(visited, len(visited[0]))) if visited else None
    return _Taste(long, session, blend(session, long), refused)


def _rows(vectors: Mapping[str, FloatArray], weights: Mapping[str, float]) -> tuple[FloatArray, list[float]]:
    """The vectors of those products that have one, and their weights."""
    known = [product_id for product_id in weights if product_id in vectors]
    dim = len(next(iter(vectors.values())))
    return stacked([vectors[product_id] for product_id in known], dim), [weights[product_id] for product_id in known]


def _weights(acts: Iterable[Event], options: TasteOptions, latest_s: float) -> dict[str, float]:
    """Weights above 0 by product, the weightiest first: one act of each type on it counts, its latest.

    Parameters
    ----------
    acts: in order of time, or one for each product.
    """
    latest = {(event.product_id, event.type): event for event in acts}
    counted = [event for event in latest.values() if options.weights.get(event.type, 0.0) > 0]
    weights = decayed(
        [options.weights[event.type] for event in counted],
        [latest_s - event.created_at.timestamp() for event in counted],
        options.half_life_days * _DAY_S,
    )
    sums: dict[str, float] = {}
    for event, weight in zip(counted, weights.tolist(), strict=True):
        sums[event.product_id] = sums.get(event.product_id, 0.0) + weight
    return dict(sorted(((name, sums[name]) for name in sums if sums[name] > 0), key=lambda one: (-one[1], one[0])))


def _visit(wanted: Sequence[Event], ordered: Sequence[Event], session_id: str | None) -> Sequence[Event]:
    """The last of the wanted acts that belong to the present visit, in order of time."""
    present = ordered[-1].session_id if session_id is None else session_id
    if present:
        return [event for event in wanted if event.session_id == present][-VISIT_MAX:]
    begun = ordered[-1].created_at
    for event in reversed(ordered):
        if begun - event.created_at > PAUSE:
            break
        begun = event.created_at
    return [event for event in wanted if event.created_at >= begun][-VISIT_MAX:]


def _interests(liked: Mapping[str, float], views: Mapping[str, Mapping[str, FloatArray]]) -> tuple[Interest, ...]:
    """Interests by all views together: a product is the row of its vectors, one behind the other."""
    ids = [product_id for product_id in liked if any(product_id in vectors for vectors in views.values())]
    ids = ids[:CLUSTERED_MAX]
    if not ids:
        return ()
    blocks = []
    has = np.zeros(len(ids), dtype=np.float32)
    for vectors in views.values():
        if vectors:
            nothing = np.zeros_like(next(iter(vectors.values())))
            blocks.append(stacked([vectors.get(product_id, nothing) for product_id in ids], len(nothing)))
            has += np.array([product_id in vectors for product_id in ids])
    together: FloatArray = (np.hstack(blocks) / np.sqrt(has)[:, None]).astype(np.float32)
    clusters = interests(together, [liked[product_id] for product_id in ids])
    return tuple(
        Interest(ids[cluster.medoid], cluster.weight, tuple(ids[member] for member in cluster.members))
        for cluster in clusters
    )
