"""Where guessing is hard: shoppers of whom little is known, and products that hardly anybody has met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import InvalidInput
from evaluation.profiles.choosing import Fit
from evaluation.profiles.full import CUTS
from evaluation.profiles.measuring import Lists, Scorer, figures, hits_of, measured, recommend, recommend_among
from evaluation.profiles.splitting import Mask, Sparse, Split, Task, folds, stranger_task
from evaluation.scoring import Figure, Rows, interval

FOLDS = 3
# Of each fold.
_STRANGERS_MAX = 700
_RECALL_AT = 50
RARITIES: Mapping[str, tuple[int, int]] = {"none": (0, 0), "1 to 2": (1, 2), "3 to 5": (3, 5)}

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RareProducts:
    """What methods find of products with few training events.

    Attributes
    ----------
    products: how many there are. shoppers: how many of the shoppers like one of them later.
    recall: by method, the share found among the first 50, where only these products are ranked.
    over_chance: that over what drawing by lot would find.
    recall_among_all: by method, where they are ranked with all others.
    """

    products: int
    shoppers: int
    recall: dict[str, Figure]
    over_chance: dict[str, Figure]
    recall_among_all: dict[str, Figure]


def strangers(
    split: Split, fits: Mapping[str, Fit], seed: int, report: Report, notes: list[str]
) -> dict[int, dict[str, dict[str, Rows]]]:
    """Every measure by length of history and method, shopper by shopper, each a stranger to what he is served by.

    What could not be trained is added to `notes`.
    """
    ratings, training, held = split.ratings, split.training, split.held
    found: dict[int, dict[str, list[dict[str, Rows]]]] = {cut: {name: [] for name in fits} for cut in CUTS}
    for number, fold in enumerate(folds(ratings, FOLDS, _STRANGERS_MAX, seed)):
        tasks = {cut: stranger_task(ratings, training, held, fold, cut) for cut in CUTS}
        if not tasks[CUTS[0]].histories.count:
            continue
        for step, (name, fit) in enumerate(fits.items()):
            report("measuring strangers", number * len(fits) + step, FOLDS * len(fits))
            try:
                scorer = fit(ratings, tasks[CUTS[0]].fit)
            except InvalidInput as error:
                notes.append(f"{name} could not be trained for strangers: {error}")
                continue
            for cut, task in tasks.items():
                found[cut][name].append(measured(recommend(scorer, task, seed), task.wanted))
    # A method that could not be trained for some of them is compared with nobody.
    whole = max((len(parts) for by_name in found.values() for parts in by_name.values()), default=0)
    return {
        cut: {name: _joined(parts) for name, parts in by_name.items() if parts and len(parts) == whole}
        for cut, by_name in found.items()
    }


def rare_products(
    task: Task, scorers: Mapping[str, Scorer], lists: Mapping[str, Lists], seed: int
) -> dict[str, RareProducts]:
    """What each method finds of products of each rarity; `lists`: what it recommends of all products."""
    ratings = task.histories.ratings
    events = np.bincount(ratings.products[task.fit], minlength=len(ratings.product_ids))
    pools = {name: (events >= least) & (events <= most) for name, (least, most) in RARITIES.items()}
    pools = {name: pool for name, pool in pools.items() if task.wanted.multiply(pool[None, :]).sum() > 0}
    among = {one: recommend_among(scorer, task, seed, list(pools.values())) for one, scorer in scorers.items()}
    return {
        name: _found_of(task, pool, lists, {one: made[place] for one, made in among.items()}, seed)
        for place, (name, pool) in enumerate(pools.items())
    }


def _found_of(
    task: Task, pool: Mask, lists: Mapping[str, Lists], among: Mapping[str, Lists], seed: int
) -> RareProducts:
    wanted = task.wanted.multiply(pool[None, :]).tocsr()
    counts = np.asarray((wanted != 0).sum(axis=1)).ravel()
    served = counts > 0
    chance = np.minimum(1.0, _RECALL_AT / np.maximum(pool.sum() - _excluded(task, pool), 1))[served]
    recall = {one: _recall(made, wanted, counts)[served] for one, made in among.items()}
    return RareProducts(
        int(pool.sum()),
        int(served.sum()),
        figures(recall, seed),
        {one: _over(rows, chance, seed) for one, rows in recall.items()},
        figures({one: _recall(lists[one], wanted, counts)[served] for one in among}, seed),
    )


def _excluded(task: Task, pool: Mask) -> Rows:
    return np.asarray((task.excluded.multiply(pool[None, :]) != 0).sum(axis=1), dtype=np.float64).ravel()


def _recall(lists: Lists, wanted: Sparse, counts: Rows) -> Rows:
    hits = hits_of(lists[:, :_RECALL_AT], wanted).sum(axis=1)
    return np.asarray(hits / np.maximum(counts, 1), dtype=np.float64)


def _over(rows: Rows, chance: Rows, seed: int) -> Figure:
    low, high = interval(lambda picked: rows[picked].mean(axis=1) / chance[picked].mean(axis=1), len(rows), seed)
    return Figure(float(rows.mean() / chance.mean()), low, high, None)


def _joined(parts: list[dict[str, Rows]]) -> dict[str, Rows]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
