"""What all shoppers' wants foretell of one's next, in a form that is kept and served: EASE, its strongest weights.

Fitted beside a ranker and kept in its folder (`fit_foretelling`). Weights are tried on the product that each shopper
wanted last, before the model sees it; one that finds it no better than popularity does is not kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidSource
from ranking.collaborative.ease import Sparse, ease_weights

FORETELLING_FILE = "collaborative.npz"
# Found among so many counts.
RECALL_AT = 20
REGULARISATIONS = (20.0, 100.0, 500.0)
# Of the products, those wanted most; their weights are inverted as one matrix, 200 MB.
PRODUCTS_MAX = 5_000
# So many of the strongest are kept of each product.
WEIGHTS_MAX = 100
# What a single shopper wants together is his own business, and chance.
_MEETINGS_MIN = 2
# Who wants fewer has nothing that the last of them could be foretold by.
_WANTS_MIN = 2
# Of the shoppers some choose the regularisation, the others judge.
_CHOOSING, _JUDGING = 0, 1
_BLOCK = 1_024


@dataclass(frozen=True, slots=True)
class Foretelling:
    """Which products are wanted by those who want certain others.

    Attributes
    ----------
    products: ids by number.
    weights: float32 CSR (wanted, foretold), above 0.
    """

    products: tuple[str, ...]
    weights: Sparse
    _number_of: Mapping[str, int]

    @classmethod
    def of(cls, products: Sequence[str], weights: Sparse) -> Foretelling:
        """From ids by number and the weights among them."""
        return cls(tuple(products), weights, {name: number for number, name in enumerate(products)})

    def beside(self, liked: Mapping[str, float]) -> dict[str, tuple[float, str]]:
        """What goes with all that a shopper likes: how strongly, as a share of the strongest, and which of his says so.

        Σ over what he likes of its weight times EASE's; products that he likes are left out. Shares, because weights of
        models that were smoothed differently lie on different scales, and rankers learn from those of former ones.

        Parameters
        ----------
        liked: weights above 0 by product id.
        """
        names = [name for name in liked if name in self._number_of]
        if not names:
            return {}
        rows = self.weights[[self._number_of[name] for name in names]].tocsr()
        rows.data *= np.repeat([liked[name] for name in names], np.diff(rows.indptr))
        strengths = np.bincount(rows.indices, rows.data, len(self.products))
        strengths[[self._number_of[name] for name in names]] = 0.0
        by = np.repeat(np.arange(len(names)), np.diff(rows.indptr))
        # The strongest is written last, and stays.
        order = np.argsort(rows.data, kind="stable")
        most = np.zeros(len(self.products), dtype=np.intp)
        most[rows.indices[order]] = by[order]
        strongest = float(strengths.max(initial=0.0)) or 1.0
        return {
            self.products[product]: (float(strengths[product]) / strongest, names[most[product]])
            for product in np.flatnonzero(strengths > 0).tolist()
        }

    def save(self, folder: Path) -> None:
        """Write it beside a ranker; raises `OSError`."""
        np.savez_compressed(
            folder / FORETELLING_FILE,
            products=np.array(self.products, dtype=np.str_),
            starts=self.weights.indptr,
            foretold=self.weights.indices,
            weights=self.weights.data,
        )


@dataclass(frozen=True, slots=True)
class Foretold:
    """A model that is fitted, and how good it is.

    Attributes
    ----------
    found, popular: (shoppers,) whether each one's last want was among the first 20 of the model, and of the most
        wanted products; of shoppers that chose nothing.
    """

    model: Foretelling
    regularisation: float
    found: NDArray[np.float64]
    popular: NDArray[np.float64]


def fit_foretelling(wants: Sequence[tuple[str, str]]) -> Foretold | None:
    """Fit EASE to who wants what, with the regularisation that foretells shoppers' last wants best.

    Returns None where too few shoppers want several products to try it on.

    Parameters
    ----------
    wants: shopper and product, oldest first; a pair that comes again counts where it came first.
    """
    from scipy.sparse import csr_matrix

    histories = _histories(wants)
    products = _most_wanted(histories)
    number_of = {name: number for number, name in enumerate(products)}
    rows = [[number_of[name] for name in history if name in number_of] for history in histories.values()]
    rows = [row for row in rows if row]
    tried = [number for number, row in enumerate(rows) if len(row) >= _WANTS_MIN]
    halves = [np.array(tried[start::2], dtype=np.intp) for start in (_CHOOSING, _JUDGING)]
    if not all(len(half) for half in halves):
        return None

    def matrix(some: Sequence[Sequence[int]]) -> Sparse:
        who = np.repeat(np.arange(len(some)), [len(row) for row in some])
        what = np.array([number for row in some for number in row], dtype=np.intp)
        return csr_matrix((np.ones(len(what)), (who, what)), shape=(len(some), len(products)))

    last = np.array([row[-1] for row in rows], dtype=np.intp)
    known = matrix([row[:-1] if len(row) >= _WANTS_MIN else row for row in rows])
    trials = {value: _kept(known, value) for value in REGULARISATIONS}
    found = {
        value: [_hits(known, partial(_through, weights), last, half) for half in halves]
        for value, weights in trials.items()
    }
    best = max(found, key=lambda value: float(found[value][_CHOOSING].mean()))
    counts = np.asarray(known.sum(axis=0), dtype=np.float64)
    popular = _hits(known, lambda some: np.repeat(counts, some.shape[0], axis=0), last, halves[_JUDGING])
    return Foretold(Foretelling.of(products, _kept(matrix(rows), best)), best, found[best][_JUDGING], popular)


def load_foretelling(folder: Path, products: int) -> Foretelling:
    """What `Foretelling.save` has written.

    Parameters
    ----------
    products: how many there have to be.

    Raises
    ------
    InvalidSource: the file is absent, damaged, or of another number of products.
    """
    from scipy.sparse import csr_matrix

    path = folder / FORETELLING_FILE
    remedy = "Train it again: vitrine rank train"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            names = tuple(kept["products"].tolist())
            size = (len(names), len(names))
            weights = csr_matrix((kept["weights"], kept["foretold"], kept["starts"]), shape=size)
            weights.check_format(full_check=True)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile, zlib.error) as error:
        raise InvalidSource("does not hold who wants what", field=str(path), remedy=remedy) from error
    if len(names) != products:
        raise InvalidSource(f"must be of {products:,} products", field=str(path), value=len(names), remedy=remedy)
    return Foretelling.of(names, weights)


def _histories(wants: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Each shopper's products, the first wanted first."""
    histories: dict[str, list[str]] = {}
    for shopper, product in dict.fromkeys(wants):
        histories.setdefault(shopper, []).append(product)
    return histories


