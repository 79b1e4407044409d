"""Fitting the models of relevance to one index, and keeping them with its generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.filters import NoneOf
from core.generations import IMAGE, Generation
from core.indexing import ViewQuery
from core.queries import SearchQuery
from core.relevance import MEANING, PHOTO, PRODUCT, VERSION, WORDS, Calibration, Logistic
from core.vectors import FloatArray
from retrieval.columns.index import ColumnIndex
from retrieval.columns.table import Columns
from retrieval.lexicon import LexiconShelf
from retrieval.relevance.features import (
    NEARNESS,
    Asked,
    asked,
    comparable,
    of_looks,
    of_query_known,
    of_query_unknown,
    of_words,
)
from retrieval.relevance.fitting import fit
from retrieval.relevance.sampling import Sampler
from retrieval.search.candidates import Candidates
from retrieval.search.encode import QueryVectors, encode_query
from retrieval.wiring import Vitrine

# With fewer products there are too few answers to learn from, and little to cut off.
PRODUCTS_MIN = 100
# By what factor the index has to have grown or shrunk for its models to be fitted anew.
CHANGED_BY = 1.5
_DEPTH = 300
_SEED = 7
_DESCRIBED, _TITLED, _FOREIGN, _PICTURED = 120, 40, 100, 60
QUERIES = _DESCRIBED + _TITLED + _FOREIGN + 2 * _PICTURED
_L2, _GATE_L2 = 0.003, 0.3


def calibrate_when_due(v: Vitrine, generation: Generation, go_on: Callable[[], bool] = lambda: True) -> bool:
    """Fit the models anew when the index has grown or shrunk by half since the last time; returns whether they were.

    Where products describe too little to learn from, that is noted as well, so that it is not tried again and again.

    Parameters
    ----------
    go_on: asked before every sampled query; once it answers False nothing is fitted, and this returns.

    Raises
    ------
    CatalogUnavailable, StoreError, EncoderUnavailable: it can be tried again later.
    """
    if not is_due(v, generation):
        return False
    indexed = v.store.status(generation.id).points
    try:
        fitted = calibrate(v, generation, go_on)
    except _InterruptedError:
        return False
    kept = {"version": VERSION} if fitted is None else fitted.as_json()
    v.catalog.generations.set_calibration(generation.id, {**kept, "indexed": indexed})
    v.answering.look_again()
    return fitted is not None


def is_due(v: Vitrine, generation: Generation) -> bool:
    """Whether the models of an index were fitted to another size of it, or never; raises as `calibrate_when_due`."""
    return _is_due(v.catalog.generations.get(generation.id).calibration, v.store.status(generation.id).points)


def _is_due(kept: Mapping[str, Any], indexed: int) -> bool:
    if indexed < PRODUCTS_MIN:
        return False
    before = kept.get("indexed")
    if kept.get("version") != VERSION or not isinstance(before, int):
        return True
    return indexed >= CHANGED_BY * before or before >= CHANGED_BY * indexed


def calibrate(v: Vitrine, generation: Generation, go_on: Callable[[], bool] = lambda: True) -> Calibration | None:
    """Fit the models to what the index answers to sampled queries; None when its products describe too little.

    The columns and the lexicon are this call's own, so that a worker does not keep them in memory.
    """
    columns = ColumnIndex(v.catalog).current()
    with closing(LexiconShelf(v.catalog, v.lexicon.analyzer)) as lexicon:
        vocabulary = lexicon.current().vocabulary
    sampler = Sampler(columns, vocabulary, np.random.default_rng(_SEED))
    products = int(columns.alive.sum())
    trials = _Trials(v, generation, columns, lambda text: asked(vocabulary, text, products), go_on)
    gates, dense_gates = _Rows(), _Rows()
    words, meaning = _Rows(), _Rows()
    for answer in sampler.described(_DESCRIBED):
        found, query = trials.said(answer.text)
        labels = trials.labels(found, answer.relevant)
        words.add(of_words(found.signals), labels, found.signals)
        meaning.add(of_looks(found.signals), labels)
        trials.gate(found, query, True, gates, dense_gates)
    for answer in sampler.titled(_TITLED):
        trials.gate(*trials.said(answer.text), True, gates, dense_gates)
    for text in sampler.foreign(_FOREIGN):
        trials.gate(*trials.said(text), False, gates, dense_gates)
    pictured = {kind: _pictured(trials, sampler, kind) for kind in (PHOTO, PRODUCT)}
    rows = {WORDS: words, MEANING: meaning, **pictured}
    models = {kind: model for kind, row in rows.items() if (model := row.fitted(_L2, NEARNESS)) is not None}
    spreads = {kind: rows[kind].spreads() for kind in models}
    known, unknown = gates.fitted(_GATE_L2), dense_gates.fitted(_GATE_L2)
    if known is None or unknown is None:
        return None
    return Calibration(known, unknown, models, spreads, products)


class _InterruptedError(Exception):
    """Something else is more urgent now."""


@dataclass
class _Rows:
    """Rows to fit a model to; every query counts alike, however many products it has found."""

    features: list[FloatArray] = field(default_factory=list)
    labels: list[NDArray[np.bool_]] = field(default_factory=list)
    signals: list[Mapping[str, FloatArray]] = field(default_factory=list)

    def add(
        self, features: FloatArray, labels: NDArray[np.bool_], signals: Mapping[str, FloatArray] | None = None
    ) -> None:
        if len(labels):
            self.features.append(features)
            self.labels.append(labels)
            self.signals.append(signals or {})

    def spreads(self) -> dict[str, float]:
        """By view, how much a signal usually varies among what one search finds; views that do not vary left out."""
        found: dict[str, list[float]] = {}
        for signals in self.signals:
            for view in signals:
                found.setdefault(view, []).append(float(comparable(signals, view).std()))
        means = {view: float(np.mean(spreads)) for view, spreads in found.items()}
        return {view: spread for view, spread in means.items() if spread > 0}

    def fitted(self, l2: float, rising: Sequence[int] = ()) -> Logistic | None:
        """The model, see `fit`; None where all answers are the same."""
        labels = np.concatenate(self.labels) if self.labels else np.zeros(0, dtype=np.bool_)
        if labels.all() or not labels.any():
            return None
        weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in self.labels])
        features = np.concatenate(self.features)
        rising = [feature for feature in rising if feature < features.shape[1]]
        return fit(features, labels, weights.astype(np.float32), l2, rising)


@dataclass(frozen=True)
class _Trials:
    """Sampled queries, asked of the index."""

    v: Vitrine
    generation: Generation
    columns: Columns
    asked: Callable[[str], Asked]
    go_on: Callable[[], bool]

    def said(self, text: str) -> tuple[Candidates, Asked]:
        """What words find."""
        return self._found(encode_query(self.v, self.generation, SearchQuery(text=text))), self.asked(text)

    def pictured(self, row: int, kind: str) -> Candidates | None:
        """What a product's own vectors find beside it; of a photo, only those of its photos. None without any."""
        views = self.generation.product_views
        names = [view.vector for view in views if kind == PRODUCT or view.name == IMAGE]
        product_id = self.columns.ids[row]
        stored = self.v.store.retrieve(self.generation.id, [product_id], vectors=names).get(product_id)
        vectors: QueryVectors = {} if stored is None else dict(stored.vectors)
        return self._found(vectors, beside=product_id) if vectors else None

    def labels(self, found: Candidates, relevant: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of the products found are relevant, given that of all rows."""
        rows, known = self.columns.rows_of(found.ids)
        labels = np.zeros(len(found), dtype=np.bool_)
        labels[known] = relevant[rows]
        return labels

    def gate(self, found: Candidates, query: Asked, answered: bool, known: _Rows, unknown: _Rows) -> None:
        """Note a query as a whole, for both models that judge it."""
        if len(found):
            label = np.array([answered])
            known.add(of_query_known(found.signals, query), label)
            unknown.add(of_query_unknown(found.signals), label)

    def _found(self, vectors: QueryVectors, beside: str | None = None) -> Candidates:
        if not self.go_on():
            raise _InterruptedError
        views = [view for view in self.generation.views if view.name in vectors]
        queries = [ViewQuery(view.vector, vectors[view.name], _DEPTH) for view in views]
        where = None if beside is None else NoneOf("id", (beside,))
        together = self.v.store.score_together(self.generation.id, queries, where)
        signals = {view.name: scores for view, scores in zip(views, together.scores, strict=True)}
        return Candidates(together.product_ids, signals, np.zeros(len(together.product_ids), dtype=np.float32))


def _pictured(trials: _Trials, sampler: Sampler, kind: str) -> _Rows:
    rows = _Rows()
    for row in _some_rows(sampler):
        found = trials.pictured(row, kind)
        if found is not None:
            rows.add(of_looks(found.signals), trials.labels(found, sampler.alike(row)), found.signals)
    return rows


def _some_rows(sampler: Sampler) -> Iterator[int]:
    alive = np.flatnonzero(sampler.columns.alive)
    return (int(row) for row in sampler.chance.choice(alive, size=min(_PICTURED, len(alive)), replace=False))
