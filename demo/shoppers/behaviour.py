"""How a simulated shopper looks at a list of products, and what he does with those he sees."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Of what is looked at, so much is clicked though it is not wanted, and so much at most.
_NOISE, _SURE = 0.03, 0.85


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How attentive shoppers are, and how ready to say what they think.

    Attributes
    ----------
    bias: η of the position-based model: the product at rank k (from 1) is looked at with probability k^-η (Joachims,
        Swaminathan and Schnabel 2017, "Unbiased Learning-to-Rank with Biased Feedback", section 6).
    likes, carts, purchases: how often a product that was clicked and is wanted for certain is liked, put into the cart
        and, from there, bought.
    dislikes: how often one that is looked at and not wanted at all is disliked.
    """

    bias: float = 0.7
    likes: float = 0.5
    carts: float = 0.35
    purchases: float = 0.5
    dislikes: float = 0.12

    def looked_at(self, position: int) -> float:
        """How likely a position, from 0, is looked at."""
        return float((position + 1) ** -self.bias)

    def clicked(self, appeal: float) -> float:
        """How likely a product that is looked at is clicked."""
        return _NOISE + (_SURE - _NOISE) * appeal

    def disliked(self, appeal: float) -> float:
        """How likely one that is looked at and not clicked is disliked."""
        return self.dislikes * (1 - appeal) ** 2


@dataclass(frozen=True, slots=True)
class Act:
    """What was done with the product at a position, from 0."""

    type: str
    position: int


def acts_on(appeals: Sequence[float], behaviour: Behaviour, chance: random.Random) -> Iterator[Act]:
    """What a shopper does with a list, in the order in which he does it.

    Parameters
    ----------
    appeals: how much he wants each product, from 0 to 1, in the order in which they are shown.
    """
    for position, appeal in enumerate(appeals):
        if chance.random() > behaviour.looked_at(position):
            continue
        if chance.random() < behaviour.clicked(appeal):
            yield from _after_click(position, appeal, behaviour, chance)
        elif chance.random() < behaviour.disliked(appeal):
            yield Act("dislike", position)


def _after_click(position: int, appeal: float, behaviour: Behaviour, chance: random.Random) -> Iterator[Act]:
    yield Act("click", position)
    if chance.random() < behaviour.likes * appeal:
        yield Act("like", position)
    if chance.random() < behaviour.carts * appeal:
        yield Act("cart", position)
        if chance.random() < behaviour.purchases:
            yield Act("purchase", position)
