"""The kinds of products the drawn shop sells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.colours import SHADES
from demo.garments import dresses, knitwear, legs, outerwear, shirts, skirts, tops
from demo.looks import Look
from demo.pieces import Drawing
from demo.things import accessories, bags, boots, hats, home, shoes

_ALL = tuple(SHADES)
_DENIM = ("navy", "sky blue", "black", "charcoal", "light grey", "white", "cobalt", "cream")
_LEATHER = (
    *("black", "brown", "camel", "burgundy", "navy", "forest green", "olive", "cream", "red", "rust", "sand", "charcoal"),
    *("mustard", "blush", "teal", "white"),
)
_TAILORED = (
    *("black", "charcoal", "light grey", "navy", "camel", "brown", "cream", "sand", "olive", "forest green", "burgundy"),
    *("sage", "plum", "rust", "sky blue", "teal"),
)
_STONES = ("forest green", "cobalt", "red", "plum", "fuchsia", "teal", "sky blue", "black", "lavender", "coral", "cream")
_FRAMES = ("black", "brown", "camel", "navy", "burgundy", "forest green", "light grey", "red", "cobalt", "blush", "teal")
_STRAW = ("sand", "cream", "camel", "brown")

_EVERYONE = ("everyone",)
_BOTH = ("women", "men")
_WOMEN = ("women",)
_MEN = ("men",)
_TOPS = ("XS", "S", "M", "L", "XL", "XXL")
_SHOES_WOMEN = ("36", "37", "38", "39", "40", "41")
_SHOES_ALL = ("37", "38", "39", "40", "41", "42", "43", "44", "45")
_PRINTED = ("plain", "plain", "striped", "checked", "dotted", "floral")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of product.

    Attributes
    ----------
    noun: what a title calls it.
    people: whom it may be for.
    patterns: a name for each chance in as many; twice named is twice as frequent.
    prices: of the plainest and the finest brand, in euros.
    cuts: names its drawing knows, said in the title.
    weight: how many of its designs are in a round of the catalogue.
    """

    draw: Callable[[Look], Drawing]
    noun: str
    category: str
    department: str
    people: tuple[str, ...]
    patterns: tuple[str, ...]
    materials: tuple[str, ...]
    prices: tuple[int, int]
    sizes: tuple[str, ...] = ()
    shades: tuple[str, ...] = _ALL
    cuts: tuple[str, ...] = ("",)
    weight: int = 1


