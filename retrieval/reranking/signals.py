"""Signals of products beside those of views: what the shop and the shopper know of each hit.

They are made for the first hits of every search, whether there is a ranker or not: what is logged today is what the
first ranker learns from tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from core.events import Event, popularity_of
from core.filters import ATTRIBUTE_PREFIX
from core.hits import STANDING
from core.profiles import NO_PROFILE, Profile
from core.vectors import FloatArray
from retrieval.columns.cells import Rows
from retrieval.columns.table import Coded, Columns
from retrieval.feed.shelves import freshness_of_rows
from retrieval.search.candidates import Candidates
from retrieval.search.diversity import WINDOW

_NOTHING: Mapping[str, float] = {}


def with_product_signals(
    found: Candidates,
    columns: Columns | None,
    popularity: Mapping[str, float],
    profile: Profile = NO_PROFILE,
    together: Mapping[str, float] = _NOTHING,
    foretold: Mapping[str, float] | None = None,
) -> Candidates:
    """Hits, best first, with more signals of the first `WINDOW` of them; further down these are unknown.

    Parameters
    ----------
    columns: the products in memory; None: not loaded, and nothing is known of the products.
    popularity: how much products are wanted, see `Events.popularity`.
    profile: of the shopper who asks. together: how much others want products together with what he wants.
    foretold: how much what all shoppers want foretells that he will want products; None: nobody has learnt that.
    """
    first = found.take(np.arange(min(WINDOW, len(found))))
    made = {STANDING: _standing(first.scores)}
    if columns is not None and len(first):
        # By the hour, so that the same search shows the same numbers a moment later.
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        rows, known = columns.rows_of(first.ids)
        made["popularity"] = _popularity(first.ids, popularity, now)
        made["freshness"] = _placed(freshness_of_rows(columns, rows, now), known, len(first))
        if profile is not NO_PROFILE:
            made["together"] = np.array([together.get(name, 0.0) for name in first.ids], dtype=np.float32)
            if foretold is not None:
                made["foretold"] = np.array([foretold.get(name, 0.0) for name in first.ids], dtype=np.float32)
            made |= {name: _placed(values, known, len(first)) for name, values in _fitting(columns, rows, profile)}
    return replace(found, signals={**found.signals, **{name: _filled(made[name], len(found)) for name in made}})


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


def _fitting(columns: Columns, rows: Rows, profile: Profile) -> list[tuple[str, FloatArray]]:
    """How well each product fits what a shopper is known to want."""
    fitting = [(f"{name}_affinity", _affinity(columns, rows, profile, name)) for name in ("brand", "category")]
    fitting.append(("attribute_affinity", _attribute_affinity(columns, rows, profile)))
    if profile.prices is not None and profile.prices.middle > 0:
        prices, positions = columns.by_field["price"].cells.of(rows)
        gap = np.full(len(rows), np.nan, dtype=np.float32)
        priced = prices > 0
        gap[positions[priced]] = np.abs(np.log(prices[priced] / profile.prices.middle))
        fitting.append(("price_gap", gap))
    return fitting


def _affinity(columns: Columns, rows: Rows, profile: Profile, name: str) -> FloatArray:
    column = columns.by_field[name]
    scores = {one.value: one.score for one in profile.affinities if one.field == name}
    found: FloatArray = np.full(len(rows), np.nan, dtype=np.float32)
    if isinstance(column, Coded):
        codes, positions = column.cells.of(rows)
        values = column.vocabulary.values
        found[positions] = [scores.get(str(values[code]), 0.0) for code in codes.tolist()]
    return found


def _attribute_affinity(columns: Columns, rows: Rows, profile: Profile) -> FloatArray:
    """The affinities to all values of a product's attributes, added up."""
    total = np.zeros(len(rows), dtype=np.float64)
    for name in {one.field for one in profile.affinities if one.field.startswith(ATTRIBUTE_PREFIX)}:
        column = columns.by_field.get(name)
        if isinstance(column, Coded):
            scores = {one.value: one.score for one in profile.affinities if one.field == name}
            codes, positions = column.cells.of(rows)
            values = column.vocabulary.values
            np.add.at(total, positions, [scores.get(str(values[code]), 0.0) for code in codes.tolist()])
    added: FloatArray = total.astype(np.float32)
    return added


def _placed(values: FloatArray, known: Rows, count: int) -> FloatArray:
    placed: FloatArray = np.full(count, np.nan, dtype=np.float32)
    placed[known] = values
    return placed


def _filled(values: FloatArray, count: int) -> FloatArray:
    return _placed(values, np.arange(len(values)), count)
