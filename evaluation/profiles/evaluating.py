"""One evaluation from file to figures: read, choose on the validation slice, measure on what was held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from core.errors import InvalidInput
from core.settings import Settings
from evaluation.catalogue import CatalogueFile, read_catalogue
from evaluation.measures import Measure
from evaluation.profiles.baselines import ALS, ALS_SETTINGS, EASE, POPULARITY, baselines
from evaluation.profiles.choosing import Chosen, Fit, choose
from evaluation.profiles.contents import CONTENT, MEAN, METHODS, SESSION, contents
from evaluation.profiles.described import describe, encoder_named
from evaluation.profiles.full import FULL, fit_full
from evaluation.profiles.measuring import NDCG, Lists, Scorer, figures, measured, ratio, recommend
from evaluation.profiles.published import FLAWS, Figures, published
from evaluation.profiles.ratings import Ratings, RatingsFile, read_ratings
from evaluation.profiles.signals import Contents, Ingredients
from evaluation.profiles.slices import RareProducts, rare_products, strangers
from evaluation.profiles.splitting import Mask, Split, Task, drawn_shoppers, last_share, warm_task
from evaluation.scoring import Figure, Rows
from ranking.collaborative.ease import INVERTED_MAX

LAST_FIFTH = "last-20%"
_SHARE = 0.2
# More shoppers make intervals hardly narrower, and a run long.
SHOPPERS_MAX = 2_000
_FEW_EVENTS = 5
_NEW = "none"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ProfilesRequest:
    """What to evaluate.

    Attributes
    ----------
    catalogue, text_encoder: without both nothing is known of what products are about.
    cache_dir: where vectors are remembered.
    """

    ratings: RatingsFile
    catalogue: CatalogueFile | None
    text_encoder: str | None
    cache_dir: Path
    seed: int = 7


@dataclass(frozen=True, slots=True)
class ProfilesEvaluation:
    """All that was measured.

    Attributes
    ----------
    chosen: what each method was given, by its name. content: the name of the best profile method on validation.
    figures: by protocol, method and measure. shoppers: by protocol, how many were served.
    strangers: by length of history, method and measure. rare: by rarity.
    comparisons: NDCG@10 of one method over another under last-20%, by `ONE over OTHER`.
    notes: what could not be done, for a person.
    """

    ratings: Ratings
    chosen: dict[str, Chosen]
    content: str | None
    figures: dict[str, Figures]
    shoppers: int
    strangers: dict[int, Figures]
    rare: dict[str, RareProducts]
    comparisons: dict[str, Figure]
    measures: list[Measure]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class _Run:
    """What all steps of an evaluation share."""

    ratings: Ratings
    contents: Contents | None
    training: Mask
    held: Mask
    seed: int
    report: Report
    notes: list[str] = field(default_factory=list)


def evaluate_profiles(settings: Settings, request: ProfilesRequest, report: Report) -> ProfilesEvaluation:
    """Measure every method on one file of ratings.

    Raises
    ------
    InvalidInput, InvalidSource: a file cannot be read, or has too little in it.
    """
    run = _read(settings, request, report)
    validation = _validation(run)
    chosen = _choose(run, validation)
    if EASE not in chosen:
        run.notes.append(f"EASE is left out: above {INVERTED_MAX:,} shoppers and products alike it cannot be fitted")
    content = max(_profiles_of(chosen), key=lambda name: chosen[name].validation, default=None)
    fits = {name: one.variant.fit for name, one in chosen.items()}
    if content is not None:
        fits[CONTENT] = fits[content]
    settings_of_als = ALS_SETTINGS[chosen[ALS].variant.settings]
    fits[FULL] = partial(fit_full, Ingredients(run.contents, settings_of_als))
    task = warm_task(run.ratings, run.training, run.held, drawn_shoppers(run.ratings, SHOPPERS_MAX, run.seed))
    scorers, lists = _fitted(run, fits, task)
    rows = {name: measured(found, task.wanted) for name, found in lists.items()}
    comparisons = _comparisons(rows, run.seed)
    unknown = {name: fits[name] for name in scorers if name not in _profiles_of(chosen)}
    strange = strangers(Split(run.ratings, run.training, run.held), unknown, run.seed, report, run.notes)
    rare = rare_products(task, scorers, lists, run.seed)
    made = {LAST_FIFTH: {name: figures(found, run.seed) for name, found in rows.items()}}
    if run.contents is not None:
        variants = {name: chosen[name].variant for name in (MEAN, SESSION)}
        for protocol in FLAWS:
            report("measuring as published", len(made) - 1, len(FLAWS))
            made[protocol] = published(run.ratings, variants, protocol, SHOPPERS_MAX, run.seed)
    return ProfilesEvaluation(
        run.ratings,
        chosen,
        content,
        made,
        task.histories.count,
        {cut: {name: figures(found, run.seed) for name, found in by_name.items()} for cut, by_name in strange.items()},
        rare,
        comparisons,
        _measures(rows, strange, rare, run.seed),
        run.notes,
    )


def _read(settings: Settings, request: ProfilesRequest, report: Report) -> _Run:
    report("reading", 0, 1)
    products = {} if request.catalogue is None else {one.id: one for one in read_catalogue(request.catalogue).products}
    ratings = read_ratings(request.ratings, tuple(products))
    notes = []
    if not ratings.timed:
        notes.append("The file has no times; the order of its rows is taken for the order in time")
    found = None
    if products and request.text_encoder is not None:
        name = encoder_named(request.text_encoder)
        found = describe(products, ratings.product_ids, name, settings, request.cache_dir, report)
        unknown = int((~found.vectors.any(axis=1)).sum())
        if unknown:
            notes.append(f"{unknown:,} products that were rated are not in the file of products")
    else:
        notes.append("Without --products and --text-encoder nothing is known of what products are about")
    every = np.ones(len(ratings.shoppers), dtype=np.bool_)
    training, held = last_share(ratings, every, _SHARE)
    return _Run(ratings, found, training, held, request.seed, report, notes)


def _validation(run: _Run) -> Task:
    """The last fifth of what is before the held-out part; the held-out part itself decides nothing."""
    before, held = last_share(run.ratings, run.training, _SHARE)
    validation = warm_task(run.ratings, before, held, drawn_shoppers(run.ratings, SHOPPERS_MAX, run.seed))
    if not validation.histories.count or not (run.held & run.ratings.liked).any():
        raise InvalidInput(
            "nobody likes anything in the last fifth of his events",
            field="--like",
            remedy="Check the condition, and that shoppers have several events each",
        )
    return validation


def _choose(run: _Run, validation: Task) -> dict[str, Chosen]:
    variants = baselines(run.ratings) | ({} if run.contents is None else contents(run.contents))
    chosen = {}
    for done, (name, some) in enumerate(variants.items()):
        run.report("choosing settings", done, len(variants))
        chosen[name] = choose(name, some, validation, run.seed)
    return chosen


def _profiles_of(chosen: Mapping[str, Chosen]) -> list[str]:
    return [name for name in METHODS if name in chosen]


def _fitted(run: _Run, fits: Mapping[str, Fit], task: Task) -> tuple[dict[str, Scorer], dict[str, Lists]]:
    scorers: dict[str, Scorer] = {}
    lists: dict[str, Lists] = {}
    for done, (name, fit) in enumerate(fits.items()):
        run.report("measuring", done, len(fits))
        try:
            scorers[name] = fit(run.ratings, task.fit)
        except InvalidInput as error:
            run.notes.append(f"{name} could not be trained: {error}")
            continue
        lists[name] = recommend(scorers[name], task, run.seed)
    return scorers, lists


def _comparisons(rows: Mapping[str, Mapping[str, Rows]], seed: int) -> dict[str, Figure]:
    pairs = [(FULL, name) for name in rows if name != FULL] if FULL in rows else []
    pairs += [(name, MEAN) for name in METHODS if name in rows and name != MEAN]
    return {f"{one} over {other}": ratio(rows[one][NDCG], rows[other][NDCG], seed) for one, other in pairs}


def _measures(
    rows: Mapping[str, Mapping[str, Rows]],
    strange: Mapping[int, Mapping[str, Mapping[str, Rows]]],
    rare: Mapping[str, RareProducts],
    seed: int,
) -> list[Measure]:
    made = []
    ours = {*METHODS, CONTENT, FULL}
    others = [name for name in rows if name not in ours]
    if FULL in rows:
        best = max(others, key=lambda name: rows[name][NDCG].mean())
        over = ratio(rows[FULL][NDCG], rows[best][NDCG], seed)
        meaning = f"{LAST_FIFTH}, NDCG@10: full over the best of the others, {best}"
        made.append(Measure("full_over_best_baseline", meaning, over.value, over.low, over.high, 1.1))
    few = strange.get(_FEW_EVENTS, {})
    if FULL in few and POPULARITY in few:
        over = ratio(few[FULL][NDCG], few[POPULARITY][NDCG], seed)
        meaning = f"strangers of whom {_FEW_EVENTS} events are known, NDCG@10: full over popularity"
        made.append(Measure("strangers_over_popularity", meaning, over.value, over.low, over.high, 1.3))
    if _NEW in rare and FULL in rare[_NEW].over_chance:
        over = rare[_NEW].over_chance[FULL]
        meaning = "products without a training event, recall@50 among themselves: full over chance"
        made.append(Measure("new_products_over_chance", meaning, over.value, over.low, over.high, 5.0))
    return made
