"""Signals of products beside those of views: what the shop and the shopper know of each hit.

They are made for the first hits of every search, whether there is a ranker or not: what is logged today is what the
first ranker learns from tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from core.events import Event, popularity_of
from core.hits import STANDING
from core.profiles import NO_PROFILE, Profile
from core.vectors import FloatArray
from retrieval.columns.table import Columns
from retrieval.feed.shelves import freshness_of_rows
from retrieval.search.candidates import Candidates
from retrieval.search.diversity import WINDOW
from retrieval.taste.fitting import ATTRIBUTES, Hearing, fitting_signals, placed


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known of the shopper who asks; nobody's profile for none.

    Attributes
    ----------
    together: by product, how much others want it together with what he wants.
    foretold: by product, how much what all shoppers want foretells that he will want it; None: nobody has learnt that.
    hearing: how what is told of products is listened to.
    """

    profile: Profile = NO_PROFILE
    together: Mapping[str, float] = field(default_factory=dict)
    foretold: Mapping[str, float] | None = None
    hearing: Hearing = field(default_factory=lambda: Hearing(0.0))


NOBODY = Asking()


def with_product_signals(
    found: Candidates, columns: Columns | None, popularity: Mapping[str, float], asking: Asking = NOBODY
) -> Candidates:
    """Hits, best first, with more signals of the first `WINDOW` of them; further down these are unknown.

    How well hits fit the shopper is not asked again where it is among their signals.

    Parameters
    ----------
    columns: the products in memory; None: not loaded, and nothing is known of the products.
    popularity: how much products are wanted, see `Events.popularity`.
    """
    first = found.take(np.arange(min(WINDOW, len(found))))
    made = {STANDING: _standing(first.scores)}
    if columns is not None and len(first):
        # By the hour, so that the same search shows the same numbers a moment later.
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        rows, known = columns.rows_of(first.ids)
        made["popularity"] = _popularity(first.ids, popularity, now)
        made["freshness"] = placed(freshness_of_rows(columns, rows, now), known, len(first))
        if asking.profile is not NO_PROFILE:
            made["together"] = _looked_up(first.ids, asking.together)
            if asking.foretold is not None:
                made["foretold"] = _looked_up(first.ids, asking.foretold)
            if ATTRIBUTES not in found.signals:
                made |= fitting_signals(columns, first.ids, asking.profile, asking.hearing)
    return replace(found, signals={**found.signals, **{name: _filled(made[name], len(found)) for name in made}})


def _looked_up(ids: Sequence[str], values: Mapping[str, float]) -> FloatArray:
    """0 for products without one."""
    return np.array([values.get(name, 0.0) for name in ids], dtype=np.float32)


def _standing(scores: FloatArray) -> FloatArray:
    """Scores as standard deviations from their mean; those of one answer alone say nothing beside others."""
    if not len(scores):
        return scores
    wide = scores.astype(np.float64)
    standing: FloatArray = ((wide - wide.mean()) / (wide.std() or 1.0)).astype(np.float32)
    return standing


def _popularity(ids: Sequence[str], popularity: Mapping[str, float], now: datetime) -> FloatArray:
    today = popularity_of(Event("", "", "", "view", "", now))
    views = np.array([popularity.get(product_id, 0.0) for product_id in ids]) / today
    return np.log1p(views).astype(np.float32)


def _filled(values: FloatArray, count: int) -> FloatArray:
    return placed(values, np.arange(len(values)), count)
