"""How good orders of the same pages are: NDCG@10 of what shoppers did, as if all positions were looked at alike.

Intervals are percentile bootstrap intervals over shoppers, whose pages resemble each other; two orders are compared
page by page, with the same shoppers drawn for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.report import number
from evaluation.scoring import Figure, Rows, interval
from ranking.positions import Numbers
from ranking.ranker import Ranker
from ranking.shown import Mask, Shown, fair_gains, page_worths
from ranking.training import Trained, features_of

AS_SHOWN, RELEVANCE, POPULARITY, RANKER = "as shown", "relevance only", "popularity", "ranker"
ALL_QUERIES, NEW_QUERIES = "all", "new queries"
_STANDING, _RELEVANCE_SIGNAL, _POPULARITY_SIGNAL = "standing", "relevance", "popularity"

Scores = Mapping[str, NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class RankingEvaluation:
    """Figures of several orders over the same pages.

    Attributes
    ----------
    pages: by slice, of how many pages. shoppers: by slice, of how many shoppers.
    figures: by slice, by system, NDCG@10.
    gains: by slice, by system, how much the last system is above it.
    """

    pages: Mapping[str, int]
    shoppers: Mapping[str, int]
    figures: Mapping[str, Mapping[str, Figure]]
    gains: Mapping[str, Mapping[str, Figure]]


def baselines(shown: Shown) -> dict[str, NDArray[np.floating]]:
    """Scores of orders that need no ranker: the one that was shown, that of relevance, and that of popularity."""
    relevance = shown.signal(_RELEVANCE_SIGNAL)
    if not np.isfinite(relevance).any():
        # A shop without calibration has only the score that hits were found by.
        relevance = shown.signal(_STANDING)
    return {
        AS_SHOWN: -shown.positions.astype(np.float64),
        RELEVANCE: relevance,
        POPULARITY: shown.signal(_POPULARITY_SIGNAL),
    }


def scores_of(ranker: Ranker, shown: Shown) -> NDArray[np.floating]:
    """What a ranker makes of every row."""
    return ranker.score({name: shown.signal(name) for name in shown.names}, len(shown.gains))


def evaluate_ranking(
    shown: Shown, theta: Numbers, systems: Scores, seen: frozenset[str], seed: int
) -> RankingEvaluation:
    """Judge orders on pages of which something was wanted; the last system is compared with each other one.

    Parameters
    ----------
    theta: how likely each position is looked at; from other pages than these.
    seen: words that the ranker has learnt from; queries of others are a slice of their own.
    """
    gains = fair_gains(shown, theta)
    wanted = shown.wanted()
    new = np.array([page.text not in seen for page in shown.pages], dtype=np.bool_)
    slices = {ALL_QUERIES: wanted, NEW_QUERIES: wanted & new}
    measured = {name: page_worths(shown, gains, scores) for name, scores in systems.items()}
    *others, last = measured
    pages, people, figures, differences = {}, {}, {}, {}
    for name, chosen in slices.items():
        if not chosen.any():
            continue
        shoppers = _shoppers(shown, chosen)
        pages[name], people[name] = int(chosen.sum()), len(np.unique(shoppers))
        figures[name] = {system: _figure(rows[chosen], shoppers, seed) for system, rows in measured.items()}
        differences[name] = {
            other: _figure((measured[last] - measured[other])[chosen], shoppers, seed) for other in others
        }
    return RankingEvaluation(pages, people, figures, differences)


def evaluate_trained(trained: Trained, systems: Scores, seed: int) -> RankingEvaluation:
    """Judge a model on the pages that were kept from it, beside the baselines and other systems."""
    held_out = trained.held_out
    scores = trained.model.score(features_of(held_out, trained.features))
    seen = frozenset(page.text for page in trained.training.pages)
    every = {**baselines(held_out), **systems, RANKER: scores}
    return evaluate_ranking(held_out, trained.theta, every, seen, seed)


def as_json(evaluation: RankingEvaluation) -> dict[str, Any]:
    """`{"slices": {slice: {"pages": n, "ndcg@10": {system: {"value", "low", "high"}}, "gain_over": {...}}}}`."""
    return {
        "slices": {
            name: {
                "pages": evaluation.pages[name],
                "shoppers": evaluation.shoppers[name],
                "ndcg@10": {system: written(figure) for system, figure in figures.items()},
                "gain_over": {system: written(figure) for system, figure in evaluation.gains[name].items()},
            }
            for name, figures in evaluation.figures.items()
        }
    }


def named_figures(evaluation: RankingEvaluation) -> dict[str, float]:
    """Every figure by the name that a requirement calls it: `slice.system.ndcg@10`, blanks as dashes."""
    return {
        f"{name}.{system}.ndcg@10".replace(" ", "-"): figure.value
        for name, figures in evaluation.figures.items()
        for system, figure in figures.items()
    }


def written(figure: Figure) -> dict[str, float | None]:
    """A figure as JSON."""
    return {"value": number(figure.value), "low": number(figure.low), "high": number(figure.high)}


def _shoppers(shown: Shown, chosen: Mask) -> NDArray[np.intp]:
    """The number of the shopper of each chosen page; who is not known is alone."""
    names = [
        page.user_id or page.session_id or page.query_id
        for page, counts in zip(shown.pages, chosen.tolist(), strict=True)
        if counts
    ]
    return np.unique(names, return_inverse=True)[1].astype(np.intp)


def _figure(rows: Rows, shoppers: NDArray[np.intp], seed: int) -> Figure:
    sums, counts = np.bincount(shoppers, rows), np.bincount(shoppers)

    def means(picked: NDArray[np.intp]) -> Rows:
        return np.asarray(sums[picked].sum(axis=1) / counts[picked].sum(axis=1), dtype=np.float64)

    low, high = interval(means, len(sums), seed)
    return Figure(float(rows.mean()), low, high, None)
