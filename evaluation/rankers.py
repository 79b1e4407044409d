"""Rankers from training to the gate before they order hits: trained, judged by later pages, promoted only if better."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from core.errors import Conflict
from core.feeds import FORETOLD
from core.generations import Generation
from evaluation.ranking import (
    ALL_QUERIES,
    RANKER,
    RELEVANCE,
    RankingEvaluation,
    as_json,
    baselines,
    evaluate_ranking,
    evaluate_trained,
    scores_of,
    written,
)
from evaluation.scoring import Figure, Rows, interval
from ranking.collaborative.foretelling import RECALL_AT, Foretold, fit_foretelling
from ranking.ranker import Ranker
from ranking.training import Report, train
from retrieval.feed.together import PAIRS_MAX
from retrieval.reranking.folders import encoders_of
from retrieval.reranking.logs import shop_log
from retrieval.reranking.training import save_ranker
from retrieval.wiring import Vitrine, serving_generation

IN_SERVICE, WITHOUT = "in service", "without a ranker"
# Resampled from fewer, an interval is narrower than what it stands for is sure.
SHOPPERS_MIN = 20
_SEED = 7


def train_ranker(v: Vitrine, report: Report) -> Ranker:
    """Learn from the shop's log, judge by its latest pages, and keep the ranker in a folder; it orders nothing yet.

    Raises
    ------
    InvalidInput: there is too little to learn from, and what is missing.
    CatalogUnavailable
    InvalidSource: the folder cannot be written.
    """
    generation = serving_generation(v)
    log = shop_log(v, generation)
    trained = train(log.shown, log.events, report)
    foretold = fit_foretelling(v.catalog.wants.latest(PAIRS_MAX)[::-1])
    before = v.rankers.usable(generation.ranker, generation)
    systems = {} if before is None else {IN_SERVICE: scores_of(before, trained.held_out)}
    evaluation = evaluate_trained(trained, systems, _SEED)
    figures = {"held_out": as_json(evaluation), "foretold": _figures(foretold)}
    # A model that has learnt from it goes on with it.
    needed = FORETOLD in trained.features
    kept = foretold.model if foretold is not None and (needed or _certainly_better(foretold)) else None
    return save_ranker(v.settings.data_dir, trained, encoders_of(generation), figures, kept)


def judge_ranker(v: Vitrine, generation: Generation, ranker: Ranker) -> RankingEvaluation:
    """A ranker beside the one in service, or the order without one, on pages it has not learnt from.

    Raises
    ------
    Conflict: there is no such page.
    CatalogUnavailable
    """
    shown = shop_log(v, generation, datetime.fromisoformat(ranker.about["held_out_from"])).shown
    if not len(shown) or not shown.wanted().any():
        raise Conflict(
            f"nothing is left to judge ranker {ranker.id!r} by: no page since {ranker.about['held_out_from']} of "
            "which something was clicked. Train a new one, or promote this one with --force"
        )
    before = v.rankers.usable(generation.ranker, generation)
    rival = {WITHOUT: shown.signal("standing")} if before is None else {IN_SERVICE: scores_of(before, shown)}
    systems = {RELEVANCE: baselines(shown)[RELEVANCE], **rival, RANKER: scores_of(ranker, shown)}
    return evaluate_ranking(shown, np.array(ranker.about["looked_at"]), systems, frozenset(), _SEED)


def require_better(evaluation: RankingEvaluation, ranker: Ranker) -> None:
    """Let a ranker pass that orders those pages better than its rival, for certain.

    Raises
    ------
    Conflict: too few shoppers were seen to be certain of anything, or the lower end of the interval of the difference
        of NDCG@10 is not above 0.
    """
    if evaluation.shoppers[ALL_QUERIES] < SHOPPERS_MIN:
        raise Conflict(
            f"ranker {ranker.id!r} was tried on {evaluation.shoppers[ALL_QUERIES]:,} shoppers; fewer than "
            f"{SHOPPERS_MIN} tell nothing of the others. Collect more clicks and train again, or promote it: --force"
        )
    *_, (rival, gain) = evaluation.gains[ALL_QUERIES].items()
    if gain.low <= 0:
        raise Conflict(
            f"ranker {ranker.id!r} is not certainly better than {rival}: NDCG@10 differs by {gain.value:+.4f}, "
            f"{gain.low:+.4f} to {gain.high:+.4f}, on {evaluation.pages[ALL_QUERIES]:,} pages. Collect more clicks and "
            "train again, or promote it with --force"
        )


def _certainly_better(foretold: Foretold) -> bool:
    """Whether shoppers' last wants are found more often than among the most wanted products."""
    return len(foretold.found) >= SHOPPERS_MIN and _mean(foretold.found - foretold.popular).low > 0


def _figures(foretold: Foretold | None) -> dict[str, Any]:
    """How often the last want of a shopper is among the first 20; empty where there was nothing to try it on."""
    if foretold is None:
        return {}
    shares = {"model": foretold.found, "popularity": foretold.popular, "gain": foretold.found - foretold.popular}
    return {
        "shoppers": len(foretold.found),
        "regularisation": foretold.regularisation,
        f"recall@{RECALL_AT}": {name: written(_mean(values)) for name, values in shares.items()},
    }


def _mean(values: Rows) -> Figure:
    """The mean with its bootstrap interval over shoppers."""
    low, high = interval(lambda picked: np.asarray(values[picked].mean(axis=1)), len(values), _SEED)
    return Figure(float(values.mean()), low, high, None)
