"""Before the first stage: what of a text is looked for, and what is kept away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from core.errors import InvalidQuery
from core.generations import LEXICAL
from core.indexing import ViewQuery
from core.queries import SearchQuery
from core.vectors import SparseVector
from retrieval.search.candidates import Candidates
from retrieval.understanding import understand
from retrieval.wiring import Vitrine
from words.analysis import Analyzer
from words.bm25 import term_index

_UNWANTED_TERMS_MAX = 16
# No view is called so.
_NOT = "not "

# Terms that a product has all of when it has what is not wanted; one of several such lists is enough.
Alternatives = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query as it is looked for.

    Attributes
    ----------
    query: with typing errors corrected, without operators and without what is not wanted.
    lexical: texts and their weights, to be looked up by words; None: the query's text as it is.
    unwanted: for each thing that is not wanted, the terms that tell it.
    did_you_mean: the text as it may have been meant; None when it is likely to be right.
    searched_for: the corrected text, if some of it was corrected without asking.
    """

    query: SearchQuery
    lexical: Mapping[str, float] | None = None
    unwanted: tuple[Alternatives, ...] = ()
    did_you_mean: str | None = None
    searched_for: str | None = None
    _terms: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        terms = dict.fromkeys(chain.from_iterable(chain.from_iterable(self.unwanted)))
        object.__setattr__(self, "_terms", tuple(terms)[:_UNWANTED_TERMS_MAX])

    @property
    def unwanted_signals(self) -> list[str]:
        """Names of the signals that tell which products have an unwanted term, in the order of `unwanted_queries`."""
        return [f"{_NOT}{term}" for term in self._terms]

    def unwanted_queries(self) -> list[ViewQuery]:
        """One query for each unwanted term; they score, and find no more than one product each."""
        return [ViewQuery(LEXICAL, SparseVector.of({term_index(term): 1.0}), 1) for term in self._terms]

    def without_unwanted(self, found: Candidates) -> Candidates:
        """The candidates that have nothing of what is not wanted, and no signals of it any more."""
        if not self._terms:
            return found
        has = {term: np.isfinite(found.signals[f"{_NOT}{term}"]) for term in self._terms}
        refused = np.zeros(len(found), dtype=np.bool_)
        for alternatives in self.unwanted:
            for terms in alternatives:
                if all(term in has for term in terms):
                    refused |= np.logical_and.reduce([has[term] for term in terms])
        signals = {name: values for name, values in found.signals.items() if not name.startswith(_NOT)}
        return replace(found, signals=signals).take(np.flatnonzero(~refused))


def wanted(v: Vitrine, query: SearchQuery) -> Wanted:
    """What a query asks for; words in quotation marks are never corrected.

    Raises
    ------
    InvalidQuery: it names only what is not wanted, or see `words.parsing.parse`.
    """
    if not query.text:
        return Wanted(query)
    meant = understand(v, query.text)
    if not meant.text and not meant.parsed.negatives:
        return Wanted(query)
    if not meant.text and not query.has_image:
        raise InvalidQuery(
            "names only what is not wanted", field="text", value=query.text, remedy="Say what to look for as well"
        )
    return Wanted(
        replace(query, text=meant.text),
        meant.lexical,
        _unwanted(v.lexicon.current().vocabulary.analyzer, meant.parsed.negatives),
        meant.did_you_mean,
        meant.parsed_from if meant.searched_instead else None,
    )


def _unwanted(analyzer: Analyzer, negatives: Sequence[str]) -> tuple[Alternatives, ...]:
    found = []
    for negative in negatives:
        terms = analyzer.terms(negative)
        alternatives = tuple(of_one for of_one in (terms.words, *((form,) for form in terms.variants)) if of_one)
        # `wh-1000xm5` is also told by its pieces, which say too little; a joined form says enough.
        if len(terms.words) == 1:
            alternatives = alternatives[:1]
        if alternatives:
            found.append(alternatives)
    return tuple(found)
