"""How sure it is that a product is what was asked for: logistic models over a search's signals, fitted to one index."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.vectors import FloatArray

# Grows when the models look at other features: one that was kept is then no model of anything.
VERSION = 2

WORDS, MEANING, PHOTO, PRODUCT = "words", "meaning", "photo", "product"


@dataclass(frozen=True, slots=True)
class Logistic:
    """P(y = 1 | x) = 1 / (1 + exp(-(w·x + b))).

    Attributes
    ----------
    weights: w, one for each feature. bias: b.
    """

    weights: tuple[float, ...]
    bias: float

    def logits(self, features: FloatArray) -> FloatArray:
        """w·x + b of every row: (n, features) to float32 (n,)."""
        # `@` would have OpenBLAS compute with whatever lies beside five columns, too: it drops what comes of that, but
        # numpy warns of an invalid value.
        weighted = np.einsum("nk,k->n", features, np.asarray(self.weights, dtype=np.float32))
        logits: FloatArray = weighted + np.float32(self.bias)
        return logits

    def probabilities(self, features: FloatArray) -> FloatArray:
        """P(y = 1) of every row: (n, features) to float32 (n,)."""
        return sigmoid(self.logits(features))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The models of one index.

    Attributes
    ----------
    known, unknown: whether words find anything at all in this shop; `unknown` looks at the dense views alone, for
        queries with words that the catalogue does not have.
    relevance: whether one product is what was asked for, by kind of query, `words`, `photo` or `product`; `meaning`
        judges words without looking for the words themselves, so that synonyms have their say.
    spreads: by kind of query and by view, the usual standard deviation of a signal among what one search finds; of
        `lexical` as a share of the best.
    products: how many were in the index when this was fitted.
    """

    known: Logistic
    unknown: Logistic
    relevance: Mapping[str, Logistic]
    spreads: Mapping[str, Mapping[str, float]]
    products: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be kept with the generation."""
        return {"version": VERSION, **asdict(self)}


def calibration_of(kept: Mapping[str, Any]) -> Calibration | None:
    """What `as_json` wrote; None where nothing was fitted yet, or by a version that looked at other features."""
    try:
        if kept["version"] != VERSION:
            return None
        relevance = {kind: _logistic(model) for kind, model in kept["relevance"].items()}
        spreads = {kind: {view: _positive(s) for view, s in by.items()} for kind, by in kept["spreads"].items()}
        known, unknown = _logistic(kept["known"]), _logistic(kept["unknown"])
        return Calibration(known, unknown, relevance, spreads, int(kept["products"]))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def sigmoid(logits: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)), without overflow."""
    probabilities: FloatArray = (0.5 * (1.0 + np.tanh(0.5 * logits))).astype(np.float32)
    return probabilities


def _logistic(kept: Mapping[str, Any]) -> Logistic:
    weights: Sequence[float] = kept["weights"]
    numbers = tuple(float(weight) for weight in weights)
    bias = float(kept["bias"])
    if not all(map(math.isfinite, (*numbers, bias))):
        raise ValueError("a weight is no number")
    return Logistic(numbers, bias)


def _positive(kept: Any) -> float:
    spread = float(kept)
    if not 0 < spread < math.inf:
        raise ValueError("a spread is no positive number")
    return spread
