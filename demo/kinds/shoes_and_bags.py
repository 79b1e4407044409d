"""Shoes and bags."""

from __future__ import annotations

from collections.abc import Mapping

from demo.kinds.kind import ALL_SHOES, LEATHER, SMALL_SHOES, TAILORED, Article, Kind, Make
from demo.things import bags, boots, carriers, shoes, slip_ons

SHOES_AND_BAGS: Mapping[str, Kind] = {
    "sneakers": Kind(
        shoes.sneakers,
        Article("sneakers", "Sneakers", "Shoes", "everyone, women, men", (49, 169), ALL_SHOES),
        Make("plain", "leather, canvas, suede", cuts="low, chunky"),
        weight=5,
    ),
    "high-tops": Kind(
        shoes.high_tops,
        Article("high-top sneakers", "Sneakers", "Shoes", "everyone", (45, 119), ALL_SHOES),
        Make("plain, plain, plain, checked, leopard", "canvas"),
        weight=2,
    ),
    "loafers": Kind(
        slip_ons.loafers,
        Article("loafers", "Loafers", "Shoes", "women, men", (69, 229), ALL_SHOES),
        Make("plain", "leather, suede, patent leather", shades=LEATHER, cuts="penny, tasselled"),
        weight=2,
    ),
    "ballet flats": Kind(
        slip_ons.ballet_flats,
        Article("ballet flats", "Ballet flats", "Shoes", "women", (45, 149), SMALL_SHOES),
        Make("plain, plain, plain, leopard, dotted", "leather, suede, satin"),
        weight=2,
    ),
    "sandals": Kind(
        slip_ons.sandals,
        Article("sandals", "Sandals", "Shoes", "women, women, everyone", (39, 139), ALL_SHOES),
        Make("plain", "leather, suede", shades=LEATHER, cuts="two-strap, ankle-strap"),
        weight=2,
    ),
    "ankle boots": Kind(
        boots.ankle_boots,
        Article("ankle boots", "Boots", "Shoes", "women, men", (79, 259), ALL_SHOES),
        Make("plain", "leather, suede, patent leather", shades=LEATHER, cuts="flat, heeled"),
        weight=3,
    ),
    "boots": Kind(
        boots.boots,
        Article("lace-up boots", "Boots", "Shoes", "men, women, everyone", (89, 279), ALL_SHOES),
        Make("plain", "leather, leather, suede", shades=LEATHER),
        weight=3,
    ),
    "tall boots": Kind(
        boots.tall_boots,
        Article("knee-high boots", "Boots", "Shoes", "women", (119, 349), SMALL_SHOES),
        Make("plain", "leather, suede", shades=LEATHER, cuts="flat, heeled"),
        weight=2,
    ),
    "rain boots": Kind(
        boots.rain_boots,
        Article("rain boots", "Boots", "Shoes", "everyone", (35, 99), ALL_SHOES),
        Make("plain", "rubber"),
        weight=1,
    ),
    "heels": Kind(
        boots.heels,
        Article("heels", "Heels", "Shoes", "women", (59, 229), SMALL_SHOES),
        Make(
            "plain, plain, plain, leopard, dotted", "leather, suede, patent leather, satin", cuts="stiletto, block-heel"
        ),
        weight=3,
    ),
    "handbag": Kind(
        bags.handbag,
        Article("handbag", "Handbags", "Bags", "women", (59, 329)),
        Make("plain, plain, plain, checked", "leather, leather, suede, canvas", shades=LEATHER),
        weight=4,
    ),
    "tote": Kind(
        carriers.tote,
        Article("tote bag", "Tote bags", "Bags", "women, everyone", (25, 219)),
        Make("plain, plain, striped, floral, checked", "canvas, leather, straw"),
        weight=3,
    ),
    "backpack": Kind(
        carriers.backpack,
        Article("backpack", "Backpacks", "Bags", "everyone", (39, 199)),
        Make("plain, plain, plain, checked, striped, dotted", "canvas, nylon, leather"),
        weight=3,
    ),
    "clutch": Kind(
        bags.clutch,
        Article("clutch", "Clutches", "Bags", "women", (35, 149)),
        Make("plain, plain, leopard, floral", "leather, satin, velvet, suede"),
        weight=2,
    ),
    "crossbody": Kind(
        bags.crossbody,
        Article("crossbody bag", "Crossbody bags", "Bags", "women, everyone", (45, 229)),
        Make("plain", "leather, suede, patent leather", shades=LEATHER),
        weight=3,
    ),
    "bucket bag": Kind(
        carriers.bucket_bag,
        Article("bucket bag", "Handbags", "Bags", "women", (55, 239)),
        Make("plain, plain, striped", "leather, canvas, suede", shades=LEATHER),
        weight=1,
    ),
    "weekender": Kind(
        carriers.weekender,
        Article("weekend bag", "Travel bags", "Bags", "everyone, men", (79, 349)),
        Make("plain, plain, striped, checked", "canvas, leather", shades=TAILORED),
        weight=1,
    ),
}
