"""What a run has to reach: `attribute.hybrid.ndcg@10>=0.8`, or the name of a measure, `typo_gap_closed>=0.7`."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import InvalidInput

_REQUIREMENT = re.compile(r"\s*(?P<name>[\w@.-]+)\s*(?P<sign><=|>=|<|>)\s*(?P<value>[^\s<>=]+)\s*")
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One figure and its bound."""

    name: str
    sign: str
    bound: float

    def met_by(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        return _SIGNS[self.sign](value, self.bound)

    def __str__(self) -> str:
        return f"{self.name}{self.sign}{self.bound:g}"


def parse_requirement(text: str) -> Requirement:
    """Read `set.system.metric>=x` or `measure>=x`, with one of `>= <= > <`.

    Raises
    ------
    InvalidInput: it is written otherwise.
    """
    match = _REQUIREMENT.fullmatch(text)
    try:
        bound = float(match["value"]) if match else math.nan
    except ValueError:
        bound = math.nan
    if match is None or not math.isfinite(bound):
        raise InvalidInput(
            "is no requirement", field="--require", value=text, remedy="Write attribute.hybrid.ndcg@10>=0.8"
        )
    return Requirement(match["name"], match["sign"], bound)


def figure_of(known: Mapping[str, float], requirement: Requirement) -> float:
    """The figure that a requirement is about.

    Parameters
    ----------
    known: every figure of a run by its name.

    Raises
    ------
    InvalidInput: there is none of that name in this run.
    """
    if requirement.name not in known:
        raise InvalidInput(
            "there is no such figure in this run",
            field="--require",
            value=requirement.name,
            remedy=f"Figures: {', '.join(sorted(known))}",
        )
    return known[requirement.name]
