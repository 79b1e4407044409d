"""Tops, shirts, knitwear, jackets and coats."""

from __future__ import annotations

from collections.abc import Mapping

from demo.garments import coats, jackets, knitwear, shirts, tops
from demo.kinds.kind import CLOTHES_SIZES, DENIM, LEATHER, TAILORED, Article, Kind, Make

TOPS_AND_COATS: Mapping[str, Kind] = {
    "t-shirt": Kind(
        tops.t_shirt,
        Article("T-shirt", "T-shirts", "Clothing", "women, men, everyone", (14, 49), CLOTHES_SIZES),
        Make("plain, plain, striped, striped, dotted, floral", "cotton, linen", cuts="crew-neck, crew-neck, V-neck"),
        weight=5,
    ),
    "long-sleeved top": Kind(
        tops.long_sleeved_top,
        Article("long-sleeved top", "Tops", "Clothing", "women", (19, 59), CLOTHES_SIZES),
        Make("plain, striped, striped, dotted, floral", "jersey, ribbed cotton, viscose"),
        weight=2,
    ),
    "tank top": Kind(
        tops.tank_top,
        Article("tank top", "Tops", "Clothing", "women", (12, 39), CLOTHES_SIZES),
        Make("plain, plain, striped, dotted, floral", "cotton, ribbed cotton, linen"),
        weight=2,
    ),
    "polo": Kind(
        tops.polo,
        Article("polo shirt", "Polo shirts", "Clothing", "men, men, women", (29, 79), CLOTHES_SIZES),
        Make("plain, plain, striped", "cotton"),
        weight=2,
    ),
    "sweatshirt": Kind(
        tops.sweatshirt,
        Article("sweatshirt", "Sweatshirts", "Clothing", "everyone, men, women", (29, 89), CLOTHES_SIZES),
        Make("plain, plain, plain, striped", "cotton, fleece"),
        weight=2,
    ),
    "hoodie": Kind(
        tops.hoodie,
        Article("hoodie", "Sweatshirts", "Clothing", "everyone, men, women", (39, 99), CLOTHES_SIZES),
        Make("plain", "cotton, fleece"),
        weight=3,
    ),
    "shirt": Kind(
        shirts.shirt,
        Article("shirt", "Shirts", "Clothing", "men, men, women", (35, 110), CLOTHES_SIZES),
        Make("plain, pinstriped, checked, checked, striped, dotted", "cotton, flannel, linen, poplin"),
        weight=5,
    ),
    "denim shirt": Kind(
        shirts.shirt,
        Article("denim shirt", "Shirts", "Clothing", "women, men", (45, 110), CLOTHES_SIZES),
        Make("plain", "denim", shades="navy, sky blue, black, charcoal, light grey"),
        weight=1,
    ),
    "summer shirt": Kind(
        shirts.short_sleeved_shirt,
        Article("short-sleeved shirt", "Shirts", "Clothing", "men", (29, 89), CLOTHES_SIZES),
        Make("plain, floral, floral, striped, checked", "viscose, linen, cotton"),
        weight=2,
    ),
    "blouse": Kind(
        shirts.blouse,
        Article("blouse", "Blouses", "Clothing", "women", (35, 129), CLOTHES_SIZES),
        Make("plain, plain, floral, dotted, pinstriped", "viscose, silk, cotton"),
        weight=3,
    ),
    "jumper": Kind(
        knitwear.jumper,
        Article("jumper", "Jumpers", "Clothing", "women, men, everyone", (45, 189), CLOTHES_SIZES),
        Make(
            "plain, plain, plain, striped",
            "knitted wool, cable knit, merino wool, cashmere",
            cuts="crew-neck, crew-neck, V-neck",
        ),
        weight=4,
    ),
    "roll-neck": Kind(
        knitwear.roll_neck,
        Article("roll-neck jumper", "Jumpers", "Clothing", "women, men", (45, 179), CLOTHES_SIZES),
        Make("plain, plain, plain, striped", "merino wool, knitted wool, cable knit, ribbed cotton"),
        weight=2,
    ),
    "cardigan": Kind(
        knitwear.cardigan,
        Article("cardigan", "Cardigans", "Clothing", "women, women, men", (49, 179), CLOTHES_SIZES),
        Make("plain, plain, plain, striped", "knitted wool, cable knit, merino wool, cashmere"),
        weight=3,
    ),
    "knitted vest": Kind(
        knitwear.knitted_vest,
        Article("sleeveless jumper", "Jumpers", "Clothing", "women, men", (39, 119), CLOTHES_SIZES),
        Make("plain, plain, checked, striped", "knitted wool, cable knit, merino wool"),
        weight=1,
    ),
    "blazer": Kind(
        jackets.blazer,
        Article("blazer", "Blazers", "Clothing", "women, men", (89, 349), CLOTHES_SIZES),
        Make("plain, plain, checked, pinstriped", "wool, tweed, linen, corduroy", shades=TAILORED),
        weight=3,
    ),
    "coat": Kind(
        coats.coat,
        Article("coat", "Coats", "Clothing", "women, men", (139, 490), CLOTHES_SIZES),
        Make(
            "plain, plain, plain, checked",
            "wool, tweed, cashmere",
            shades=TAILORED,
            cuts="single-breasted, double-breasted",
        ),
        weight=3,
    ),
    "trench coat": Kind(
        coats.trench_coat,
        Article("trench coat", "Coats", "Clothing", "women, men", (129, 390), CLOTHES_SIZES),
        Make("plain", "cotton", shades="sand, camel, navy, black, olive, cream, charcoal, forest green, burgundy"),
        weight=1,
    ),
    "parka": Kind(
        coats.parka,
        Article("parka", "Coats", "Clothing", "women, men", (99, 329), CLOTHES_SIZES),
        Make(
            "plain", "cotton, nylon", shades="olive, navy, black, sand, charcoal, forest green, rust, burgundy, mustard"
        ),
        weight=1,
    ),
    "denim jacket": Kind(
        jackets.denim_jacket,
        Article("denim jacket", "Jackets", "Clothing", "women, men", (59, 169), CLOTHES_SIZES),
        Make("plain", "denim", shades=DENIM),
        weight=2,
    ),
    "bomber jacket": Kind(
        jackets.bomber_jacket,
        Article("bomber jacket", "Jackets", "Clothing", "women, men", (69, 239), CLOTHES_SIZES),
        Make("plain", "nylon, satin, suede"),
        weight=2,
    ),
    "leather jacket": Kind(
        jackets.leather_jacket,
        Article("biker jacket", "Jackets", "Clothing", "women, men", (159, 490), CLOTHES_SIZES),
        Make("plain", "leather, leather, suede", shades=LEATHER),
        weight=2,
    ),
    "puffer jacket": Kind(
        jackets.puffer_jacket,
        Article("puffer jacket", "Jackets", "Clothing", "women, men, everyone", (89, 290), CLOTHES_SIZES),
        Make("plain", "nylon"),
        weight=2,
    ),
}
