"""The evaluation of an encoder as a whole: its figures under every protocol, with intervals, ceilings and slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import InvalidInput
from core.settings import Settings
from evaluation.catalogue import CatalogueFile
from evaluation.retrieval.bootstrap import intervals
from evaluation.retrieval.comparing import Difference, differences
from evaluation.retrieval.encoding import Encoding, Report, remembering_shelf
from evaluation.retrieval.judging import JudgedProducts, judged_products
from evaluation.retrieval.labelling import Confusion, ZeroShot, confusion, zero_shot
from evaluation.retrieval.measuring import MRR, NDCG, RECALL_1, RECALL_10, Measured, measured
from evaluation.retrieval.protocols import Encoded, protocols
from evaluation.retrieval.systems import encoded_by
from evaluation.scoring import Figure

SLICE_METRICS = (RECALL_1, RECALL_10, MRR, NDCG)
# Of a column with more values, the most frequent ones are told.
SLICE_VALUES_MAX = 500

# By protocol, by metric.
Figures = Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class RetrievalRequest:
    """What to evaluate with.

    Attributes
    ----------
    label: the column whose values decide what is a hit.
    cache_dir: where vectors are kept between runs.
    encoder: the system, by name; see `systems`.
    compared_with: another system, that the first is to be better than.
    slices: columns in which figures are told; empty: the colour, where there is one.
    train_split: the split whose titles the encoder has seen; None: not known.
    """

    file: CatalogueFile
    label: str
    cache_dir: Path
    encoder: str
    compared_with: str | None = None
    slices: tuple[str, ...] = ()
    train_split: str | None = None
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Slice:
    """Products of one kind that asked, and their figures."""

    queries: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class RetrievalEvaluation:
    """Everything that was measured.

    Attributes
    ----------
    slices: by protocol, by what is sliced by, by its value.
    differences: from the system that it is compared with, by protocol and metric.
    """

    request: RetrievalRequest
    judged: JudgedProducts
    encoded: Encoded
    measured: Mapping[str, Measured]
    figures: Figures
    slices: Mapping[str, Mapping[str, Mapping[str, Slice]]]
    confusion: Confusion | None
    zero_shot: ZeroShot | None
    differences: Mapping[str, Mapping[str, Difference]]

    @property
    def without_photo(self) -> int:
        """Products that have no usable photo; none where photos are not looked at."""
        photos = self.encoded.items if self.encoded.photos is None else self.encoded.photos
        return 0 if photos is None else int(np.isnan(photos[:, 0]).sum())


def evaluate_retrieval(settings: Settings, request: RetrievalRequest, report: Report) -> RetrievalEvaluation:
    """Ask every product under every protocol that the encoder can answer.

    Parameters
    ----------
    report: what is being done, and how much of it is done.

    Raises
    ------
    InvalidSource, InvalidInput: the products cannot be read, or a column cannot be used.
    EncoderUnavailable, ConfigurationError: the encoder cannot be loaded.
    """
    report("reading", 0, 1)
    judged = judged_products(request.file, request.label, request.slices, request.train_split)
    encoding = Encoding(settings, remembering_shelf(settings, request.cache_dir), judged, request.file, report)
    encoded = encoded_by(encoding, request.encoder)
    found = _measured(encoded, judged, report)
    _check_measured(found, request)
    other = {}
    if request.compared_with is not None:
        other = _measured(encoded_by(encoding, request.compared_with), judged, report)
    return RetrievalEvaluation(
        request,
        judged,
        encoded,
        found,
        {name: _figures(one, request.seed) for name, one in found.items()},
        {name: _slices(one, judged, request.seed) for name, one in found.items()},
        confusion(found, judged),
        zero_shot(encoded, judged, request.seed),
        differences(other, found, request.seed),
    )


def _measured(encoded: Encoded, judged: JudgedProducts, report: Report) -> dict[str, Measured]:
    asked = list(protocols(encoded, judged))
    found: dict[str, Measured] = {}
    for number, protocol in enumerate(asked):
        report("ranking", number, len(asked))
        found[protocol.name] = measured(protocol)
    return found


def _check_measured(found: Mapping[str, Measured], request: RetrievalRequest) -> None:
    if not found:
        raise InvalidInput(
            "needs photos, and no product has a usable one",
            field="--encoder",
            value=request.encoder,
            remedy="Give --photos, a folder or an archive with files named by product id",
        )


def _figures(one: Measured, seed: int) -> dict[str, Figure]:
    ends = intervals(one.by_metric, seed)
    return {
        name: Figure(float(rows.mean()), *ends[name], float(one.ceilings[name].mean()))
        for name, rows in one.by_metric.items()
    }


def _slices(one: Measured, judged: JudgedProducts, seed: int) -> dict[str, dict[str, Slice]]:
    made: dict[str, dict[str, Slice]] = {}
    for kind, groups in judged.slices.items():
        codes = groups.codes[one.protocol.rows]
        made[kind] = {}
        sizes = np.bincount(codes[codes >= 0], minlength=len(groups.names))
        for code in np.argsort(-sizes, kind="stable")[: min(SLICE_VALUES_MAX, np.count_nonzero(sizes))]:
            rows = np.flatnonzero(codes == code)
            by_metric = {name: one.by_metric[name][rows] for name in SLICE_METRICS}
            ends = intervals(by_metric, seed)
            figures = {name: Figure(float(own.mean()), *ends[name], None) for name, own in by_metric.items()}
            made[kind][groups.names[code]] = Slice(len(rows), figures)
    return made
