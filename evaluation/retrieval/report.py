"""What was measured, as data for machines; the schema stands in docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import InvalidInput
from evaluation.report import number
from evaluation.requirements import Requirement
from evaluation.retrieval.evaluating import RetrievalEvaluation, Slice
from evaluation.retrieval.judging import JudgedProducts
from evaluation.retrieval.labelling import ACCURACY_1, ACCURACY_5, Confusion, ZeroShot
from evaluation.retrieval.measuring import MEANINGS as METRICS
from evaluation.retrieval.protocols import MEANINGS as PROTOCOLS
from evaluation.scoring import Figure

SCHEMA_VERSION = 1
ZERO_SHOT = "zero-shot"
_PAIRS_MAX = 100


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
        "confusion": None if evaluation.confusion is None else _confusion(evaluation.confusion, evaluation.judged),
        "zero_shot": None if evaluation.zero_shot is None else _zero_shot(evaluation.zero_shot, evaluation.judged),
        "comparison": _comparison(evaluation),
    }


def named_figures(evaluation: RetrievalEvaluation) -> dict[str, float]:
    """Every figure by the name that a requirement calls it: `protocol.metric`, `protocol.metric.gain-low`."""
    named = {
        f"{protocol}.{name}": figure.value
        for protocol, figures in evaluation.figures.items()
        for name, figure in figures.items()
    }
    for protocol, differences in evaluation.differences.items():
        for name, one in differences.items():
            named |= {f"{protocol}.{name}.gain": one.value, f"{protocol}.{name}.gain-low": one.low}
    if evaluation.zero_shot is not None:
        named |= {f"zero-shot.{name}": figure.value for name, figure in evaluation.zero_shot.figures.items()}
    return named


def check_names(required: Sequence[Requirement], *, compared: bool) -> None:
    """Refuse names that no run can have, before any work is done; gains need something to compare with.

    Raises
    ------
    InvalidInput: there is no such protocol or metric.
    """
    for requirement in required:
        protocol, _, metric = requirement.name.partition(".")
        metrics = (ACCURACY_1, ACCURACY_5) if protocol == ZERO_SHOT else tuple(METRICS)
        if protocol not in (*PROTOCOLS, ZERO_SHOT):
            _refuse(requirement, "begins with no protocol", f"Protocols: {', '.join((*PROTOCOLS, ZERO_SHOT))}")
        if metric.removesuffix(".gain").removesuffix(".gain-low") not in metrics:
            _refuse(requirement, "names no metric", f"Metrics: {', '.join(metrics)}; each with .gain or .gain-low")
        if metric not in metrics and (protocol == ZERO_SHOT or not compared):
            _refuse(requirement, "is a gain, and nothing is compared by it", "Give --compare BEFORE AFTER")


def _refuse(requirement: Requirement, reason: str, remedy: str) -> None:
    raise InvalidInput(reason, field="--require", value=requirement.name, remedy=remedy)


def figure_json(figure: Figure) -> dict[str, float | None]:
    """One figure with its interval, and its ceiling where it has one."""
    made = {"value": number(figure.value), "low": number(figure.low), "high": number(figure.high)}
    return made if figure.ceiling is None else made | {"ceiling": number(figure.ceiling)}


def _slice(one: Slice) -> dict[str, Any]:
    return {"queries": one.queries, **{name: figure_json(figure) for name, figure in one.figures.items()}}


def _confusion(confusion: Confusion, judged: JudgedProducts) -> dict[str, Any]:
    names = judged.labels.names
    return {
        "by": confusion.by,
        "pairs": [
            {"label": names[label], "taken_for": names[other], "products": count}
            for label, other, count in confusion.worst(_PAIRS_MAX)
        ],
    }


def _zero_shot(zero: ZeroShot, judged: JudgedProducts) -> dict[str, Any]:
    counts = zero.confusion.counts
    sizes = counts.sum(axis=1)
    return {
        **{name: figure_json(figure) for name, figure in zero.figures.items()},
        "labels": {
            name: {"products": int(sizes[code]), "accuracy@1": number(counts[code, code] / sizes[code])}
            for code, name in enumerate(judged.labels.names)
            if sizes[code]
        },
    }


def _comparison(evaluation: RetrievalEvaluation) -> dict[str, Any] | None:
    if evaluation.request.compared_with is None:
        return None
    return {
        "before": evaluation.request.compared_with,
        "after": evaluation.request.encoder,
        "protocols": {
            protocol: {
                name: {
                    "before": number(one.before),
                    "after": number(one.after),
                    "difference": number(one.value),
                    "low": number(one.low),
                    "high": number(one.high),
                    "verdict": one.verdict,
                }
                for name, one in found.items()
            }
            for protocol, found in evaluation.differences.items()
        },
    }


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
