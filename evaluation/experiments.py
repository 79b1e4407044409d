"""What an experiment tells: clicks and purchases in each of its arms, and how sure the differences are.

Intervals are percentile bootstrap intervals over shoppers, since the arm is drawn by shopper and one's pages resemble
each other; for a difference the shoppers of both arms are drawn, each among themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.opening import Catalog
from core.experiments import Experiment
from core.impressions import SEARCH
from evaluation.report import number
from evaluation.scoring import RESAMPLES, Figure
from ranking.shown import GAINS

CLICK_RATE, CONVERSION = "click_rate", "conversion"
MEANINGS: Mapping[str, str] = {
    CLICK_RATE: "pages of which something was clicked, liked, put into the cart or bought, over all pages",
    CONVERSION: "shoppers who bought anything at all in that time, over all shoppers who were shown a page",
}
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm.

    Attributes
    ----------
    differences: by measure, of this arm less the first one; empty for the first.
    """

    name: str
    shoppers: int
    pages: int
    figures: Mapping[str, Figure]
    differences: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class ExperimentReport:
    """An experiment and what came of it so far."""

    experiment: Experiment
    arms: tuple[ArmResult, ...]


@dataclass
class _Shopper:
    pages: int = 0
    clicked: int = 0
    bought: int = 0


def report_of(catalog: Catalog, experiment: Experiment, seed: int = 7) -> ExperimentReport:
    """Count what was shown and done while the experiment ran.

    Raises
    ------
    CatalogUnavailable
    """
    until = experiment.stopped_at or datetime.now(UTC)
    shoppers: dict[str, dict[str, _Shopper]] = {arm.name: {} for arm in experiment.arms}
    acted = {act.query_id for act in catalog.impressions.acts(experiment.started_at) if GAINS.get(act.type)}
    buyers = catalog.experiments.buyers(experiment.started_at, until)
    for page in catalog.impressions.since(experiment.started_at):
        arm = experiment.arm_of(page.user_id)
        if arm is None or page.shown_at > until or page.surface != SEARCH:
            continue
        one = shoppers[arm.name].setdefault(page.user_id, _Shopper())
        one.pages += 1
        one.clicked += page.query_id in acted
        one.bought = int(page.user_id in buyers)
    drawn = {name: _drawn(list(found.values()), seed + i) for i, (name, found) in enumerate(shoppers.items())}
    first = drawn[experiment.arms[0].name]
    return ExperimentReport(
        experiment,
        tuple(
            ArmResult(
                name,
                len(found),
                sum(one.pages for one in found.values()),
                {measure: _figure(values) for measure, values in drawn[name].items()},
                {measure: _figure(values - first[measure]) for measure, values in drawn[name].items()}
                if name != experiment.arms[0].name
                else {},
            )
            for name, found in shoppers.items()
        ),
    )


def as_json(report: ExperimentReport) -> dict[str, Any]:
    """The experiment as JSON says it, each arm with its `shoppers`, `pages`, `figures` and `differences`."""
    written = report.experiment.written()
    for told, arm in zip(written["arms"], report.arms, strict=True):
        told |= {"shoppers": arm.shoppers, "pages": arm.pages}
        told |= {"figures": _written(arm.figures), "differences": _written(arm.differences)}
    return written


def _drawn(shoppers: list[_Shopper], seed: int) -> dict[str, Counts]:
    """Each measure of these shoppers, and behind it that of every resample of them; NaN of nobody."""
    if not shoppers:
        return {name: np.full(RESAMPLES + 1, np.nan) for name in MEANINGS}
    picked = np.random.default_rng(seed).integers(0, len(shoppers), (RESAMPLES, len(shoppers)))
    pages, clicked, bought = (
        np.array([getattr(one, name) for one in shoppers], dtype=np.float64) for name in ("pages", "clicked", "bought")
    )

    def over(values: Counts, whole: Counts) -> Counts:
        resampled = values[picked].sum(axis=1) / whole[picked].sum(axis=1)
        return np.concatenate([[values.sum() / whole.sum()], resampled])

    return {CLICK_RATE: over(clicked, pages), CONVERSION: over(bought, np.ones(len(shoppers)))}


def _figure(values: Counts) -> Figure:
    if np.isnan(values).all():
        return Figure(float("nan"), float("nan"), float("nan"), None)
    low, high = np.percentile(values[1:], (2.5, 97.5))
    return Figure(float(values[0]), float(low), float(high), None)


def _written(figures: Mapping[str, Figure]) -> dict[str, dict[str, float | None]]:
    return {
        name: {"value": number(one.value), "low": number(one.low), "high": number(one.high)}
        for name, one in figures.items()
    }
