"""A small shop of drawn products: the same seed gives the same shop."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.incoming import IncomingPhoto
from demo.drawing import COLOURS, Look, draw

_CLOTHES = ("plain", "striped", "checked", "dotted", "floral")
_BRANDS = ("Larkfield", "Noor & Pine", "Ostro", "Petra Vale", "Tidewell", "Umbra")


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of product.

    Attributes
    ----------
    patterns: names of patterns it comes in.
    prices: lowest and highest, in euros.
    """

    title: str
    category: str
    wearers: tuple[str, ...]
    patterns: tuple[str, ...]
    materials: tuple[str, ...]
    prices: tuple[int, int]


_BOTH = ("men", "women")
_KINDS: Mapping[str, _Kind] = {
    "t-shirt": _Kind("T-shirt", "Tops", _BOTH, _CLOTHES[:4], ("cotton", "linen"), (12, 39)),
    "shirt": _Kind("Shirt", "Tops", _BOTH, _CLOTHES, ("cotton", "linen", "flannel"), (29, 89)),
    "jacket": _Kind("Jacket", "Outerwear", _BOTH, ("plain", "checked"), ("wool", "denim", "nylon"), (69, 249)),
    "dress": _Kind("Dress", "Dresses", ("women",), _CLOTHES, ("cotton", "viscose", "silk"), (39, 159)),
    "skirt": _Kind("Skirt", "Skirts", ("women",), _CLOTHES, ("cotton", "viscose"), (25, 79)),
    "trousers": _Kind("Trousers", "Trousers", _BOTH, ("plain", "striped", "checked"), ("denim", "cotton"), (35, 119)),
    "shorts": _Kind("Shorts", "Trousers", _BOTH, _CLOTHES[:4], ("cotton", "linen"), (19, 59)),
    "sneakers": _Kind("Sneakers", "Shoes", _BOTH, ("plain", "striped"), ("canvas", "leather"), (45, 139)),
    "boots": _Kind("Boots", "Shoes", _BOTH, ("plain",), ("leather", "suede"), (79, 229)),
    "heels": _Kind("Heels", "Shoes", ("women",), ("plain", "dotted"), ("leather", "satin"), (55, 169)),
    "handbag": _Kind("Handbag", "Bags", ("women",), _CLOTHES, ("leather", "canvas"), (39, 199)),
    "backpack": _Kind("Backpack", "Bags", _BOTH, ("plain", "striped", "checked"), ("canvas", "nylon"), (35, 129)),
    "hat": _Kind("Hat", "Hats", _BOTH, ("plain",), ("felt", "straw"), (19, 69)),
    "cap": _Kind("Cap", "Hats", _BOTH, ("plain", "checked"), ("cotton", "wool"), (12, 35)),
}


def drawn_products(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Records of drawn products, ready for `core.incoming.parse_product`; no look comes twice before all have come."""
    looks = _looks(random.Random(seed))
    for number in range(count):
        look, wearer = looks[number % len(looks)]
        yield _record(
            number, Look(look.silhouette, look.colour, look.second_colour, look.pattern, seed + number), wearer
        )


def _looks(chance: random.Random) -> list[tuple[Look, str]]:
    """Every kind in every colour and pattern, shuffled; which wearer and which second colour is left to chance."""
    looks = []
    for silhouette, kind in _KINDS.items():
        for colour in COLOURS:
            for pattern in kind.patterns:
                others = [name for name in COLOURS if name != colour]
                second = chance.choice(others) if pattern != "plain" else chance.choice((colour, "white", "black"))
                looks.append((Look(silhouette, colour, second, pattern, 0), chance.choice(kind.wearers)))
    chance.shuffle(looks)
    return looks


def _record(number: int, look: Look, wearer: str) -> dict[str, Any]:
    chance = random.Random(look.seed)
    kind = _KINDS[look.silhouette]
    material = chance.choice(kind.materials)
    pattern = "" if look.pattern == "plain" else f"{look.pattern.capitalize()} "
    with_second = f" with {look.second_colour}" if pattern else ""
    return {
        "id": f"demo-{number + 1:04d}",
        "title": f"{look.colour.title()} {pattern}{kind.title} for {wearer.capitalize()}",
        "description": (
            f"{look.pattern.capitalize()} {kind.title.lower()} of {material} in {look.colour}{with_second}. "
            "A drawing from Vitrine's demo shop; it cannot be bought."
        ),
        "brand": chance.choice(_BRANDS),
        "category": kind.category,
        "price": chance.randint(*kind.prices) + 0.9,
        "currency": "EUR",
        "available": chance.random() > 0.05,
        "group_id": f"demo-{look.silhouette}-{look.pattern}-{wearer}",
        "attributes": {"colour": look.colour, "pattern": look.pattern, "material": material, "for": wearer},
        "photos": [IncomingPhoto(draw(look), "drawn")],
    }
