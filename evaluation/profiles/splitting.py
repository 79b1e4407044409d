"""Who is served with what: what methods may learn from, what is known of each shopper, and what is to be guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.profiles.ratings import Ratings

Mask = NDArray[np.bool_]
# scipy.sparse.csr_matrix; scipy ships no types.
Sparse = Any


@dataclass(frozen=True, slots=True)
class Split:
    """Ratings, and which of them are learnt from and which are to be guessed."""

    ratings: Ratings
    training: Mask
    held: Mask


@dataclass(frozen=True, slots=True)
class Histories:
    """What is known of some shoppers.

    Attributes
    ----------
    rows: places in the ratings, each shopper's together and in order of time.
    owners: (len(rows),) whose each of them is, as a place in 0..count-1.
    count: how many shoppers; one of whom nothing is known has no row.
    """

    ratings: Ratings
    rows: NDArray[np.intp]
    owners: NDArray[np.intp]
    count: int

    def matrix(self, chosen: Mask, halved_after: float | None = None) -> Sparse:
        """CSR float64 (count, products), 1 for each chosen event.

        Parameters
        ----------
        chosen: of all ratings.
        halved_after: so many chosen events earlier counts half; None: all count alike.
        """
        from scipy.sparse import csr_matrix

        kept = chosen[self.rows]
        rows, owners = self.rows[kept], self.owners[kept]
        weights = np.ones(len(rows))
        if halved_after is not None:
            ends = np.searchsorted(owners, owners, side="right")
            weights = np.exp2(-(ends - 1 - np.arange(len(owners))) / halved_after)
        shape = (self.count, len(self.ratings.product_ids))
        return csr_matrix((weights, (owners, self.ratings.products[rows])), shape=shape)

    def of(self, place: int) -> NDArray[np.intp]:
        """The rows of one shopper, in order of time."""
        start, end = np.searchsorted(self.owners, (place, place + 1))
        return self.rows[start:end]

    def part(self, block: slice) -> Histories:
        """Those of some shoppers side by side."""
        first, last = np.searchsorted(self.owners, (block.start, block.stop))
        owners = self.owners[first:last] - block.start
        return Histories(self.ratings, self.rows[first:last], owners, block.stop - block.start)


@dataclass(frozen=True, slots=True)
class Task:
    """Guess what some shoppers will like.

    Attributes
    ----------
    fit: which ratings may be learnt from.
    histories: what is known of each shopper who is served; may be less than what is in `fit`, or not be in it at all.
    excluded: CSR (shoppers, products), not 0 for what must not be recommended to them.
    wanted: CSR (shoppers, products), not 0 for what they like later; at least one each.
    """

    fit: Mask
    histories: Histories
    excluded: Sparse
    wanted: Sparse


def last_share(ratings: Ratings, among: Mask, share: float) -> tuple[Mask, Mask]:
    """What comes before, and the last `share` of each shopper's events by time, rounded up; of a single event none."""
    places = np.flatnonzero(among)
    owners = ratings.shoppers[places]
    starts = np.searchsorted(owners, owners, side="left")
    ends = np.searchsorted(owners, owners, side="right")
    sizes = ends - starts
    taken = np.where(sizes > 1, np.ceil(np.round(share * sizes, 9)), 0)
    held = np.zeros(len(among), dtype=np.bool_)
    held[places] = np.arange(len(places)) >= ends - taken
    return among & ~held, held


def warm_task(ratings: Ratings, training: Mask, held: Mask, chosen: NDArray[np.intp] | None = None) -> Task:
    """Shoppers of whom everything before the held-out part is known, to the methods as well.

    Parameters
    ----------
    chosen: codes of shoppers, rising; None: all. Those who like nothing of the held-out part are left out.
    """
    return _task(ratings, training, training, held, _served(ratings, held, chosen))


def stranger_task(ratings: Ratings, training: Mask, held: Mask, strangers: NDArray[np.intp], events_max: int) -> Task:
    """Shoppers whom the methods have never seen, with only their last few events before the held-out part.

    What they did before these is not recommended either, so that every method has the same products to choose from,
    however much is known.
    """
    known = _latest_of_each(ratings, training, events_max)
    fit = training & ~np.isin(ratings.shoppers, strangers)
    served = _task(ratings, training, known, held, _served(ratings, held, strangers))
    return Task(fit, served.histories, served.excluded, served.wanted)


def folds(ratings: Ratings, count: int, each_max: int, seed: int) -> list[NDArray[np.intp]]:
    """All shoppers in so many parts, evenly and by lot; of each part at most `each_max`."""
    order = np.random.default_rng(seed).permutation(len(ratings.shopper_ids))
    return [np.sort(order[start::count][:each_max]) for start in range(count)]


def drawn_shoppers(ratings: Ratings, shoppers_max: int, seed: int) -> NDArray[np.intp]:
    """So many shoppers by lot, or all of them."""
    order = np.random.default_rng(seed).permutation(len(ratings.shopper_ids))
    return np.sort(order[:shoppers_max])


def _served(ratings: Ratings, held: Mask, chosen: NDArray[np.intp] | None) -> NDArray[np.intp]:
    served = np.unique(ratings.shoppers[held & ratings.liked])
    return served if chosen is None else np.intersect1d(served, chosen)


def _latest_of_each(ratings: Ratings, among: Mask, events_max: int) -> Mask:
    places = np.flatnonzero(among)
    owners = ratings.shoppers[places]
    ends = np.searchsorted(owners, owners, side="right")
    latest = np.zeros(len(among), dtype=np.bool_)
    latest[places] = np.arange(len(places)) >= ends - events_max
    return latest


def _task(ratings: Ratings, training: Mask, known: Mask, held: Mask, served: NDArray[np.intp]) -> Task:
    every = np.ones(len(ratings.shoppers), dtype=np.bool_)
    excluded = histories_of(ratings, training, served).matrix(every)
    wanted = histories_of(ratings, held, served).matrix(ratings.liked)
    return Task(training, histories_of(ratings, known, served), excluded, wanted)


def histories_of(ratings: Ratings, known: Mask, served: NDArray[np.intp]) -> Histories:
    """What is known of some shoppers, given by their codes, rising."""
    rows = np.flatnonzero(known & np.isin(ratings.shoppers, served))
    return Histories(ratings, rows, np.searchsorted(served, ratings.shoppers[rows]), len(served))