def _most_wanted(histories: Mapping[str, Sequence[str]]) -> list[str]:
    counts: dict[str, int] = {}
    for history in histories.values():
        for name in history:
            counts[name] = counts.get(name, 0) + 1
    several = [name for name, count in counts.items() if count >= _MEETINGS_MIN]
    return sorted(several, key=lambda name: (-counts[name], name))[:PRODUCTS_MAX]


def _kept(likes: Sparse, regularisation: float) -> Sparse:
    """The strongest weights of each product, above 0, among products that several shoppers want together."""
    from scipy.sparse import csr_matrix, vstack

    weights = ease_weights(likes, regularisation)
    meetings = (likes.T @ likes).tocsr()
    parts = []
    for start in range(0, len(weights), _BLOCK):
        block = weights[start : start + _BLOCK]
        block[meetings[start : start + _BLOCK].toarray() < _MEETINGS_MIN] = 0.0
        np.maximum(block, 0.0, out=block)
        if block.shape[1] > WEIGHTS_MAX:
            least = np.partition(block, -WEIGHTS_MAX, axis=1)[:, -WEIGHTS_MAX, None]
            block[block < least] = 0.0
        parts.append(csr_matrix(block.astype(np.float32)))
    return vstack(parts).tocsr()


def _through(weights: Sparse, histories: Sparse) -> NDArray[np.float64]:
    return np.asarray((histories @ weights).toarray(), dtype=np.float64)


def _hits(
    known: Sparse,
    scores_of: Callable[[Sparse], NDArray[np.float64]],
    last: NDArray[np.intp],
    shoppers: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Whether each shopper's last want is among the first 20 that he is not known to want already; (shoppers,)."""
    found = np.zeros(len(shoppers))
    for start in range(0, len(shoppers), _BLOCK):
        some = shoppers[start : start + _BLOCK]
        scores = scores_of(known[some])
        scores[known[some].nonzero()] = -np.inf
        own = scores[np.arange(len(some)), last[some], None]
        # What is level with it comes before it, so that scores without an opinion find nothing.
        found[start : start + len(some)] = ((scores >= own).sum(axis=1) <= RECALL_AT) & (own[:, 0] > 0)
    return found
