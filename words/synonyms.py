"""Words that mean the same in one shop, or that include others, and what they add to a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import regex  # type: ignore[import-untyped]  # It ships no type information.

from core.errors import InvalidInput
from core.synonyms import ARROW, SynonymRule
from words.analysis import Analyzer

# What was typed counts more than what also fits.
SYNONYM_WEIGHT = 0.6
_EXPANSIONS_MAX = 50
_COMMA = regex.compile(r"(?<!\\),")


def read_synonyms(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    r"""Words and meanings from the lines of a file as Solr and Elasticsearch read it.

        # a comment
        sneaker, trainer, running shoe
        tee => t-shirt

    Without an arrow all texts of a line stand for each other. A comma inside a text is written `\,`. Other than in
    Solr, the words before an arrow keep finding themselves.

    Raises
    ------
    InvalidInput: a line that says nothing, with its number.
    """
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#"):
            continue
        words, *means = text.split(ARROW)
        if len(means) > 1 or (means and not means[0].strip()):
            raise InvalidInput(
                "has no meaning or several", field=f"line {number}", value=text, remedy="Write a, b => c"
            )
        try:
            rule = SynonymRule("", _texts(words), _texts(means[0]) if means else ())
        except InvalidInput as error:
            raise error.at(f"line {number}") from error
        yield rule.words, rule.means


class Synonyms:
    """What rules add to a query. Immutable, thread-safe.

    Rules are not chained: what a rule adds is looked up in no other rule. So a rule that leads back to itself, alone or
    through others, does no harm.
    """

    def __init__(self, analyzer: Analyzer, rules: Sequence[SynonymRule] = ()) -> None:
        self._analyzer = analyzer
        # By the terms of a text: what it adds. Two spellings with the same terms are one text.
        self._added: dict[tuple[str, ...], dict[str, None]] = {}
        for rule in rules:
            for word in rule.words:
                self._note(word, rule.means or rule.words)
        self._terms = frozenset(chain.from_iterable(self._added))
        self._terms_max = max(map(len, self._added), default=0)

    def __len__(self) -> int:
        return len(self._added)

    @property
    def terms(self) -> frozenset[str]:
        """The terms of all texts that something is added to."""
        return self._terms

    def expand(self, text: str) -> Mapping[str, float]:
        """The texts that rules add to a text, each with its weight; the text itself is not among them.

        Of several rules that begin at one word the longest counts. The weight of a text of several words is shared by
        them, so that it counts as one.
        """
        if not self._added:
            return {}
        terms = self._analyzer.terms(text).words
        found: dict[str, float] = {}
        i = 0
        while i < len(terms) and len(found) < _EXPANSIONS_MAX:
            length = next(
                (n for n in range(min(self._terms_max, len(terms) - i), 0, -1) if terms[i : i + n] in self._added), 0
            )
            for added in self._added.get(terms[i : i + length], ()):
                found[added] = SYNONYM_WEIGHT / max(1, len(self._analyzer.terms(added).words))
            i += max(1, length)
        return found

    def _note(self, word: str, added: Iterable[str]) -> None:
        terms = self._analyzer.terms(word).words
        if terms:
            others = (text for text in added if self._analyzer.terms(text).words not in ((), terms))
            self._added.setdefault(terms, {}).update(dict.fromkeys(others))


def _texts(listed: str) -> tuple[str, ...]:
    return tuple(text.replace(r"\,", ",") for text in _COMMA.split(listed) if text.strip())
