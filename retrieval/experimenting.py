"""Starting and stopping experiments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from core.experiments import NO_RANKER, SERVING, Arm, Experiment
from retrieval.reranking.folders import check_encoders, open_ranker
from retrieval.wiring import Vitrine, serving_generation


def start_experiment(v: Vitrine, name: str, arms: Sequence[Arm]) -> Experiment:
    """Start an experiment of that name now.

    Raises
    ------
    InvalidInput: arms that cannot be.
    NotFound: a ranker of an arm does not exist. InvalidSource: it does not hold together.
    Conflict: another one runs, there has been one of that name, or a ranker belongs to another kind of index.
    """
    experiment = Experiment(name, tuple(arms), datetime.now(UTC))
    generation = serving_generation(v)
    for arm in experiment.arms:
        if arm.ranker not in (SERVING, NO_RANKER):
            check_encoders(open_ranker(v.settings.data_dir, arm.ranker), generation)
    v.catalog.experiments.start(experiment)
    v.experiments.look_again()
    return experiment


def stop_experiment(v: Vitrine, name: str) -> Experiment:
    """Stop an experiment now; one that has ended stays as it was.

    Raises
    ------
    NotFound
    """
    v.catalog.experiments.stop(name, datetime.now(UTC))
    v.experiments.look_again()
    return v.catalog.experiments.get(name)
