"""The evaluation of an encoder as a whole: its figures under every protocol, with intervals, ceilings and slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.settings import Settings
from evaluation.catalogue import CatalogueFile
from evaluation.retrieval.bootstrap import intervals
from evaluation.retrieval.encoding import Encoding, Report, remembering_shelf
from evaluation.retrieval.judging import JudgedProducts, judged_products
from evaluation.retrieval.measuring import MRR, NDCG, RECALL_1, RECALL_10, Measured, measured
from evaluation.retrieval.protocols import Encoded, protocols
from evaluation.scoring import Figure

SLICE_METRICS = (RECALL_1, RECALL_10, MRR, NDCG)

# By protocol, by metric.
Figures = Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class RetrievalRequest:
    """What to evaluate with.

    Attributes
    ----------
    label: the column whose values decide what is a hit.
    cache_dir: where vectors are kept between runs.
    encoder: the system, by name.
    slices: columns in which figures are told; empty: the colour, where there is one.
    train_split: the split whose titles the encoder has seen; None: not known.
    """

    file: CatalogueFile
    label: str
    cache_dir: Path
    encoder: str
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
    without_photo: products that have no usable photo.
    """

    request: RetrievalRequest
    judged: JudgedProducts
    encoded: Encoded
    measured: Mapping[str, Measured]
    figures: Figures
    slices: Mapping[str, Mapping[str, Mapping[str, Slice]]]

    @property
    def without_photo(self) -> int:
        photos = self.encoded.photos
        return len(self.judged) if photos is None else int(np.isnan(photos[:, 0]).sum())


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
    shelf = remembering_shelf(settings, request.cache_dir)
    encoded = Encoding(settings, shelf, judged, request.file, report).encoded(request.encoder)
    asked = list(protocols(encoded, judged))
    found: dict[str, Measured] = {}
    for number, protocol in enumerate(asked):
        report("ranking", number, len(asked))
        found[protocol.name] = measured(protocol)
    figures = {name: _figures(one, request.seed) for name, one in found.items()}
    slices = {name: _slices(one, judged, request.seed) for name, one in found.items()}
    return RetrievalEvaluation(request, judged, encoded, found, figures, slices)


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
        for code in np.unique(codes[codes >= 0]):
            rows = np.flatnonzero(codes == code)
            by_metric = {name: one.by_metric[name][rows] for name in SLICE_METRICS}
            ends = intervals(by_metric, seed)
            figures = {name: Figure(float(own.mean()), *ends[name], None) for name, own in by_metric.items()}
            made[kind][groups.names[code]] = Slice(len(rows), figures)
    return made
