"""Dresses, skirts, trousers and shorts."""

from __future__ import annotations

from collections.abc import Mapping

from demo.garments import dresses, legs, skirts
from demo.kinds.kind import CLOTHES_SIZES, DENIM, Article, Kind, Make

DRESSES_AND_TROUSERS: Mapping[str, Kind] = {
    "summer dress": Kind(
        dresses.summer_dress,
        Article("summer dress", "Dresses", "Clothing", "women", (39, 149), CLOTHES_SIZES),
        Make("plain, floral, floral, dotted, striped, checked", "cotton, linen, viscose", cuts="short, midi, maxi"),
        weight=4,
    ),
    "sleeved dress": Kind(
        dresses.sleeved_dress,
        Article("dress", "Dresses", "Clothing", "women", (49, 179), CLOTHES_SIZES),
        Make(
            "plain, plain, striped, checked, dotted, floral",
            "viscose, cotton, silk",
            cuts="short-sleeved, long-sleeved",
        ),
        weight=3,
    ),
    "wrap dress": Kind(
        dresses.wrap_dress,
        Article("wrap dress", "Dresses", "Clothing", "women", (59, 189), CLOTHES_SIZES),
        Make("plain, floral, floral, dotted", "viscose, silk, jersey"),
        weight=2,
    ),
    "shift dress": Kind(
        dresses.shift_dress,
        Article("shift dress", "Dresses", "Clothing", "women", (49, 169), CLOTHES_SIZES),
        Make("plain, plain, checked, striped, dotted", "cotton, wool, linen", cuts="sleeveless, short-sleeved"),
        weight=2,
    ),
    "shirt dress": Kind(
        dresses.shirt_dress,
        Article("shirt dress", "Dresses", "Clothing", "women", (59, 169), CLOTHES_SIZES),
        Make("plain, pinstriped, checked, floral", "cotton, linen, poplin"),
        weight=2,
    ),
    "jumpsuit": Kind(
        dresses.jumpsuit,
        Article("jumpsuit", "Dresses", "Clothing", "women", (59, 179), CLOTHES_SIZES),
        Make("plain, plain, floral, dotted", "viscose, linen"),
        weight=1,
    ),
    "flared skirt": Kind(
        skirts.flared_skirt,
        Article("flared skirt", "Skirts", "Clothing", "women", (29, 109), CLOTHES_SIZES),
        Make("plain, plain, striped, checked, dotted, floral", "cotton, viscose, linen", cuts="short, midi, maxi"),
        weight=2,
    ),
    "pleated skirt": Kind(
        skirts.pleated_skirt,
        Article("pleated skirt", "Skirts", "Clothing", "women", (35, 129), CLOTHES_SIZES),
        Make("plain, plain, checked", "wool, satin, viscose", cuts="short, midi, maxi"),
        weight=2,
    ),
    "pencil skirt": Kind(
        skirts.pencil_skirt,
        Article("pencil skirt", "Skirts", "Clothing", "women", (39, 129), CLOTHES_SIZES),
        Make("plain, plain, checked, pinstriped", "wool, cotton, leather"),
        weight=1,
    ),
    "mini skirt": Kind(
        skirts.mini_skirt,
        Article("mini skirt", "Skirts", "Clothing", "women", (29, 109), CLOTHES_SIZES),
        Make("plain, plain, checked", "corduroy, suede, cotton, tweed"),
        weight=2,
    ),
    "denim skirt": Kind(
        skirts.mini_skirt,
        Article("denim skirt", "Skirts", "Clothing", "women", (35, 89), CLOTHES_SIZES),
        Make("plain", "denim", shades=DENIM),
        weight=1,
    ),
    "jeans": Kind(
        legs.jeans,
        Article("jeans", "Jeans", "Clothing", "women, men", (49, 149), "26, 28, 30, 32, 34, 36"),
        Make("plain", "denim", shades=DENIM, cuts="slim, straight, wide-leg"),
        weight=4,
    ),
    "trousers": Kind(
        legs.trousers,
        Article("trousers", "Trousers", "Clothing", "women, men", (45, 159), CLOTHES_SIZES),
        Make(
            "plain, plain, plain, checked, pinstriped", "cotton, wool, linen, corduroy", cuts="slim, straight, wide-leg"
        ),
        weight=4,
    ),
    "joggers": Kind(
        legs.joggers,
        Article("joggers", "Trousers", "Clothing", "everyone, men, women", (29, 79), CLOTHES_SIZES),
        Make("plain", "cotton, fleece"),
        weight=2,
    ),
    "leggings": Kind(
        legs.leggings,
        Article("leggings", "Trousers", "Clothing", "women", (19, 59), CLOTHES_SIZES),
        Make("plain, plain, dotted", "jersey"),
        weight=1,
    ),
    "shorts": Kind(
        legs.shorts,
        Article("shorts", "Shorts", "Clothing", "women, men", (25, 79), CLOTHES_SIZES),
        Make("plain, plain, striped, checked, floral", "cotton, linen"),
        weight=2,
    ),
    "denim shorts": Kind(
        legs.shorts,
        Article("denim shorts", "Shorts", "Clothing", "women", (29, 69), CLOTHES_SIZES),
        Make("plain", "denim", shades=DENIM),
        weight=1,
    ),
}