def _clothes() -> dict[str, Kind]:
    c = "Clothing"
    plain, striped = ("plain",), ("plain", "plain", "striped")
    knit = ("plain", "plain", "plain", "striped")
    return {
        "t-shirt": Kind(tops.t_shirt, "T-shirt", "T-shirts", c, ("women", "men", "everyone"), ("plain", "plain", "striped", "striped", "dotted", "floral"), ("cotton", "linen"), (14, 49), _TOPS, cuts=("crew-neck", "crew-neck", "V-neck"), weight=5),
        "long-sleeved top": Kind(tops.long_sleeved_top, "long-sleeved top", "Tops", c, _WOMEN, ("plain", "striped", "striped", "dotted", "floral"), ("jersey", "ribbed cotton", "viscose"), (19, 59), _TOPS, weight=2),
        "tank top": Kind(tops.tank_top, "tank top", "Tops", c, _WOMEN, ("plain", "plain", "striped", "dotted", "floral"), ("cotton", "ribbed cotton", "linen"), (12, 39), _TOPS, weight=2),
        "polo": Kind(tops.polo, "polo shirt", "Polo shirts", c, ("men", "men", "women"), striped, ("cotton",), (29, 79), _TOPS, weight=2),
        "sweatshirt": Kind(tops.sweatshirt, "sweatshirt", "Sweatshirts", c, ("everyone", "men", "women"), ("plain", "plain", "plain", "striped"), ("cotton", "fleece"), (29, 89), _TOPS, weight=2),
        "hoodie": Kind(tops.hoodie, "hoodie", "Sweatshirts", c, ("everyone", "men", "women"), plain, ("cotton", "fleece"), (39, 99), _TOPS, weight=3),
        "shirt": Kind(shirts.shirt, "shirt", "Shirts", c, ("men", "men", "women"), ("plain", "pinstriped", "checked", "checked", "striped", "dotted"), ("cotton", "flannel", "linen", "poplin"), (35, 110), _TOPS, weight=5),
        "denim shirt": Kind(shirts.shirt, "denim shirt", "Shirts", c, _BOTH, plain, ("denim",), (45, 110), _TOPS, _DENIM[:5], weight=1),
        "summer shirt": Kind(shirts.short_sleeved_shirt, "short-sleeved shirt", "Shirts", c, _MEN, ("plain", "floral", "floral", "striped", "checked"), ("viscose", "linen", "cotton"), (29, 89), _TOPS, weight=2),
        "blouse": Kind(shirts.blouse, "blouse", "Blouses", c, _WOMEN, ("plain", "plain", "floral", "dotted", "pinstriped"), ("viscose", "silk", "cotton"), (35, 129), _TOPS, weight=3),
        "jumper": Kind(knitwear.jumper, "jumper", "Jumpers", c, ("women", "men", "everyone"), knit, ("knitted wool", "cable knit", "merino wool", "cashmere"), (45, 189), _TOPS, cuts=("crew-neck", "crew-neck", "V-neck"), weight=4),
        "roll-neck": Kind(knitwear.roll_neck, "roll-neck jumper", "Jumpers", c, _BOTH, knit, ("merino wool", "knitted wool", "cable knit", "ribbed cotton"), (45, 179), _TOPS, weight=2),
        "cardigan": Kind(knitwear.cardigan, "cardigan", "Cardigans", c, ("women", "women", "men"), knit, ("knitted wool", "cable knit", "merino wool", "cashmere"), (49, 179), _TOPS, weight=3),
        "knitted vest": Kind(knitwear.knitted_vest, "sleeveless jumper", "Jumpers", c, _BOTH, ("plain", "plain", "checked", "striped"), ("knitted wool", "cable knit", "merino wool"), (39, 119), _TOPS, weight=1),
        "blazer": Kind(outerwear.blazer, "blazer", "Blazers", c, _BOTH, ("plain", "plain", "checked", "pinstriped"), ("wool", "tweed", "linen", "corduroy"), (89, 349), _TOPS, _TAILORED, weight=3),
        "coat": Kind(outerwear.coat, "coat", "Coats", c, _BOTH, ("plain", "plain", "plain", "checked"), ("wool", "tweed", "cashmere"), (139, 490), _TOPS, _TAILORED, ("single-breasted", "double-breasted"), weight=3),
        "trench coat": Kind(outerwear.trench_coat, "trench coat", "Coats", c, _BOTH, plain, ("cotton",), (129, 390), _TOPS, ("sand", "camel", "navy", "black", "olive", "cream", "charcoal", "forest green", "burgundy"), weight=1),
        "parka": Kind(outerwear.parka, "parka", "Coats", c, _BOTH, plain, ("cotton", "nylon"), (99, 329), _TOPS, ("olive", "navy", "black", "sand", "charcoal", "forest green", "rust", "burgundy", "mustard"), weight=1),
        "denim jacket": Kind(outerwear.denim_jacket, "denim jacket", "Jackets", c, _BOTH, plain, ("denim",), (59, 169), _TOPS, _DENIM, weight=2),
        "bomber jacket": Kind(outerwear.bomber_jacket, "bomber jacket", "Jackets", c, _BOTH, plain, ("nylon", "satin", "suede"), (69, 239), _TOPS, weight=2),
        "leather jacket": Kind(outerwear.leather_jacket, "biker jacket", "Jackets", c, _BOTH, plain, ("leather", "leather", "suede"), (159, 490), _TOPS, _LEATHER, weight=2),
        "puffer jacket": Kind(outerwear.puffer_jacket, "puffer jacket", "Jackets", c, ("women", "men", "everyone"), plain, ("nylon",), (89, 290), _TOPS, weight=2),
        "summer dress": Kind(dresses.summer_dress, "summer dress", "Dresses", c, _WOMEN, ("plain", "floral", "floral", "dotted", "striped", "checked"), ("cotton", "linen", "viscose"), (39, 149), _TOPS, cuts=("short", "midi", "maxi"), weight=4),
        "sleeved dress": Kind(dresses.sleeved_dress, "dress", "Dresses", c, _WOMEN, _PRINTED, ("viscose", "cotton", "silk"), (49, 179), _TOPS, cuts=("short-sleeved", "long-sleeved"), weight=3),
        "wrap dress": Kind(dresses.wrap_dress, "wrap dress", "Dresses", c, _WOMEN, ("plain", "floral", "floral", "dotted"), ("viscose", "silk", "jersey"), (59, 189), _TOPS, weight=2),
        "shift dress": Kind(dresses.shift_dress, "shift dress", "Dresses", c, _WOMEN, ("plain", "plain", "checked", "striped", "dotted"), ("cotton", "wool", "linen"), (49, 169), _TOPS, cuts=("sleeveless", "short-sleeved"), weight=2),
        "shirt dress": Kind(dresses.shirt_dress, "shirt dress", "Dresses", c, _WOMEN, ("plain", "pinstriped", "checked", "floral"), ("cotton", "linen", "poplin"), (59, 169), _TOPS, weight=2),
        "jumpsuit": Kind(dresses.jumpsuit, "jumpsuit", "Dresses", c, _WOMEN, ("plain", "plain", "floral", "dotted"), ("viscose", "linen"), (59, 179), _TOPS, weight=1),
        "flared skirt": Kind(skirts.flared_skirt, "flared skirt", "Skirts", c, _WOMEN, _PRINTED, ("cotton", "viscose", "linen"), (29, 109), _TOPS, cuts=("short", "midi", "maxi"), weight=2),
        "pleated skirt": Kind(skirts.pleated_skirt, "pleated skirt", "Skirts", c, _WOMEN, ("plain", "plain", "checked"), ("wool", "satin", "viscose"), (35, 129), _TOPS, cuts=("short", "midi", "maxi"), weight=2),
        "pencil skirt": Kind(skirts.pencil_skirt, "pencil skirt", "Skirts", c, _WOMEN, ("plain", "plain", "checked", "pinstriped"), ("wool", "cotton", "leather"), (39, 129), _TOPS, weight=1),
        "mini skirt": Kind(skirts.mini_skirt, "mini skirt", "Skirts", c, _WOMEN, ("plain", "plain", "checked"), ("corduroy", "suede", "cotton", "tweed"), (29, 109), _TOPS, weight=2),
        "denim skirt": Kind(skirts.mini_skirt, "denim skirt", "Skirts", c, _WOMEN, plain, ("denim",), (35, 89), _TOPS, _DENIM, weight=1),
        "jeans": Kind(legs.jeans, "jeans", "Jeans", c, _BOTH, plain, ("denim",), (49, 149), ("26", "28", "30", "32", "34", "36"), _DENIM, ("slim", "straight", "wide-leg"), weight=4),
        "trousers": Kind(legs.trousers, "trousers", "Trousers", c, _BOTH, ("plain", "plain", "plain", "checked", "pinstriped"), ("cotton", "wool", "linen", "corduroy"), (45, 159), _TOPS, cuts=("slim", "straight", "wide-leg"), weight=4),
        "joggers": Kind(legs.joggers, "joggers", "Trousers", c, ("everyone", "men", "women"), plain, ("cotton", "fleece"), (29, 79), _TOPS, weight=2),
        "leggings": Kind(legs.leggings, "leggings", "Trousers", c, _WOMEN, ("plain", "plain", "dotted"), ("jersey",), (19, 59), _TOPS, weight=1),
        "shorts": Kind(legs.shorts, "shorts", "Shorts", c, _BOTH, ("plain", "plain", "striped", "checked", "floral"), ("cotton", "linen"), (25, 79), _TOPS, weight=2),
        "denim shorts": Kind(legs.shorts, "denim shorts", "Shorts", c, _WOMEN, plain, ("denim",), (29, 69), _TOPS, _DENIM, weight=1),
    }


