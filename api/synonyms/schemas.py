"""What synonyms look like on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from api.encoding import whole_text
from core.errors import InvalidInput
from core.synonyms import CHARS_MAX, ID_CHARS_MAX, WORDS_MAX, SynonymRule

_WORDS = f"texts of one word or several, at most {WORDS_MAX} of {CHARS_MAX} characters"
_MEANS = "what a query for any of the words finds as well; left out or empty: all the words stand for each other"
_ID = f"names the rule, 1 to {ID_CHARS_MAX} characters"


class SynonymBody(Struct, forbid_unknown_fields=True):
    """What one rule says."""

    words: Annotated[list[str], Meta(description=_WORDS)]
    means: Annotated[list[str], Meta(description=_MEANS)] = []

    def rule(self, rule_id: str) -> SynonymRule:
        """As the rule of that name.

        Raises
        ------
        InvalidInput: see `SynonymRule`.
        """
        return SynonymRule(rule_id, tuple(map(whole_text, self.words)), tuple(map(whole_text, self.means)))


class SynonymView(Struct, forbid_unknown_fields=True):
    """One rule with its name."""

    id: Annotated[str, Meta(description=_ID)]
    words: Annotated[list[str], Meta(description=_WORDS)]
    means: Annotated[list[str], Meta(description=_MEANS)] = []

    @classmethod
    def of(cls, rule: SynonymRule) -> SynonymView:
        """From the rule."""
        return cls(rule.id, list(rule.words), list(rule.means))


class SynonymList(Struct, forbid_unknown_fields=True):
    """All rules of the shop."""

    synonyms: list[SynonymView]

    @classmethod
    def of(cls, rules: Iterable[SynonymRule]) -> SynonymList:
        """From the rules."""
        return cls([SynonymView.of(rule) for rule in rules])

    def rules(self) -> list[SynonymRule]:
        """As rules.

        Raises
        ------
        InvalidInput: a rule that cannot be, or two of one name; says which.
        """
        found: dict[str, SynonymRule] = {}
        for i, view in enumerate(self.synonyms):
            name = f"synonyms[{i}]"
            try:
                rule = SynonymBody(view.words, view.means).rule(whole_text(view.id))
            except InvalidInput as error:
                raise error.at(name) from error
            if rule.id in found:
                raise InvalidInput("comes twice", field=f"{name}.id", value=rule.id, remedy="Give each its own id")
            found[rule.id] = rule
        return list(found.values())
