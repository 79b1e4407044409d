"""After recall: how sure it is that each product is what was asked for, in which order, and where the hits end.

The products are ordered by the weighted sum of the views, each over the spread that it usually has in this index.
Unlike standard scores, which are taken over what one search has found, a deeper search for the sake of facets or later
pages finds the same order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.generations import FUSED, IMAGE, LEXICAL, TEXT, Generation
from core.queries import AUTO, OFF, SearchQuery
from core.relevance import MEANING, PHOTO, PRODUCT, WORDS, Calibration, calibration_of
from core.vectors import FloatArray
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
from retrieval.search.candidates import Candidates
from retrieval.wiring import Vitrine

RELEVANCE = "relevance"
# Why these, see docs/decisions/0006-relevance.md.
CUTOFFS: Mapping[str, float] = {WORDS: 0.6, PHOTO: 0.3, PRODUCT: 0.3}
KNOWN_GATE, UNKNOWN_GATE, NONSENSE_GATE = 0.3, 0.7, 0.9
MEANING_TRUST = 0.7
# So many are shown of a picture, however little they are like it.
NEAREST_MIN = 12
# What the views say of a product that is not near at all.
_FARTHEST: Mapping[str, float] = {TEXT: -1.0, IMAGE: -1.0, FUSED: -1.0, LEXICAL: 0.0}
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    WORDS: {TEXT: 0.8, LEXICAL: 1.0, IMAGE: 0.15},
    PRODUCT: {TEXT: 1.0, IMAGE: 0.5, FUSED: 1.0},
    PHOTO: {IMAGE: 1.0},
}


@dataclass(frozen=True, slots=True)
class Judge:
    """The models of one index for one query.

    Attributes
    ----------
    kind: which of them: `words`, `photo` or `product`.
    nonsense: whether no word of the query is one of the catalogue or of its language.
    """

    calibration: Calibration
    kind: str
    query: SearchQuery
    asked: Asked
    nonsense: bool = False

    def judged(self, found: Candidates) -> Candidates:
        """The same products with their relevance as a signal, and scored."""
        signals = {**found.signals, RELEVANCE: self._relevance(found.signals)}
        return replace(found, signals=signals, scores=self._scores(found))

    def _relevance(self, signals: Mapping[str, FloatArray]) -> FloatArray:
        model = self.calibration.relevance[self.kind]
        relevance = model.probabilities(of_words(signals) if self.kind == WORDS else of_looks(signals))
        by_meaning = self.kind == WORDS and not self.asked.names_code
        meaning = self.calibration.relevance.get(MEANING) if by_meaning else None
        if meaning is None:
            return relevance
        meant: FloatArray = np.maximum(relevance, MEANING_TRUST * meaning.probabilities(of_looks(signals)))
        return meant

    def _scores(self, found: Candidates) -> FloatArray:
        spreads, weights = self.calibration.spreads.get(self.kind, {}), _WEIGHTS[self.kind]
        scores = np.zeros(len(found), dtype=np.float32)
        signals = found.deciding
        for view in signals:
            scores += weights.get(view, 0.0) / spreads.get(view, 1.0) * comparable(signals, view)
        return scores

    def kept(self, judged: Candidates) -> Candidates:
        """Those that are relevant enough, in the order they stand."""
        return judged.take(np.flatnonzero(judged.signals[RELEVANCE] >= self._at_least(judged)))

    def is_all(self, judged: Candidates, found: Candidates, depth: int) -> bool:
        """Whether surely no product is relevant enough, or the best in any view, that was not found.

        It would be no nearer in any view than the last of the `depth` nearest that were found, and nearness makes no
        product less relevant.

        Parameters
        ----------
        judged: those of what was found that count.
        """
        beyond = {
            view: _nearest_beyond(found.signals[view], depth, farthest)
            for view, farthest in _FARTHEST.items()
            if view in found.signals
        }
        best = {view: np.nan_to_num(judged.signals[view], nan=-1.0).max(initial=_FARTHEST[view]) for view in beyond}
        if not self._nearness_counts() or any(beyond[view] > best[view] for view in beyond):
            return False
        signals = {view: np.append(judged.signals[view], np.float32(score)) for view, score in beyond.items()}
        return bool(self._relevance(signals)[-1] < self._at_least(judged))

    def _nearness_counts(self) -> bool:
        """Whether no model holds nearness against a product; those fitted by an older version may."""
        models = (self.calibration.relevance.get(kind) for kind in (self.kind, MEANING))
        weights = [model.weights for model in models if model is not None]
        return all(of[feature] >= 0 for of in weights for feature in NEARNESS if feature < len(of))

    def _at_least(self, judged: Candidates) -> float:
        """How relevant a product has to be; infinitely where the shop has nothing of what was asked for."""
        if self.query.cutoff == OFF or not len(judged):
            return -math.inf
        if self.query.cutoff != AUTO:
            return float(self.query.cutoff)
        if not self._finds_anything(judged):
            return math.inf
        # The best one stays: something was found, or the gate would be shut. Of a picture people want to see its like.
        stay = 1 if self.kind == WORDS else min(NEAREST_MIN, len(judged))
        return min(CUTOFFS[self.kind], float(np.sort(judged.signals[RELEVANCE])[-stay]))

    def _finds_anything(self, judged: Candidates) -> bool:
        """Whether this shop has anything of what the words say; of a picture something is always nearest."""
        if self.kind != WORDS:
            return True
        unknown = self.calibration.unknown.probabilities(of_query_unknown(judged.signals))[0]
        known = self.calibration.known.probabilities(of_query_known(judged.signals, self.asked))[0]
        return bool(known >= KNOWN_GATE or unknown >= (NONSENSE_GATE if self.nonsense else UNKNOWN_GATE))


def judge_for(v: Vitrine, generation: Generation, query: SearchQuery) -> Judge | None:
    """What judges this query's hits; None while the index has not been calibrated for such queries.

    Words and a picture together, and several pictures, are judged by none: what they ask for, no single product of the
    catalogue shows, and so none of the queries that the models learnt from. What is not wanted changes the order alone.
    """
    worded, pictured = bool(query.text) and query.weight("text") > 0, query.has_image and query.weight("image") > 0
    if (worded and pictured) or (pictured and len(query.images) > 1):
        return None
    kind = WORDS if worded else PRODUCT if query.images[0].is_product else PHOTO
    calibration = calibration_of(generation.calibration)
    if calibration is None or kind not in calibration.relevance:
        return None
    if kind != WORDS:
        return Judge(calibration, kind, query, Asked())
    lexicon = v.lexicon.current()
    said = asked(lexicon.vocabulary, query.text, calibration.products)
    return Judge(calibration, kind, query, said, lexicon.speller.is_nonsense(query.text))


def _nearest_beyond(scores: FloatArray, depth: int, farthest: float) -> float:
    """How near a product can be at most in a view that found the `depth` nearest, if it is none of what was found."""
    known = scores[np.isfinite(scores)]
    if len(known) >= depth:
        return float(np.partition(known, -depth)[-depth])
    # The view has found all it has: others have none of the words, or no vector, and that counts as the farthest.
    return float(known.min()) if len(known) and farthest < 0 else farthest
