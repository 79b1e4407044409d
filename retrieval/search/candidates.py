"""What flows from stage to stage: products in columns, each signal one array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.generations import IMAGE, PHOTOS
from core.hits import Hit
from core.vectors import FloatArray

# Begins the name of a view's signal where the query was turned away from what is not wanted.
AWAY = "away_"
# How much the nearest photo counts beside the mean of all of them.
NEAREST_PHOTO = 0.5


@dataclass(frozen=True, slots=True)
class Candidates:
    """Products under consideration, in no order until they are ranked.

    Attributes
    ----------
    ids: product ids, each once.
    signals: by name, float32 (n,), NaN where a view has nothing for a product.
    scores: float32 (n,), what the ranking goes by.
    """

    ids: tuple[str, ...]
    signals: Mapping[str, FloatArray]
    scores: FloatArray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def deciding(self) -> Mapping[str, FloatArray]:
        """The signals that the order goes by: of a view that was turned away from something, that one; and of `image`,
        where a product was compared photo by photo, the mean of both."""
        deciding = {
            name: self.signals.get(f"{AWAY}{name}", values)
            for name, values in self.signals.items()
            if not name.startswith(AWAY) and name != PHOTOS
        }
        if PHOTOS in self.signals:
            photos, image = self.signals[PHOTOS], deciding[IMAGE]
            together = (1 - NEAREST_PHOTO) * image + NEAREST_PHOTO * photos
            deciding[IMAGE] = np.where(np.isfinite(photos), together, image)
        return deciding

    def take(self, order: NDArray[np.intp]) -> Candidates:
        """The candidates at these positions, in this order."""
        return Candidates(
            tuple([self.ids[i] for i in order.tolist()]),
            {name: values[order] for name, values in self.signals.items()},
            self.scores[order],
        )

    def and_also(self, others: Candidates) -> Candidates:
        """These and then others that are not among them; what the others have no signal for is unknown there."""
        unknown: FloatArray = np.full(len(others), np.nan, dtype=np.float32)
        return Candidates(
            (*self.ids, *others.ids),
            {name: np.concatenate([own, others.signals.get(name, unknown)]) for name, own in self.signals.items()},
            np.concatenate([self.scores, others.scores]),
        )

    def followed_by(self, deeper: Candidates) -> Candidates:
        """What a deeper search has found: first what was there before, in its order, then all that is new.

        What has been shown keeps its place, and nothing that belongs before it is lost.
        """
        places = {product_id: i for i, product_id in enumerate(deeper.ids)}
        before = [places.pop(product_id) for product_id in self.ids if product_id in places]
        return deeper.take(np.array([*before, *places.values()], dtype=np.intp))

    def ranked(self, limit: int) -> Candidates:
        """The best `limit` of them, best first; equal scores go by product id, so that the order never flickers."""
        order = np.argsort(-self.scores, kind="stable")
        ranked = self.scores[order]
        if (ranked[1:] == ranked[:-1]).any():
            by_id = np.argsort(np.asarray(self.ids, dtype=object), kind="stable")
            order = by_id[np.argsort(-self.scores[by_id], kind="stable")]
        return self.take(order[:limit])

    def ranks(self, of: Candidates) -> tuple[dict[str, int], ...]:
        """For each of some of these, by signal, its place if that alone decided; see `Hit.ranks`."""
        ranks: tuple[dict[str, int], ...] = tuple({} for _ in of.ids)
        for name, values in self.signals.items():
            ascending = np.sort(values[np.isfinite(values)])
            places = len(ascending) - np.searchsorted(ascending, of.signals[name], side="right") + 1
            for i in np.flatnonzero(np.isfinite(of.signals[name])):
                ranks[i][name] = int(places[i])
        return ranks

    def hits(
        self, payloads: Mapping[str, Mapping[str, Any]], ranks: Sequence[Mapping[str, int]] = ()
    ) -> tuple[Hit, ...]:
        """As hits of an answer, in the order they stand; a product whose payload is gone meanwhile is left out."""
        return tuple(
            Hit(
                product_id,
                float(self.scores[i]),
                {name: float(values[i]) for name, values in self.signals.items()},
                payloads[product_id],
                ranks[i] if ranks else {},
            )
            for i, product_id in enumerate(self.ids)
            if product_id in payloads
        )
