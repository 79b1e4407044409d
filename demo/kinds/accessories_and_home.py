"""Accessories, jewellery and things for the home."""

from __future__ import annotations

from collections.abc import Mapping

from demo.kinds.kind import FRAMES, LEATHER, ONE_SIZE, STONES, STRAW, TAILORED, Article, Kind, Make
from demo.things import accessories, hats, home, jewellery, scarves

ACCESSORIES_AND_HOME: Mapping[str, Kind] = {
    "cap": Kind(
        hats.cap,
        Article("cap", "Caps", "Accessories", "everyone", (15, 45), ONE_SIZE),
        Make("plain, plain, plain, checked", "cotton, corduroy, denim"),
        weight=2,
    ),
    "beanie": Kind(
        hats.beanie,
        Article("beanie", "Beanies", "Accessories", "everyone", (15, 69), ONE_SIZE),
        Make("plain, plain, striped", "knitted wool, cable knit, cashmere"),
        weight=3,
    ),
    "fedora": Kind(
        hats.fedora,
        Article("fedora", "Hats", "Accessories", "women, men", (39, 119), "S, M, L"),
        Make("plain", "felt", shades=TAILORED),
        weight=1,
    ),
    "sun hat": Kind(
        hats.sun_hat,
        Article("sun hat", "Hats", "Accessories", "women", (25, 79), ONE_SIZE),
        Make("plain", "straw", shades=STRAW),
        weight=1,
    ),
    "bucket hat": Kind(
        hats.bucket_hat,
        Article("bucket hat", "Hats", "Accessories", "everyone", (19, 55), "S, M, L"),
        Make("plain, plain, checked, floral, leopard", "cotton, corduroy, nylon"),
        weight=1,
    ),
    "scarf": Kind(
        scarves.scarf,
        Article("scarf", "Scarves", "Accessories", "everyone, women, men", (25, 129), ONE_SIZE),
        Make("plain, plain, striped, striped, checked, checked", "wool, knitted wool, cashmere, cable knit"),
        weight=4,
    ),
    "silk scarf": Kind(
        scarves.shawl,
        Article("square scarf", "Scarves", "Accessories", "women", (29, 119), ONE_SIZE),
        Make("dotted, floral, floral, leopard, striped, plain", "silk"),
        weight=2,
    ),
    "gloves": Kind(
        scarves.gloves,
        Article("gloves", "Gloves", "Accessories", "women, men", (25, 99), "S, M, L"),
        Make("plain, plain, plain, striped", "leather, knitted wool, suede, cashmere", shades=TAILORED),
        weight=1,
    ),
    "tie": Kind(
        scarves.tie,
        Article("tie", "Ties", "Accessories", "men", (25, 89), ONE_SIZE),
        Make("plain, striped, striped, dotted, checked", "silk, wool"),
        weight=1,
    ),
    "socks": Kind(
        scarves.socks,
        Article("socks", "Socks", "Accessories", "everyone", (8, 25), "36-38, 39-42, 43-46"),
        Make("plain, striped, striped, dotted, checked", "cotton, ribbed cotton, merino wool"),
        weight=2,
    ),
    "watch": Kind(
        accessories.watch,
        Article("watch", "Watches", "Accessories", "women, men", (79, 390), ONE_SIZE),
        Make("plain", "leather, leather, suede", shades=LEATHER),
        weight=3,
    ),
    "glasses": Kind(
        accessories.glasses,
        Article("glasses", "Glasses", "Accessories", "everyone", (69, 219), ONE_SIZE),
        Make("plain", "acetate", shades=FRAMES, cuts="round, square, cat-eye"),
        weight=2,
    ),
    "sunglasses": Kind(
        accessories.sunglasses,
        Article("sunglasses", "Sunglasses", "Accessories", "everyone", (39, 229), ONE_SIZE),
        Make("plain", "acetate", shades=FRAMES, cuts="round, square, aviator, cat-eye"),
        weight=3,
    ),
    "belt": Kind(
        accessories.belt,
        Article("belt", "Belts", "Accessories", "women, men", (25, 99), "80, 90, 100, 110"),
        Make("plain", "leather, leather, suede", shades=LEATHER),
        weight=2,
    ),
    "necklace": Kind(
        jewellery.necklace,
        Article("necklace", "Necklaces", "Jewellery", "women", (29, 290), ONE_SIZE),
        Make("plain", "gold, silver, rose gold", shades=STONES, cuts="pendant, pendant, beaded"),
        weight=2,
    ),
    "earrings": Kind(
        jewellery.earrings,
        Article("earrings", "Earrings", "Jewellery", "women", (19, 190), ONE_SIZE),
        Make("plain", "gold, silver, rose gold", shades=STONES, cuts="hoop, drop, stud"),
        weight=2,
    ),
    "ring": Kind(
        jewellery.ring,
        Article("ring", "Rings", "Jewellery", "women", (29, 390), "50, 52, 54, 56, 58"),
        Make("plain", "gold, silver, rose gold", shades=STONES),
        weight=2,
    ),
    "bracelet": Kind(
        jewellery.bracelet,
        Article("bracelet", "Bracelets", "Jewellery", "women", (25, 220), ONE_SIZE),
        Make("plain", "gold, silver, rose gold", shades=STONES, cuts="beaded, bangle, charm"),
        weight=2,
    ),
    "lamp": Kind(
        home.lamp,
        Article("table lamp", "Lamps", "Home", "everyone", (49, 219)),
        Make("plain, plain, plain, striped, floral", "linen"),
        weight=1,
    ),
    "mug": Kind(
        home.mug,
        Article("mug", "Mugs", "Home", "everyone", (12, 29)),
        Make("plain, plain, striped, dotted, floral, checked", "stoneware"),
        weight=2,
    ),
    "vase": Kind(
        home.vase,
        Article("vase", "Vases", "Home", "everyone", (19, 99)),
        Make("plain, plain, striped, dotted", "stoneware"),
        weight=1,
    ),
    "cushion": Kind(
        home.cushion,
        Article("cushion", "Cushions", "Home", "everyone", (19, 69)),
        Make("plain, striped, checked, dotted, floral, floral", "cotton, linen, velvet, knitted wool"),
        weight=2,
    ),
    "blanket": Kind(
        home.blanket,
        Article("blanket", "Blankets", "Home", "everyone", (49, 219)),
        Make("plain, checked, checked, striped", "wool, cashmere, cable knit"),
        weight=1,
    ),
}
