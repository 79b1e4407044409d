"""What a search does for the shopper who asks: his taste orders what is relevant, and what he has hidden leaves.

It comes after the cut-off and the shop's rules and brings nothing in: the same products are found for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from core.filters import NoneOf, all_of
from core.generations import Generation
from core.hits import Hit
from core.profiles import NO_PROFILE, Profile
from core.queries import SearchQuery
from core.vectors import FloatArray
from retrieval.search.candidates import Candidates
from retrieval.search.relevance import RELEVANCE
from retrieval.search.ruling import Ruling
from retrieval.search.timing import StageClock
from retrieval.taste.fitting import affinity, fitting_signals
from retrieval.taste.making import hearing_of, profile_for
from retrieval.taste.reasons import reasons_for
from retrieval.taste.tasting import preference, standard, taste_signals
from retrieval.wiring import Vitrine

Boosting = Callable[[Candidates], Candidates]

# Below this, one is as doubtful as another.
_DOUBTFUL = 1e-4
# Hits below these keep their order. One number for all pages, so that they fit together.
WINDOW = 200


def asking_profile(v: Vitrine, generation: Generation, query: SearchQuery, clock: StageClock) -> Profile:
    """The profile of the shopper who asks; empty where nobody is known.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    if not query.user_id:
        return NO_PROFILE
    with clock.stage("profile"):
        return profile_for(v, generation, query.user_id, query.session_id)


def without_hidden(ruling: Ruling, profile: Profile) -> Ruling:
    """The shop's rules, and that nothing is found which the shopper has hidden."""
    if not profile.hidden:
        return ruling
    hides = NoneOf("id", tuple(sorted(profile.hidden)))
    return replace(ruling, where=all_of(ruling.where, hides))


def personalized(
    v: Vitrine,
    generation: Generation,
    query: SearchQuery,
    profile: Profile,
    found: Candidates,
    boosted: Boosting | None = None,
) -> Candidates:
    """The candidates in the order of relevance and taste, with the signals of taste for the first of them.

    Parameters
    ----------
    boosted: what the shop's rules do to scores.
    """
    share = v.settings.personalize if query.personalize is None else float(query.personalize)
    if share == 0 or len(found) == 0 or not (profile.liked or profile.disliked_ids):
        return found
    first, dislikes = found.ids[:WINDOW], v.settings.taste_dislikes
    fitting = fitting_signals(v.columns.current(), first, profile, hearing_of(v))
    signals = taste_signals(profile, v.looks.of(v.store, generation, first)) | fitting
    unknown: FloatArray = np.full(len(found) - len(first), np.nan, dtype=np.float32)
    tasted = replace(
        found,
        signals={**found.signals, **{name: np.concatenate([known, unknown]) for name, known in signals.items()}},
    )
    preferred = _disliked_last(preference(signals, affinity(fitting), dislikes), first, profile)
    return mixed(tasted, preferred, share, boosted)


def _disliked_last(preferred: FloatArray, ids: Sequence[str], profile: Profile) -> FloatArray:
    """What he has disliked itself suits him less than anything else."""
    refused = frozenset(profile.disliked_ids)
    own = np.array([product_id in refused for product_id in ids], dtype=np.bool_)
    if not own.any() or own.all():
        return preferred
    last: FloatArray = np.where(own, preferred[~own].min() - 1, preferred).astype(np.float32)
    return last


def mixed(found: Candidates, preferred: FloatArray, share: float, boosted: Boosting | None = None) -> Candidates:
    """The candidates with the first of them in the order of (1 - share)·ln(relevance) + share·preference.

    Relevance is a probability, so that what is surely asked for leaves the order to taste, and what is doubtful has to
    be much more to one's taste to come before it. Where it is not known, standard scores stand in for its logarithm.
    The scores stay where they were and the products change places: so what comes behind them stays behind them.

    Parameters
    ----------
    preferred: (n,) standard scores of the first n candidates.
    share: from 0, where nothing changes, to 1, where taste alone decides.
    boosted: what the shop's rules do to scores; they have been done to those that stand in for relevance already.
    """
    count = len(preferred)
    relevance = found.signals.get(RELEVANCE, np.empty(0, dtype=np.float32))[:count]
    judged = len(relevance) == count and bool(np.isfinite(relevance).all())
    sure = np.log(np.maximum(relevance, _DOUBTFUL)) if judged else standard(found.scores[:count])
    order = np.argsort(-((1 - share) * sure + share * preferred), kind="stable")
    tasted = replace(found.take(order), scores=np.sort(found.scores[:count])[::-1])
    if judged and boosted is not None:
        tasted = replace(boosted(tasted), scores=tasted.scores)
    return tasted.and_also(found.take(np.arange(count, len(found))))


def not_hidden(page: Candidates, hidden: frozenset[str]) -> Candidates:
    """A page of an order that was made before some of it was hidden."""
    if hidden.isdisjoint(page.ids):
        return page
    return page.take(np.array([at for at, name in enumerate(page.ids) if name not in hidden], dtype=np.intp))


def with_reasons(hits: Sequence[Hit], profile: Profile) -> tuple[Hit, ...]:
    """The hits, and what of each the shopper is known to like or dislike."""
    if not profile.affinities:
        return tuple(hits)
    reasons: Iterable[tuple[str, ...]] = reasons_for([hit.product for hit in hits], profile)
    return tuple(replace(hit, why=why) for hit, why in zip(hits, reasons, strict=True))
