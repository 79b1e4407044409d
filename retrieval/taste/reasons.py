"""Why a product is to a shopper's taste or not, in words that he understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.filters import ATTRIBUTE_PREFIX
from core.profiles import Affinity, Profile
from retrieval.taste.making import facts_of

_FOR_MAX, _AGAINST_MAX = 2, 1
# A value that so small a share of what he wants has is chance.
_SCORE_MIN = 0.1


def reasons_for(products: Sequence[Mapping[str, Any]], profile: Profile) -> list[tuple[str, ...]]:
    """For each of some products that are shown together what speaks for it, and what against it.

    What all of them have in common tells none of them apart, and is no reason.

    Parameters
    ----------
    products: payloads of the index.
    """
    values = [_values(product) for product in products]
    common = set.intersection(*values) if len(values) > 1 else set()
    known = [one for one in profile.affinities if abs(one.score) >= _SCORE_MIN and (one.field, one.value) not in common]
    return [_reasons([one for one in known if (one.field, one.value) in own]) for own in values]


def _reasons(affinities: Sequence[Affinity]) -> tuple[str, ...]:
    speaks_for = [_said(one, one.liked_products, "liked or looked at") for one in affinities if one.score > 0]
    against = [_said(one, one.disliked_products, "disliked") for one in affinities if one.score < 0]
    return (*speaks_for[:_FOR_MAX], *against[:_AGAINST_MAX])


def _said(affinity: Affinity, count: int, done: str) -> str:
    name = affinity.field.removeprefix(ATTRIBUTE_PREFIX)
    return f"{name} {affinity.value}: like {count} product{'' if count == 1 else 's'} you {done}"


def _values(product: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(name, value) for name, values in facts_of(product).values.items() for value in values}
