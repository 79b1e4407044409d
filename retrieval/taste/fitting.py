"""How well products' brands, categories, attributes and prices fit a shopper, as signals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.filters import ATTRIBUTE_PREFIX
from core.profiles import LogPrices, Profile
from core.vectors import FloatArray
from profiles.affinities import PRIOR, evidence, price_evidence
from retrieval.columns.cells import Numbers, Rows
from retrieval.columns.table import Coded, Columns
from retrieval.columns.usual import UsualPrices

BRAND, CATEGORY, ATTRIBUTES, PRICE = "brand_affinity", "category_affinity", "attribute_affinity", "price_affinity"
PRICE_GAP = "price_gap"


@dataclass(frozen=True, slots=True)
class Hearing:
    """How facts are listened to.

    Attributes
    ----------
    dislikes: how much the evidence of what is not wanted counts beside that of what is.
    concentrations: by field, what is set against a shopper's own choices, see `TellingShelf`; others have `PRIOR`.
    """

    dislikes: float
    concentrations: Mapping[str, float] = field(default_factory=dict)


def fitting_signals(
    columns: Columns, product_ids: Sequence[str], profile: Profile, hearing: Hearing
) -> dict[str, FloatArray]:
    """The signals `brand_affinity`, `category_affinity`, `attribute_affinity`, `price_affinity` and `price_gap`.

    As far as there are any; what all of the products have alike tells none of them apart.

    Parameters
    ----------
    product_ids: of the products that are compared with each other.

    Returns
    -------
    float32 (n,) each, in nats; NaN where a product lacks what it takes.
    """
    rows, at = columns.rows_of(product_ids)
    known = {*profile.wanted.fields, *profile.refused.fields}
    attributes = sorted(name for name in known if name.startswith(ATTRIBUTE_PREFIX))
    fields = {BRAND: ["brand"], CATEGORY: ["category"], ATTRIBUTES: attributes}
    signals = {
        signal: _affinity(columns, rows, profile, known.intersection(names), hearing)
        for signal, names in fields.items()
    }
    signals[PRICE] = _price_affinity(columns, rows, profile, hearing)
    if profile.prices is not None and profile.prices.middle > 0:
        signals[PRICE_GAP] = _price_gap(columns, rows, profile.prices.middle)
    if len(rows) == len(product_ids):
        return signals
    return {name: placed(values, at, len(product_ids)) for name, values in signals.items()}


def affinity(signals: Mapping[str, FloatArray]) -> FloatArray:
    """What brands, categories, attributes and prices say together, in nats, 0 where nothing is known: float32 (n,)."""
    known = np.stack([signals[name] for name in (BRAND, CATEGORY, ATTRIBUTES, PRICE)])
    together: FloatArray = np.where(np.isfinite(known), known, np.float32(0)).sum(axis=0)
    return together


def _affinity(columns: Columns, rows: Rows, profile: Profile, names: Iterable[str], hearing: Hearing) -> FloatArray:
    total = np.zeros(len(rows), dtype=np.float64)
    speaking = np.zeros(len(rows), dtype=np.bool_)
    for name in sorted(names):
        column = columns.by_field.get(name)
        if not isinstance(column, Coded):
            continue
        codes, positions = column.cells.of(rows)
        found, at, counts = np.unique(codes, return_inverse=True, return_counts=True)
        values = [str(column.vocabulary.values[code]) for code in found.tolist()]
        has = np.zeros(len(rows), dtype=np.bool_)
        has[positions] = True
        shares = counts / max(1, int(has.sum()))
        prior = hearing.concentrations.get(name, PRIOR)
        speaks = np.zeros(len(found))
        for told, weight in ((profile.wanted, 1.0), (profile.refused, -hearing.dislikes)):
            if name in told.fields:
                expected = _expected(columns, told.fields[name], name, found, shares)
                speaks += weight * evidence(told, name, values, expected, shares, prior)
        np.add.at(total, positions, speaks[at])
        speaking |= has
    affinities: FloatArray = np.where(speaking, total, np.nan).astype(np.float32)
    return affinities


def _expected(
    columns: Columns, by_category: Mapping[str, float], name: str, codes: Numbers, shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The weight that would lie on each value if all values were as common among his as in his products' categories.

    Who looks at dresses only has not chosen flowers because most dresses have them. In categories of which nothing is
    known any more, values are as common as among the products that are compared.
    """
    usual = columns.usual_values(name)
    if usual is None:
        return np.zeros(len(codes))
    in_categories = usual.among(list(by_category), codes)
    weights = np.array(list(by_category.values()))
    expected: NDArray[np.float64] = weights @ np.where(np.isnan(in_categories), shares, in_categories)
    return expected


def _price_affinity(columns: Columns, rows: Rows, profile: Profile, hearing: Hearing) -> FloatArray:
    """How well prices fit, each as dear as it is for its category: who buys cheap shoes may spend more on a coat."""
    usual = columns.usual_prices()
    prices, positions = _priced(columns, rows)
    if usual is None or not len(positions):
        return placed(np.empty(0, dtype=np.float32), positions, len(rows))
    levels = (np.log(prices) - usual.middles[columns.category_numbers(rows[positions])]) / usual.spread
    wanted, refused = (
        price_evidence(*_levels(told.prices, usual), levels) for told in (profile.wanted, profile.refused)
    )
    speaks = np.where(np.isfinite(levels), wanted - hearing.dislikes * refused, 0.0)
    return placed(speaks.astype(np.float32), positions, len(rows))


def _levels(prices: Mapping[str, LogPrices], usual: UsualPrices) -> tuple[float, float, float]:
    """Weight, sum of levels and sum of their squares, over all categories in which prices are known."""
    middles = usual.middles[usual.categories.numbers(list(prices))]
    weight = levels = squares = 0.0
    for (own, logs, log_squares), middle in zip(prices.values(), middles.tolist(), strict=True):
        if math.isfinite(middle):
            weight += own
            levels += (logs - own * middle) / usual.spread
            squares += (log_squares - 2 * middle * logs + own * middle * middle) / usual.spread**2
    return weight, levels, squares


def _price_gap(columns: Columns, rows: Rows, middle: float) -> FloatArray:
    prices, positions = _priced(columns, rows)
    return placed(np.abs(np.log(prices / middle)), positions, len(rows))


def _priced(columns: Columns, rows: Rows) -> tuple[Numbers, Rows]:
    """The prices above 0 of some rows, and the position of each in `rows`."""
    prices, positions = columns.by_field["price"].cells.of(rows)
    above = prices > 0
    return prices[above], positions[above]


def placed(values: FloatArray, at: Rows, count: int) -> FloatArray:
    """Values at some positions among `count`, NaN at the others: float32 (count,)."""
    found: FloatArray = np.full(count, np.nan, dtype=np.float32)
    found[at] = values
    return found
