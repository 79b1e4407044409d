"""For each product those that the same shoppers want, as arrays that are saved in a folder beside a ranker."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput, InvalidSource
from core.vectors import FloatArray
from ranking.collaborative.ease import Ease, Sparse, fit_ease, fits_in_memory

NEIGHBOURS_MAX = 100
FILE_NAME = "neighbours.npz"
# Found best on a validation slice of MovieLens; it moves little from 100 to 400.
_REGULARISATION = 100.0
# Added to how often a product is wanted, so that chance meetings of rare ones do not count as much as real ones.
_SHRINKAGE = 5.0
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A product that goes with others, and how much: above 0, comparable within one call."""

    product_id: str
    score: float


@dataclass(frozen=True, slots=True)
class ItemNeighbours:
    """Which products the same shoppers want.

    Attributes
    ----------
    product_ids: of all products that were wanted, in the order of the rows.
    neighbours: int32 (products, k) rows of each product's neighbours, the nearest first; -1 where there are fewer.
    scores: float32 (products, k) above 0, and 0 where there is none.
    """

    product_ids: tuple[str, ...]
    neighbours: NDArray[np.int32]
    scores: FloatArray

    def nearest(self, wanted: Mapping[str, float], limit: int) -> list[Neighbour]:
        """What goes with some wanted products, the best first, without those themselves.

        Parameters
        ----------
        wanted: weights above 0 by product id, as `Profile.liked`; unknown products say nothing.
        """
        sums = self.scores_of(wanted)
        ordered = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
        return [Neighbour(name, score) for name, score in ordered if name not in wanted][:limit]

    def scores_of(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Σ wᵢ·sᵢⱼ / Σ wᵢ by product id j, of those above 0."""
        row_of = {name: row for row, name in enumerate(self.product_ids) if name in wanted}
        if not row_of:
            return {}
        rows = np.fromiter(row_of.values(), dtype=np.intp)
        weights = np.array([wanted[name] for name in row_of], dtype=np.float64)
        beside = self.neighbours[rows]
        sums = np.zeros(len(self.product_ids))
        np.add.at(sums, np.maximum(beside, 0), self.scores[rows] * (weights / weights.sum())[:, None])
        return {self.product_ids[row]: float(sums[row]) for row in np.flatnonzero(sums > 0)}

    def save(self, folder: Path) -> None:
        """Write it into a folder that exists."""
        names = np.frombuffer(json.dumps(self.product_ids).encode(), dtype=np.uint8)
        np.savez_compressed(folder / FILE_NAME, product_ids=names, neighbours=self.neighbours, scores=self.scores)


def load_neighbours(folder: Path) -> ItemNeighbours:
    """What `ItemNeighbours.save` has written.

    Raises
    ------
    InvalidSource: the file is absent or damaged.
    """
    try:
        # numpy itself would leave a damaged file open.
        with (folder / FILE_NAME).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            ids = tuple(json.loads(arrays["product_ids"].tobytes()))
            found = ItemNeighbours(ids, arrays["neighbours"], arrays["scores"])
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise InvalidSource(
            f"holds no neighbours of products: {error}", field=str(folder), remedy="Train it again: vitrine rank train"
        ) from error
    if not len(ids) == len(found.neighbours) == len(found.scores):
        raise InvalidSource(
            "has lists of different lengths", field=str(folder / FILE_NAME), remedy="Train it again: vitrine rank train"
        )
    return found


def fit_neighbours(wants: Iterable[tuple[str, str]], regularisation: float = _REGULARISATION) -> ItemNeighbours:
    """Learn from who wanted what.

    By EASE where its matrix can be inverted, else by co-occurrence. Of several equally near ones the first by id comes
    first; the order of `wants` does not matter.

    Parameters
    ----------
    wants: pairs of shopper and product, each counted once.

    Raises
    ------
    InvalidInput: there are none.
    """
    pairs = sorted(set(wants))
    if not pairs:
        raise InvalidInput(
            "nobody wanted anything", field="events", remedy="Send likes, carts or purchases before this is trained"
        )
    likes, ids = _matrix(pairs)
    rows = _ease_rows(fit_ease(likes, regularisation)) if fits_in_memory(likes) else _cooccurrence_rows(likes)
    limit = min(NEIGHBOURS_MAX, len(ids))
    beside = np.full((len(ids), limit), -1, dtype=np.int32)
    scores = np.zeros((len(ids), limit), dtype=np.float32)
    start = 0
    for block in rows:
        order = np.argsort(-block, axis=1, kind="stable")[:, :limit]
        best = np.take_along_axis(block, order, axis=1)
        scores[start : start + len(block)] = np.where(best > 0, best, 0)
        beside[start : start + len(block)] = np.where(best > 0, order, -1)
        start += len(block)
    return ItemNeighbours(ids, beside, scores)


def _matrix(pairs: list[tuple[str, str]]) -> tuple[Sparse, tuple[str, ...]]:
    from scipy.sparse import csr_matrix

    shoppers = {name: row for row, name in enumerate(sorted({shopper for shopper, _ in pairs}))}
    ids = tuple(sorted({product for _, product in pairs}))
    column = {name: place for place, name in enumerate(ids)}
    places = ([shoppers[shopper] for shopper, _ in pairs], [column[product] for _, product in pairs])
    return csr_matrix((np.ones(len(pairs)), places), shape=(len(shoppers), len(ids))), ids


def _ease_rows(model: Ease) -> Iterable[FloatArray]:
    """Rows of B, some at a time: the scores of histories of one product each."""
    from scipy.sparse import identity

    every = identity(model.likes.shape[1], format="csr")
    for start in range(0, every.shape[0], _BLOCK):
        block = model.scores(every[start : start + _BLOCK])
        _without_itself(block, start)
        yield block


def _cooccurrence_rows(likes: Sparse) -> Iterable[FloatArray]:
    """cᵢⱼ / √((cᵢ + 5)(cⱼ + 5)), some rows at a time: the shrunken cosine of who wanted both."""
    counts = np.asarray(likes.sum(axis=0)).ravel() + _SHRINKAGE
    columns: Any = likes.T.tocsr()
    for start in range(0, columns.shape[0], _BLOCK):
        met = (columns[start : start + _BLOCK] @ likes).toarray()
        block = np.asarray(met / np.sqrt(counts[start : start + len(met), None] * counts), dtype=np.float32)
        _without_itself(block, start)
        yield block


def _without_itself(block: FloatArray, start: int) -> None:
    rows = np.arange(len(block))
    block[rows, start + rows] = 0
