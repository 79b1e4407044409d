"""The drawn shop: the same seed gives the same products, and a larger shop begins with the smaller one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count as numbers
from itertools import islice
from typing import Any

from core.incoming import IncomingPhoto
from demo.backdrop import BACKDROPS
from demo.brands import Brand, brands_for
from demo.colours import SHADES
from demo.kinds.all_kinds import KINDS
from demo.kinds.kind import Article, Kind, names
from demo.looks import DrawnProduct, Look, Shot
from demo.texts import description, title

__all__ = ["CATALOGUE_VERSION", "DrawnProduct", "drawn_products", "plan"]

# Grows when a drawing or a text changes, so that a shop kept from an earlier run knows that it is older.
CATALOGUE_VERSION = 3

_NEWEST = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
_DAYS = 180
_SHARE_WITH_MORE_PHOTOS = 1 / 3
_SHOE_SIZES = {"women": "36, 37, 38, 39, 40, 41", "men": "40, 41, 42, 43, 44, 45, 46"}
# A close look at a necklace would show the wall, and at a mug just its colour.
_WITH_CLOSE_LOOKS = ("Clothing", "Bags")


def plan(count: int = 3000, seed: int = 7) -> list[DrawnProduct]:
    """So many products, not drawn yet; their ids are `demo-0001` and so on."""
    return list(islice(_products(seed), count))


def drawn_products(count: int = 3000, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Records with photos, ready for `core.incoming.parse_product`, drawn in this process one by one."""
    from demo.studio import photos

    for product in plan(count, seed):
        yield {**product.record, "photos": [IncomingPhoto(data, "drawn") for data in photos(product)]}


def _products(seed: int) -> Iterator[DrawnProduct]:
    number = numbers(1)
    for round_number in numbers():
        for look, brand, group in _round(seed, round_number):
            yield _product(next(number), look, brand, group, seed)


def _round(seed: int, round_number: int) -> list[tuple[Look, Brand, str]]:
    """Every kind at least once; first one colour of each design, then the others, so that a start shows everything."""
    chance = random.Random(f"{seed}/{round_number}")
    designs = [name for name, kind in KINDS.items() for _ in range(kind.weight)]
    chance.shuffle(designs)
    first, later = [], []
    for place, name in enumerate(designs):
        kind = KINDS[name]
        brand = chance.choice(brands_for(kind.article.department))
        group = f"demo-{seed}-{round_number + 1}-{place + 1}"
        looks = [(look, brand, group) for look in _colourways(name, kind, chance)]
        first.append(looks[0])
        later += looks[1:]
    chance.shuffle(later)
    return first + later


def _colourways(name: str, kind: Kind, chance: random.Random) -> list[Look]:
    make = kind.make
    pattern, material, cut = (chance.choice(names(listed)) for listed in (make.patterns, make.materials, make.cuts))
    if material == "cable knit":
        # Stripes across plaits look like a mistake.
        pattern = "plain"
    style = chance.randrange(1_000_000)
    all_shades = names(make.shades)
    shades = chance.sample(all_shades, min(len(all_shades), chance.choice((1, 2, 2, 3, 3, 4))))
    return [Look(name, shade, _partner(shade, pattern, chance), pattern, material, cut, style) for shade in shades]


def _partner(shade: str, pattern: str, chance: random.Random) -> str:
    partners = SHADES[shade].partners
    # A pattern in two colours of one basic name would not show.
    clear = [name for name in partners if SHADES[name].basic != SHADES[shade].basic] or list(partners)
    if pattern == "leopard":
        return "black" if shade != "black" else "camel"
    return chance.choice(clear[:3])


def _product(number: int, look: Look, brand: Brand, group: str, seed: int) -> DrawnProduct:
    chance = random.Random(f"{seed}/{number}")
    kind = KINDS[look.kind]
    identity = f"demo-{number:04d}"
    record = {
        "id": identity,
        "title": title(look, kind.article),
        "description": description(look, kind.article, brand, chance),
        "brand": brand.name,
        "category": kind.article.category,
        "price": _price(look, kind.article, brand),
        "currency": "EUR",
        "available": chance.random() > 0.06,
        "group_id": group,
        "created_at": (_NEWEST - timedelta(minutes=chance.randrange(_DAYS * 24 * 60))).isoformat(),
        "attributes": _attributes(look, kind.article, random.Random(group)),
    }
    return DrawnProduct(identity, record, _shots(look, brand, chance))


def _attributes(look: Look, article: Article, group_chance: random.Random) -> dict[str, Any]:
    jewellery = article.department == "Jewellery" and look.cut != "beaded"
    attributes: dict[str, Any] = {
        "colour": look.material if jewellery else SHADES[look.shade].basic,
        "shade": look.material if jewellery else look.shade,
        "pattern": look.pattern,
        "material": look.material if article.department != "Jewellery" or jewellery else "glass beads",
        "for": group_chance.choice(names(article.people)),
        "department": article.department,
    }
    if jewellery:
        attributes["stone"] = look.shade
    if look.pattern != "plain":
        attributes["second_colour"] = SHADES[look.second].basic
    if look.cut:
        attributes["cut"] = look.cut
    if article.sizes:
        listed = _SHOE_SIZES.get(attributes["for"], article.sizes) if article.department == "Shoes" else article.sizes
        attributes["sizes"] = _sizes(names(listed), group_chance)
    return attributes


def _sizes(sizes: list[str], chance: random.Random) -> list[str]:
    if len(sizes) <= 3:
        return sizes
    start, missing = chance.choice((0, 0, 1)), chance.choice((0, 1))
    return sizes[start : len(sizes) - missing]


def _price(look: Look, article: Article, brand: Brand) -> float:
    low, high = article.prices
    dear = {"cashmere": 1.3, "silk": 1.25, "leather": 1.15, "suede": 1.1, "gold": 1.3}.get(look.material, 1.0)
    # The style, which colour variants share, keeps their prices equal.
    price = low + (high - low) * min(1.0, max(0.0, brand.level + (look.style % 100 - 50) / 250))
    price = min(price * dear, high * 1.1)
    return round(price) - 0.1 if price < 60 else float(round(price / 10) * 10 - 1)


def _shots(look: Look, brand: Brand, chance: random.Random) -> tuple[Shot, ...]:
    seeds = iter(lambda: chance.randrange(1_000_000), -1)
    shots = [Shot(look, "front", brand.backdrop, next(seeds))]
    if chance.random() < _SHARE_WITH_MORE_PHOTOS:
        other = chance.choice([name for name in BACKDROPS if name != brand.backdrop])
        more = [("turned", brand.backdrop), ("front", other)]
        if KINDS[look.kind].article.department in _WITH_CLOSE_LOOKS:
            more.insert(1, ("close", brand.backdrop))
        chosen = chance.sample(more, min(len(more), chance.choice((1, 1, 2, 3))))
        shots += [Shot(look, view, name, next(seeds)) for view, name in sorted(chosen, key=more.index)]
    return tuple(shots)
