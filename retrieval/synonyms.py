"""The synonyms of one shop: changed by people, and held in memory for searches."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from catalog.opening import Catalog
from core.errors import InvalidInput
from core.synonyms import SynonymRule
from retrieval.refreshing import Refreshed
from words.analysis import Analyzer
from words.synonyms import Synonyms, read_synonyms

RULES_MAX = 10_000
# Reading a thousand rules takes a few milliseconds.
LOOK_EVERY_S = 1.0
_ID_DIGITS = 12


@dataclass(frozen=True, slots=True)
class _Read:
    """Rules, and what searches make of them."""

    rules: list[SynonymRule]
    synonyms: Synonyms


@dataclass
class SynonymShelf:
    """The rules as searches use them, read again a second after they were read last. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    analyzer: Analyzer
    now_s: Callable[[], float] = time.monotonic
    _read: Refreshed[_Read] = field(init=False)

    def __post_init__(self) -> None:
        self._read = Refreshed(LOOK_EVERY_S, self.now_s)

    def current(self) -> Synonyms:
        """The synonyms as they were at most a second ago.

        Raises
        ------
        CatalogUnavailable
        """
        return self._read.current(self._look).synonyms

    def _look(self, before: _Read | None) -> _Read:
        rules = self.catalog.synonyms.all()
        if before is not None and rules == before.rules:
            return before
        return _Read(rules, Synonyms(self.analyzer, rules))


def set_synonyms(catalog: Catalog, rules: Sequence[SynonymRule], *, instead_of_all: bool) -> None:
    """Keep rules in place of those with their ids, or in place of all there are.

    Raises
    ------
    InvalidInput: more than 10,000, or one without an id.
    """
    kept = 0 if instead_of_all else len({rule.id for rule in catalog.synonyms.all()} - {rule.id for rule in rules})
    if len(rules) + kept > RULES_MAX:
        raise InvalidInput(f"are more than {RULES_MAX:,}", field="synonyms", value=len(rules) + kept)
    if any(not rule.id for rule in rules):
        raise InvalidInput("is missing", field="id", remedy="Name the rule")
    catalog.synonyms.put(rules, instead_of_all=instead_of_all)


def rules_of_file(lines: Iterable[str]) -> list[SynonymRule]:
    """Rules from the lines of a file, each named by what it says, so that the same line is always the same rule.

    Raises
    ------
    InvalidInput: a line that says nothing, with its number.
    """
    return [named_rule(words, means) for words, means in read_synonyms(lines)]


def named_rule(words: Sequence[str], means: Sequence[str]) -> SynonymRule:
    """A rule that is named by what it says.

    Raises
    ------
    InvalidInput: see `SynonymRule`.
    """
    line = SynonymRule("", tuple(words), tuple(means)).line()
    digest = hashlib.sha256(line.casefold().encode()).hexdigest()
    return SynonymRule(digest[:_ID_DIGITS], tuple(words), tuple(means))
