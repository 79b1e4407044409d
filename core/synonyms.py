"""A rule that says which words mean the same, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import InvalidInput

WORDS_MAX = 100
CHARS_MAX = 100
ID_CHARS_MAX = 100
ARROW = "=>"


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """Texts of one word or several that stand for each other, or one-way: a query for `words` also finds `means`.

    Attributes
    ----------
    id: names the rule; 1 to 100 characters that can be seen, or empty for a rule that is not kept.
    words: at least one; at least two when there are no `means`.
    means: what a query for any of the words finds as well; empty when all of them stand for each other.

    Raises
    ------
    InvalidInput: too few or too many texts, or one that is blank or too long.
    """

    id: str
    words: tuple[str, ...]
    means: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.id) > ID_CHARS_MAX or not self.id.isprintable() or self.id != self.id.strip():
            raise InvalidInput(f"must be at most {ID_CHARS_MAX} characters that can be seen", field="id", value=self.id)
        object.__setattr__(self, "words", _checked(self.words, "words"))
        object.__setattr__(self, "means", _checked(self.means, "means"))
        if len(self.words) < (1 if self.means else 2):
            raise InvalidInput(
                "names too few words",
                field="words",
                value=list(self.words),
                remedy='Give two that mean the same, or one and what it "means"',
            )

    def line(self) -> str:
        """The rule as a line of a file."""
        both = [", ".join(text.replace(",", r"\,") for text in texts) for texts in (self.words, self.means) if texts]
        return f" {ARROW} ".join(both)


def _checked(texts: Sequence[str], field: str) -> tuple[str, ...]:
    if len(texts) > WORDS_MAX:
        raise InvalidInput(f"are more than {WORDS_MAX}", field=field, value=len(texts), remedy="Make several rules")
    tidied = []
    for i, text in enumerate(texts):
        tidy = " ".join(text.split())
        unreadable = ARROW in tidy or tidy.startswith("#")
        if unreadable or not any(char.isalnum() for char in tidy) or len(tidy) > CHARS_MAX:
            raise InvalidInput(
                f"must be words of at most {CHARS_MAX} characters, without # before them and without {ARROW}",
                field=f"{field}[{i}]",
                value=text,
            )
        tidied.append(tidy)
    return tuple(dict.fromkeys(tidied))