def _shoes() -> dict[str, Kind]:
    s = "Shoes"
    plain = ("plain",)
    return {
        "sneakers": Kind(shoes.sneakers, "sneakers", "Sneakers", s, ("everyone", "women", "men"), plain, ("leather", "canvas", "suede"), (49, 169), _SHOES_ALL, cuts=("low", "chunky"), weight=5),
        "high-tops": Kind(shoes.high_tops, "high-top sneakers", "Sneakers", s, _EVERYONE, ("plain", "plain", "plain", "checked", "leopard"), ("canvas",), (45, 119), _SHOES_ALL, weight=2),
        "loafers": Kind(shoes.loafers, "loafers", "Loafers", s, _BOTH, plain, ("leather", "suede", "patent leather"), (69, 229), _SHOES_ALL, _LEATHER, ("penny", "tasselled"), weight=2),
        "ballet flats": Kind(shoes.ballet_flats, "ballet flats", "Ballet flats", s, _WOMEN, ("plain", "plain", "plain", "leopard", "dotted"), ("leather", "suede", "satin"), (45, 149), _SHOES_WOMEN, weight=2),
        "sandals": Kind(shoes.sandals, "sandals", "Sandals", s, ("women", "women", "everyone"), plain, ("leather", "suede"), (39, 139), _SHOES_ALL, _LEATHER, ("two-strap", "ankle-strap"), weight=2),
        "ankle boots": Kind(boots.ankle_boots, "ankle boots", "Boots", s, ("women", "men"), plain, ("leather", "suede", "patent leather"), (79, 259), _SHOES_ALL, _LEATHER, ("flat", "heeled"), weight=3),
        "boots": Kind(boots.boots, "lace-up boots", "Boots", s, ("men", "women", "everyone"), plain, ("leather", "leather", "suede"), (89, 279), _SHOES_ALL, _LEATHER, weight=3),
        "tall boots": Kind(boots.tall_boots, "knee-high boots", "Boots", s, _WOMEN, plain, ("leather", "suede"), (119, 349), _SHOES_WOMEN, _LEATHER, ("flat", "heeled"), weight=2),
        "rain boots": Kind(boots.rain_boots, "rain boots", "Boots", s, _EVERYONE, plain, ("rubber",), (35, 99), _SHOES_ALL, weight=1),
        "heels": Kind(boots.heels, "heels", "Heels", s, _WOMEN, ("plain", "plain", "plain", "leopard", "dotted"), ("leather", "suede", "patent leather", "satin"), (59, 229), _SHOES_WOMEN, cuts=("stiletto", "block-heel"), weight=3),
    }


