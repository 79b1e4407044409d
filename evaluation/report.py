"""What was measured, as data for machines."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from evaluation.scoring import Figure
from evaluation.search_quality import Evaluation, SetResult
from evaluation.wording import MEANINGS

_DIGITS = 4


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """`{"sets": {set: {system: {metric: {"value", "low", "high", "ceiling"}}}}, "measures": ..., "about": ...}`."""
    return {
        "sets": {result.asked.name: _systems(result) for result in evaluation.results},
        "measures": {
            measure.name: {
                "value": number(measure.value),
                "low": number(measure.low),
                "high": number(measure.high),
                "target": measure.target,
                "at_most": measure.at_most,
                "met": measure.met,
                "meaning": measure.meaning,
            }
            for measure in evaluation.measures
        },
        "about": _about(evaluation),
    }


def named_figures(evaluation: Evaluation) -> dict[str, float]:
    """Every figure by the name that a requirement calls it: `set.system.metric`, or that of a measure."""
    known = {measure.name: measure.value for measure in evaluation.measures}
    for result in evaluation.results:
        for system, figures in result.figures.items():
            known |= {f"{result.asked.name}.{system}.{name}": figure.value for name, figure in figures.items()}
    return known


def number(value: float) -> float | None:
    """Rounded; null for what could not be computed."""
    return round(value, _DIGITS) if math.isfinite(value) else None


def _systems(result: SetResult) -> dict[str, Any]:
    return {
        system: {name: _figure(figure) for name, figure in figures.items()}
        for system, figures in result.figures.items()
    }


def _figure(figure: Figure) -> dict[str, float | None]:
    made = {"value": number(figure.value), "low": number(figure.low), "high": number(figure.high)}
    return made if figure.ceiling is None else made | {"ceiling": number(figure.ceiling)}


def _about(evaluation: Evaluation) -> dict[str, Any]:
    attributes = evaluation.attributes
    columns: Mapping[str, Any] = {}
    if attributes is not None:
        columns = {
            "noun": attributes.noun.name,
            "wearer": None if attributes.wearer is None else attributes.wearer.name,
            "adjectives": [column.name for column in attributes.adjectives],
        }
    return {
        "products": len(evaluation.catalogue.products),
        "rejected": evaluation.catalogue.rejected,
        "attributes": columns,
        "sets": {
            result.asked.name: {
                "queries": len(result.asked.queries),
                "meaning": result.asked.meaning,
                "indexed": MEANINGS[result.asked.wording],
            }
            for result in evaluation.results
        },
    }
