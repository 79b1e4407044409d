"""Two ways to order hits, or more, side by side: each shopper always meets the same one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.errors import InvalidInput
from core.numbers import is_finite_number
from core.products import rfc3339

# An arm's ranker: the one in service, or none at all.
SERVING, NO_RANKER = "", "none"
ARMS_MAX = 10
_NAME = re.compile(r"[\w.-]{1,60}")
# What rounding may add to shares like 0.1 + 0.2 + 0.7.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of an experiment.

    Attributes
    ----------
    share: of the shoppers, above 0 and at most 1.
    ranker: its id, `none`, or empty for the one in service.
    personalize, diversity: as of a query, for those that do not say; None: as without the experiment.

    Raises
    ------
    InvalidInput: a value that cannot be.
    """

    name: str
    share: float
    ranker: str = SERVING
    personalize: float | None = None
    diversity: float | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInput("must be 1 to 60 letters, digits, dots and dashes", field="arm", value=self.name)
        if not (is_finite_number(self.share) and 0 < self.share <= 1):
            raise InvalidInput("must be above 0 and at most 1", field=f"{self.name}.share", value=self.share)
        for part in ("personalize", "diversity"):
            value = getattr(self, part)
            if value is not None and not (is_finite_number(value) and 0 <= value <= 1):
                raise InvalidInput("must be a number from 0 to 1", field=f"{self.name}.{part}", value=value)


@dataclass(frozen=True, slots=True)
class Experiment:
    """Shares of the shoppers and what each of them meets; all others are outside.

    Attributes
    ----------
    arms: at least two. The first is the one that the others are compared with.
    stopped_at: None while it runs.

    Raises
    ------
    InvalidInput: a name that cannot be, fewer than two arms, two of one name, shares that sum to more than one.
    """

    id: str
    arms: tuple[Arm, ...]
    started_at: datetime
    stopped_at: datetime | None = None
    _salt: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.id):
            raise InvalidInput("must be 1 to 60 letters, digits, dots and dashes", field="id", value=self.id)
        if not 2 <= len(self.arms) <= ARMS_MAX:
            raise InvalidInput(f"must be 2 to {ARMS_MAX}", field="arms", value=len(self.arms))
        names = [arm.name for arm in self.arms]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise InvalidInput("is there twice", field="arm", value=twice, remedy="Give each arm a name of its own")
        shares = sum(arm.share for arm in self.arms)
        if shares > 1 + _ROUNDING:
            raise InvalidInput(
                "sum to more than one", field="shares", value=round(shares, 6), remedy="Lower one of them"
            )
        object.__setattr__(self, "_salt", hashlib.blake2b(self.id.encode(), digest_size=16).digest())

    def arm_of(self, user_id: str) -> Arm | None:
        """The arm that a shopper meets, always the same; None for one outside, or nobody known.

        A number from 0 to 1 is made of the shopper's and the experiment's names, so that who shares an arm in one
        experiment is scattered over all arms of the next.
        """
        if not user_id:
            return None
        digest = hashlib.blake2b(user_id.encode("utf-8", "surrogatepass"), digest_size=8, salt=self._salt).digest()
        place = int.from_bytes(digest, "big") / 2**64
        for arm in self.arms:
            place -= arm.share
            if place < 0:
                return arm
        return None

    def written(self) -> dict[str, Any]:
        """As JSON says it; `stopped_at` is null while it runs."""
        return {
            "id": self.id,
            "started_at": rfc3339(self.started_at),
            "stopped_at": None if self.stopped_at is None else rfc3339(self.stopped_at),
            "arms": arms_json(self.arms),
        }


def arms_json(arms: Sequence[Arm]) -> list[dict[str, object]]:
    """Arms as they are stored and told."""
    return [
        {"name": arm.name, "share": arm.share, "ranker": arm.ranker}
        | {part: value for part in ("personalize", "diversity") if (value := getattr(arm, part)) is not None}
        for arm in arms
    ]