def _bags() -> dict[str, Kind]:
    b = "Bags"
    plain = ("plain",)
    return {
        "handbag": Kind(bags.handbag, "handbag", "Handbags", b, _WOMEN, ("plain", "plain", "plain", "checked"), ("leather", "leather", "suede", "canvas"), (59, 329), shades=_LEATHER, weight=4),
        "tote": Kind(bags.tote, "tote bag", "Tote bags", b, ("women", "everyone"), ("plain", "plain", "striped", "floral", "checked"), ("canvas", "leather", "straw"), (25, 219), weight=3),
        "backpack": Kind(bags.backpack, "backpack", "Backpacks", b, _EVERYONE, ("plain", "plain", "plain", "checked", "striped", "dotted"), ("canvas", "nylon", "leather"), (39, 199), weight=3),
        "clutch": Kind(bags.clutch, "clutch", "Clutches", b, _WOMEN, ("plain", "plain", "leopard", "floral"), ("leather", "satin", "velvet", "suede"), (35, 149), weight=2),
        "crossbody": Kind(bags.crossbody, "crossbody bag", "Crossbody bags", b, ("women", "everyone"), plain, ("leather", "suede", "patent leather"), (45, 229), shades=_LEATHER, weight=3),
        "bucket bag": Kind(bags.bucket_bag, "bucket bag", "Handbags", b, _WOMEN, ("plain", "plain", "striped"), ("leather", "canvas", "suede"), (55, 239), shades=_LEATHER, weight=1),
        "weekender": Kind(bags.weekender, "weekend bag", "Travel bags", b, ("everyone", "men"), ("plain", "plain", "striped", "checked"), ("canvas", "leather"), (79, 349), shades=_TAILORED, weight=1),
    }


