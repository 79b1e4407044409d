"""Finding what can be bought without telling the engine to: nearly every product can, and a filter costs it time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.filters import Filter
from core.generations import Generation
from core.indexing import ScoredTogether, ViewQuery
from retrieval.columns.cells import Mask
from retrieval.columns.table import AVAILABLE, Columns
from retrieval.wiring import Vitrine

# Where less can be bought, the engine had better leave out the rest itself.
_MOST = 0.5
# So many standard deviations more are asked for than should do.
_MARGIN = 3.0


def score_buyable(
    v: Vitrine, generation: Generation, queries: Sequence[ViewQuery], where: Filter | None
) -> ScoredTogether | None:
    """As `score_together` with a filter on availability besides: a few more are asked for, and the others left out.

    None where that may not find as many; then the engine has to be told.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    columns = v.columns.loaded()
    if columns is None or columns.buyable_share() < _MOST:
        return None
    share = columns.buyable_share()
    wider = [replace(query, limit=_limit(query.limit, share)) for query in queries] if share < 1 else queries
    found = v.store.score_together(generation.id, wider, where)
    buyable = _buyable(v, generation, columns, found.product_ids)
    if wider is queries and buyable.all():
        return found
    kept = np.zeros(len(found.product_ids), dtype=np.bool_)
    for query, wide, scores in zip(queries, wider, found.scores, strict=True):
        known = np.flatnonzero(np.isfinite(scores))
        # What other queries have found is scored as well, and lies behind.
        best = known[np.argsort(-scores[known], kind="stable")][: wide.limit]
        best = best[buyable[best]]
        if len(best) < query.limit and len(known) >= wide.limit:
            return None
        kept[best[: query.limit]] = True
    places = np.flatnonzero(kept)
    return ScoredTogether(tuple(found.product_ids[place] for place in places.tolist()), found.scores[:, places])


def _limit(limit: int, share: float) -> int:
    """How many it takes to have so many that can be bought, in all likelihood."""
    return math.ceil((limit + _MARGIN * math.sqrt(limit * (1 - share))) / share)


def _buyable(v: Vitrine, generation: Generation, columns: Columns, product_ids: Sequence[str]) -> Mask:
    """Which of some products can be bought; of what came or went just now, the index knows."""
    rows, known = columns.rows_of(product_ids)
    buyable = np.zeros(len(product_ids), dtype=np.bool_)
    buyable[known] = columns.buyable(rows)
    if len(known) < len(product_ids):
        unknown = np.setdiff1d(np.arange(len(product_ids)), known)
        points = v.store.retrieve(generation.id, [product_ids[at] for at in unknown.tolist()], payload=True)
        for at in unknown.tolist():
            point = points.get(product_ids[at])
            buyable[at] = point is not None and point.payload.get(AVAILABLE) is True
    return buyable
