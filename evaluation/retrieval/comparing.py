"""Whether one system is better than another: the difference product by product, with a paired bootstrap interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.retrieval.bootstrap import intervals
from evaluation.retrieval.measuring import Measured


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two systems over the same products.

    Attributes
    ----------
    low, high: ends of the 95 % interval of `after` less `before`.
    """

    before: float
    after: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """How much better the second is."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """`better` or `worse` where that is hardly chance, else `unclear`."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "unclear"


def differences(
    before: Mapping[str, Measured], after: Mapping[str, Measured], seed: int
) -> dict[str, dict[str, Difference]]:
    """By protocol and metric, over the products that both could be asked about; protocols of one alone are left out."""
    return {name: _difference(one, after[name], seed) for name, one in before.items() if name in after}


def _difference(before: Measured, after: Measured, seed: int) -> dict[str, Difference]:
    _, first, second = np.intersect1d(before.protocol.rows, after.protocol.rows, return_indices=True)
    metrics = [name for name in before.by_metric if name in after.by_metric]
    olds = {name: before.by_metric[name][first] for name in metrics}
    news = {name: after.by_metric[name][second] for name in metrics}
    ends = intervals({name: news[name] - olds[name] for name in metrics}, seed)
    return {name: Difference(float(olds[name].mean()), float(news[name].mean()), *ends[name]) for name in metrics}
