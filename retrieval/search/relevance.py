"""After recall: how sure it is that each product is what was asked for, and where the hits end.

The products are ordered by the logits of the model, which weighs the views as the shop's own catalogue has taught it.
Unlike standard scores they do not depend on which other products were found, so that a deeper search for the sake of
facets or later pages finds the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.generations import Generation
from core.queries import AUTO, OFF, SearchQuery
from core.relevance import MEANING, PHOTO, PRODUCT, WORDS, Calibration, Logistic, calibration_of, sigmoid
from core.vectors import FloatArray
from retrieval.relevance.features import Asked, asked, of_looks, of_query_known, of_query_unknown, of_words
from retrieval.search.candidates import Candidates
from retrieval.wiring import Vitrine

RELEVANCE = "relevance"
# Why these, see docs/decisions/0006-relevance.md.
CUTOFF = 0.5
GATE = 0.5
MEANING_TRUST = 0.7


@dataclass(frozen=True, slots=True)
class Judge:
    """The models that fit one query."""

    calibration: Calibration
    model: Logistic
    query: SearchQuery
    asked: Asked

    def judged(self, found: Candidates) -> Candidates:
        """The same products with their relevance as a signal, scored by it."""
        looks = of_looks(found.signals)
        logits = self.model.logits(looks if self.query.has_image else of_words(found.signals, self.asked))
        relevance = sigmoid(logits)
        meaning = None if self.query.has_image else self.calibration.relevance.get(MEANING)
        if meaning is not None:
            relevance = np.maximum(relevance, MEANING_TRUST * meaning.probabilities(looks))
        return replace(found, signals={**found.signals, RELEVANCE: relevance}, scores=logits)

    def kept(self, judged: Candidates) -> Candidates:
        """Those that are relevant enough, in the order they stand."""
        if self.query.cutoff == OFF or not len(judged):
            return judged
        if self.query.cutoff != AUTO:
            return judged.take(np.flatnonzero(_relevance(judged) >= float(self.query.cutoff)))
        if not self._finds_anything(judged):
            return judged.take(np.empty(0, dtype=np.intp))
        # The best one stays: something was found, or the gate would be shut.
        at_least = min(CUTOFF, float(_relevance(judged).max()))
        return judged.take(np.flatnonzero(_relevance(judged) >= at_least))

    def _finds_anything(self, judged: Candidates) -> bool:
        """Whether this shop has anything of what the words say; of a picture something is always nearest."""
        if self.query.has_image:
            return True
        unknown = self.calibration.unknown.probabilities(of_query_unknown(judged.signals))[0]
        known = self.calibration.known.probabilities(of_query_known(judged.signals, self.asked))[0]
        return bool(max(known, unknown) >= GATE)


def judge_for(v: Vitrine, generation: Generation, query: SearchQuery) -> Judge | None:
    """What judges this query's hits; None while the index has not been calibrated for such queries.

    Words and a picture together are judged by neither: what they ask for, no single product of the catalogue shows.
    """
    kind = WORDS if not query.has_image else PRODUCT if query.product_id is not None else PHOTO
    if query.has_image and query.text and query.weight("text") > 0 and query.weight("image") > 0:
        return None
    calibration = calibration_of(generation.calibration)
    model = None if calibration is None else calibration.relevance.get(kind)
    if calibration is None or model is None:
        return None
    said = Asked()
    if kind == WORDS:
        said = asked(v.lexicon.current().vocabulary, query.text, calibration.products)
    return Judge(calibration, model, query, said)


def _relevance(judged: Candidates) -> FloatArray:
    return judged.signals[RELEVANCE]
