"""Fitting a logistic model by Newton's method: a few features, some ten thousand rows, a few milliseconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.relevance import Logistic
from core.vectors import FloatArray

_STEPS = 60
_ENOUGH = 1e-8
_Numbers = NDArray[np.float64]


def fit(
    features: FloatArray, labels: NDArray[np.bool_], row_weights: FloatArray, l2: float, rising: Sequence[int] = ()
) -> Logistic:
    """The penalised maximum of the likelihood (Hastie, Tibshirani and Friedman 2009, section 4.4.1).

    Parameters
    ----------
    features: (n, k). labels: (n,). row_weights: (n,), how much each row counts.
    l2: the penalty on each weight's square, and, so that a solution exists, a thousandth of it on the bias.
    rising: features of which more never makes a row less likely; one that would have a negative weight is left out.
    """
    x = np.c_[features, np.ones(len(features))].astype(np.float64)
    y, w = labels.astype(np.float64), row_weights.astype(np.float64)
    used = np.ones(x.shape[1], dtype=np.bool_)
    while True:
        b = np.zeros(x.shape[1])
        b[used] = _newton(x[:, used], y, w, l2)
        falling = [feature for feature in rising if b[feature] < 0]
        if not falling:
            return Logistic(tuple(b[:-1].tolist()), float(b[-1]))
        used[min(falling, key=b.__getitem__)] = False


def _newton(x: _Numbers, y: _Numbers, w: _Numbers, l2: float) -> _Numbers:
    """The weights of the columns of x, the last of which is the bias."""
    penalty = np.full(x.shape[1], l2)
    penalty[-1] = l2 / 1_000
    b = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 0.5 * (1.0 + np.tanh(0.5 * (x @ b)))
        gradient = x.T @ (w * (p - y)) + penalty * b
        curvature = (x * (w * np.maximum(p * (1 - p), 1e-9))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        # A full step can overshoot where almost everything is certain.
        b -= step / max(1.0, float(np.abs(step).max()) / 10)
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return b
