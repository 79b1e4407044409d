"""A ranker of one's own: from a log to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.products import rfc3339
from ranking.boosting import RankingRows
from ranking.collaborative.foretelling import Foretelling
from ranking.ranker import Ranker
from ranking.training import Trained, features_of
from retrieval.ids import new_id
from retrieval.reranking.folders import rankers_dir


def save_ranker(
    data_dir: Path,
    trained: Trained,
    encoders: Mapping[str, str],
    figures: Mapping[str, Any],
    foretelling: Foretelling | None = None,
) -> Ranker:
    """Write a model and all that has to be known of it into a folder of its own.

    Parameters
    ----------
    encoders: by view, of the index whose hits it has learnt from.
    figures: how good it is, on what was kept from it.
    foretelling: what goes with what, learnt beside it.

    Raises
    ------
    InvalidSource: the folder cannot be written.
    """
    about = {**_told(trained), **figures}
    ranker = Ranker(new_id("r"), trained.model, trained.features, dict(encoders), about, foretelling)
    ranker.save(rankers_dir(data_dir) / ranker.id)
    return ranker


def _told(trained: Trained) -> dict[str, Any]:
    training, kept = trained.training, trained.held_out
    rows = RankingRows(features_of(kept, trained.features), kept.page_of, kept.gains)
    return {
        "trained_at": rfc3339(datetime.now(UTC)),
        "loss": trained.recipe.loss,
        "position": trained.recipe.position,
        "trees": trained.model.trees,
        "learnt_from": {
            "pages": len(training),
            "with_acts": int(training.wanted().sum()),
            "from": rfc3339(training.pages[0].shown_at),
            "until": rfc3339(training.pages[-1].shown_at),
        },
        "held_out_from": rfc3339(kept.pages[0].shown_at),
        "looked_at": [round(float(value), 4) for value in trained.theta],
        "compared": {name: round(value, 4) for name, value in trained.compared.items()},
        "importances": {name: round(value, 4) for name, value in trained.model.importances(rows).items()},
    }