def _accessories() -> dict[str, Kind]:
    a, j = "Accessories", "Jewellery"
    plain = ("plain",)
    one = ("one size",)
    metals = ("gold", "silver", "rose gold")
    return {
        "cap": Kind(hats.cap, "cap", "Caps", a, _EVERYONE, ("plain", "plain", "plain", "checked"), ("cotton", "corduroy", "denim"), (15, 45), one, weight=2),
        "beanie": Kind(hats.beanie, "beanie", "Beanies", a, _EVERYONE, ("plain", "plain", "striped"), ("knitted wool", "cable knit", "cashmere"), (15, 69), one, weight=3),
        "fedora": Kind(hats.fedora, "fedora", "Hats", a, _BOTH, plain, ("felt",), (39, 119), ("S", "M", "L"), _TAILORED, weight=1),
        "sun hat": Kind(hats.sun_hat, "sun hat", "Hats", a, _WOMEN, plain, ("straw",), (25, 79), one, _STRAW, weight=1),
        "bucket hat": Kind(hats.bucket_hat, "bucket hat", "Hats", a, _EVERYONE, ("plain", "plain", "checked", "floral", "leopard"), ("cotton", "corduroy", "nylon"), (19, 55), ("S", "M", "L"), weight=1),
        "scarf": Kind(hats.scarf, "scarf", "Scarves", a, ("everyone", "women", "men"), ("plain", "plain", "striped", "striped", "checked", "checked"), ("wool", "knitted wool", "cashmere", "cable knit"), (25, 129), one, weight=4),
        "silk scarf": Kind(hats.shawl, "square scarf", "Scarves", a, _WOMEN, ("dotted", "floral", "floral", "leopard", "striped", "plain"), ("silk",), (29, 119), one, weight=2),
        "gloves": Kind(hats.gloves, "gloves", "Gloves", a, _BOTH, ("plain", "plain", "plain", "striped"), ("leather", "knitted wool", "suede", "cashmere"), (25, 99), ("S", "M", "L"), _TAILORED, weight=1),
        "tie": Kind(hats.tie, "tie", "Ties", a, _MEN, ("plain", "striped", "striped", "dotted", "checked"), ("silk", "wool"), (25, 89), one, weight=1),
        "socks": Kind(hats.socks, "socks", "Socks", a, _EVERYONE, ("plain", "striped", "striped", "dotted", "checked"), ("cotton", "ribbed cotton", "merino wool"), (8, 25), ("36-38", "39-42", "43-46"), weight=2),
        "watch": Kind(accessories.watch, "watch", "Watches", a, _BOTH, plain, ("leather", "leather", "suede"), (79, 390), one, _LEATHER, weight=3),
        "glasses": Kind(accessories.glasses, "glasses", "Glasses", a, _EVERYONE, plain, ("acetate",), (69, 219), one, _FRAMES, ("round", "square", "cat-eye"), weight=2),
        "sunglasses": Kind(accessories.sunglasses, "sunglasses", "Sunglasses", a, _EVERYONE, plain, ("acetate",), (39, 229), one, _FRAMES, ("round", "square", "aviator", "cat-eye"), weight=3),
        "belt": Kind(accessories.belt, "belt", "Belts", a, _BOTH, plain, ("leather", "leather", "suede"), (25, 99), ("80", "90", "100", "110"), _LEATHER, weight=2),
        "necklace": Kind(accessories.necklace, "necklace", "Necklaces", j, _WOMEN, plain, metals, (29, 290), one, _STONES, ("pendant", "pendant", "beaded"), weight=2),
        "earrings": Kind(accessories.earrings, "earrings", "Earrings", j, _WOMEN, plain, metals, (19, 190), one, _STONES, ("hoop", "drop", "stud"), weight=2),
        "ring": Kind(accessories.ring, "ring", "Rings", j, _WOMEN, plain, metals, (29, 390), ("50", "52", "54", "56", "58"), _STONES, weight=2),
        "bracelet": Kind(accessories.bracelet, "bracelet", "Bracelets", j, _WOMEN, plain, metals, (25, 220), one, _STONES, ("beaded", "bangle", "charm"), weight=2),
    }


def _home() -> dict[str, Kind]:
    h = "Home"
    return {
        "lamp": Kind(home.lamp, "table lamp", "Lamps", h, _EVERYONE, ("plain", "plain", "plain", "striped", "floral"), ("linen",), (49, 219), weight=1),
        "mug": Kind(home.mug, "mug", "Mugs", h, _EVERYONE, ("plain", "plain", "striped", "dotted", "floral", "checked"), ("stoneware",), (12, 29), weight=2),
        "vase": Kind(home.vase, "vase", "Vases", h, _EVERYONE, ("plain", "plain", "striped", "dotted"), ("stoneware",), (19, 99), weight=1),
        "cushion": Kind(home.cushion, "cushion", "Cushions", h, _EVERYONE, ("plain", "striped", "checked", "dotted", "floral", "floral"), ("cotton", "linen", "velvet", "knitted wool"), (19, 69), weight=2),
        "blanket": Kind(home.blanket, "blanket", "Blankets", h, _EVERYONE, ("plain", "checked", "checked", "striped"), ("wool", "cashmere", "cable knit"), (49, 219), weight=1),
    }


KINDS: Mapping[str, Kind] = {**_clothes(), **_shoes(), **_bags(), **_accessories(), **_home()}
