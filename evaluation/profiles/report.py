"""What was measured, as data for machines; the schema stands in docs/taste-evaluation.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.profiles.evaluating import LAST_FIFTH, ProfilesEvaluation
from evaluation.profiles.published import FLAWS
from evaluation.profiles.slices import RareProducts
from evaluation.report import number
from evaluation.retrieval.report import figure_json
from evaluation.scoring import Figure

SCHEMA_VERSION = 1


def as_json(evaluation: ProfilesEvaluation) -> dict[str, Any]:
    """`{"protocols": {protocol: {method: {metric: {"value", "low", "high"}}}}, "slices": ..., "measures": ...}`."""
    ratings = evaluation.ratings
    return {
        "version": SCHEMA_VERSION,
        "dataset": {
            "shoppers": len(ratings.shopper_ids),
            "products": len(ratings.product_ids),
            "events": len(ratings.shoppers),
            "likes": int(ratings.liked.sum()),
            "dislikes": int(ratings.disliked.sum()),
            "timed": ratings.timed,
            "served": evaluation.shoppers,
        },
        "protocols": {name: _methods(found) for name, found in evaluation.figures.items()},
        "flaws": dict(FLAWS),
        "slices": {
            "strangers": {str(cut): _methods(found) for cut, found in evaluation.strangers.items()},
            "rare": {name: _rare(found) for name, found in evaluation.rare.items()},
        },
        "comparisons": {name: figure_json(figure) for name, figure in evaluation.comparisons.items()},
        "measures": {
            one.name: {
                "value": number(one.value),
                "low": number(one.low),
                "high": number(one.high),
                "target": one.target,
                "met": one.met,
                "meaning": one.meaning,
            }
            for one in evaluation.measures
        },
        "chosen": {
            name: {
                "settings": one.variant.settings,
                "validation": number(one.validation),
                "tried": {settings: number(value) for settings, value in one.tried.items()},
            }
            for name, one in evaluation.chosen.items()
        },
        "content": evaluation.content,
        "notes": evaluation.notes,
    }


def named_figures(evaluation: ProfilesEvaluation) -> dict[str, float]:
    """Every figure by the name that a requirement calls it: a measure, `measure.low`, or `method.metric` of last-20%.

    A plus in a method's name is written `-and-`.
    """
    named: dict[str, float] = {}
    for one in evaluation.measures:
        named |= {one.name: one.value, f"{one.name}.low": one.low}
    for method, found in evaluation.figures[LAST_FIFTH].items():
        named |= {f"{method.replace('+', '-and-')}.{name}": figure.value for name, figure in found.items()}
    return named


def _methods(found: Mapping[str, Mapping[str, Figure]]) -> dict[str, Any]:
    return {method: {name: figure_json(one) for name, one in by_name.items()} for method, by_name in found.items()}


def _rare(found: RareProducts) -> dict[str, Any]:
    return {
        "products": found.products,
        "shoppers": found.shoppers,
        "methods": {
            name: {
                "recall@50": figure_json(found.recall[name]),
                "over_chance": figure_json(found.over_chance[name]),
                "recall@50_among_all": figure_json(found.recall_among_all[name]),
            }
            for name in found.recall
        },
    }
