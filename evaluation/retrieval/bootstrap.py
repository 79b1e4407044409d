"""Percentile bootstrap over queries, for many measures of the same queries at once.

Queries are drawn with replacement, and 95 % of the means lie between the two ends (Efron and Tibshirani 1993, chapter
13). Drawing the rows of a difference query by query makes the test of that difference a paired one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from evaluation.scoring import RESAMPLES, Rows

# Drawn numbers held in memory at once.
_DRAWN_AT_ONCE = 4_000_000


def intervals(by_metric: Mapping[str, Rows], seed: int) -> dict[str, tuple[float, float]]:
    """The 95 % interval of the mean of each measure; the same draws serve all of them.

    Parameters
    ----------
    by_metric: one figure for each query, in the same order in all of them.
    """
    rows = np.stack(list(by_metric.values()), axis=1)
    count = len(rows)
    random = np.random.default_rng(seed)
    step = max(1, _DRAWN_AT_ONCE // count)
    means = []
    for start in range(0, RESAMPLES, step):
        resamples = min(step, RESAMPLES - start)
        drawn = random.integers(0, count, (resamples, count)) + np.arange(resamples)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=resamples * count).reshape(resamples, count)
        means.append(times.astype(np.float64) @ rows / count)
    low, high = np.percentile(np.concatenate(means), (2.5, 97.5), axis=0, method="nearest")
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate(by_metric)}
