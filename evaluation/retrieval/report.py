"""What was measured, as data for machines; the schema stands in docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.report import number
from evaluation.retrieval.evaluating import RetrievalEvaluation, Slice
from evaluation.scoring import Figure

SCHEMA_VERSION = 1


def as_json(evaluation: RetrievalEvaluation) -> dict[str, Any]:
    """`{"protocols": {protocol: {metric: {"value", "low", "high", "ceiling"}}}, "slices": ..., "dataset": ...}`."""
    return {
        "version": SCHEMA_VERSION,
        "encoder": evaluation.request.encoder,
        "dataset": _dataset(evaluation),
        "protocols": {
            protocol: {name: figure_json(figure) for name, figure in figures.items()}
            for protocol, figures in evaluation.figures.items()
        },
        "slices": {
            protocol: {kind: {value: _slice(one) for value, one in values.items()} for kind, values in kinds.items()}
            for protocol, kinds in evaluation.slices.items()
        },
    }


def named_figures(evaluation: RetrievalEvaluation) -> dict[str, float]:
    """Every figure by the name that a requirement calls it: `protocol.metric`."""
    return {
        f"{protocol}.{name}": figure.value
        for protocol, figures in evaluation.figures.items()
        for name, figure in figures.items()
    }


def figure_json(figure: Figure) -> dict[str, float | None]:
    """One figure with its interval, and its ceiling where it has one."""
    made = {"value": number(figure.value), "low": number(figure.low), "high": number(figure.high)}
    return made if figure.ceiling is None else made | {"ceiling": number(figure.ceiling)}


def _slice(one: Slice) -> dict[str, Any]:
    return {"queries": one.queries, **{name: figure_json(figure) for name, figure in one.figures.items()}}


def _dataset(evaluation: RetrievalEvaluation) -> Mapping[str, Any]:
    request, judged = evaluation.request, evaluation.judged
    return {
        "file": request.file.path.name,
        "split": request.file.split,
        "train_split": request.train_split,
        "products": len(judged),
        "label": judged.column,
        "labels": len(judged.labels.names),
        "titles": len(judged.titles.names),
        "left_out": {reason: count for reason, count in judged.left_out.items() if count},
        "without_photo": evaluation.without_photo,
    }
