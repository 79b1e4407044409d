"""Titles and descriptions: honest words about what is drawn."""

from __future__ import annotations

import random

from demo.brands import Brand
from demo.kinds.kind import Article
from demo.looks import Look

_FEEL = {
    "cotton": "that is soft and easy to wash",
    "linen": "that stays cool on warm days",
    "flannel": "brushed on both sides",
    "viscose": "that falls softly",
    "silk": "with a quiet sheen",
    "satin": "with a soft shine",
    "denim": "that grows softer with every wash",
    "corduroy": "with a fine rib",
    "wool": "that warms without weighing",
    "tweed": "with flecks of other colours",
    "cashmere": "that is very soft against the skin",
    "merino wool": "that warms even when it is damp",
    "knitted wool": "in thick, warm stitches",
    "cable knit": "with plaited cables",
    "fleece": "that is fluffy and warm",
    "nylon": "that dries in no time",
    "leather": "that grows more handsome with the years",
    "patent leather": "polished like a mirror",
    "suede": "with a velvety hand",
    "canvas": "that is tightly woven",
    "straw": "plaited by hand",
    "felt": "pressed into shape",
    "velvet": "of a deep colour",
    "rubber": "that lets no water in",
    "stoneware": "fired twice",
    "acetate": "polished until it gleams",
}
_OCCASIONS = {
    "Clothing": (
        "Goes to the office and on to dinner.",
        "For weekends that begin on Thursday.",
        "Easy to combine with what already hangs in the wardrobe.",
        "Cut to be worn for years.",
        "True to size; take one larger for a loose fit.",
    ),
    "Shoes": (
        "Comfortable from the first day.",
        "The insole can be taken out and aired.",
        "For town, stairs and cobbles.",
        "Runs true to size.",
    ),
    "Bags": (
        "Room for all a day needs.",
        "A small pocket inside keeps keys apart.",
        "Stands by itself and closes with one hand.",
        "Takes a phone, a book and a bottle.",
    ),
    "Accessories": (
        "A small thing that finishes an outfit.",
        "A present that fits everybody.",
        "For every day of the week.",
    ),
    "Jewellery": ("Free of nickel.", "Comes in a small linen pouch.", "To wear alone or with others."),
    "Home": ("For the corner that still lacks something.", "Made to be used, not only looked at.", "A quiet present."),
}
_HONEST = (
    "A drawing from Vitrine's demo shop: it cannot be bought.",
    "Drawn for Vitrine's demo shop and not for sale.",
    "It exists only as a drawing, in Vitrine's demo shop.",
)
_IN_TITLES = {"knitted wool": "wool", "cable knit": "cable-knit", "acetate": "", "rubber": ""}
_SPOKEN = {"cable knit": "wool", "knitted wool": "wool"}
PATTERN_WORDS = {"plain": "", "pinstriped": "pinstriped", "leopard": "leopard-print"}


def shown_material(look: Look) -> str:
    """The material as a title says it before the noun."""
    if look.kind == "watch":
        return f"{look.material}-strap"
    return _IN_TITLES.get(look.material, look.material)


def title(look: Look, article: Article) -> str:
    """What it is: cut, pattern, material, noun and colour."""
    if article.department == "Jewellery":
        return _jewellery_title(look, article)
    material = shown_material(look)
    if material in article.noun:
        material = ""
    pattern = PATTERN_WORDS.get(look.pattern, look.pattern)
    words = " ".join(word for word in (look.cut, pattern, material, article.noun) if word)
    return f"{words[0].upper()}{words[1:]} in {look.shade}"


def _jewellery_title(look: Look, article: Article) -> str:
    if look.cut == "beaded":
        return f"Beaded {article.noun} in {look.shade}"
    if look.cut == "pendant":
        return f"{look.material.capitalize()} necklace with {look.shade} pendant"
    cut = f"{look.cut} " if look.cut else ""
    stones = "stones" if look.cut in ("hoop", "bangle", "stud") else "stone"
    noun = "bangle" if look.cut == "bangle" else f"{cut}{article.noun}"
    return f"{look.material.capitalize()} {noun} with {look.shade} {stones}"


def description(look: Look, article: Article, brand: Brand, chance: random.Random) -> str:
    """Two or three sentences and the honest one."""
    first = f"{title(look, article)}." if article.department == "Jewellery" else _said_first(look, article)
    sentences = [first, chance.choice(_OCCASIONS[article.department])]
    if chance.random() < 0.7:
        sentences.append(brand.says)
    return " ".join((*sentences, chance.choice(_HONEST)))


def _said_first(look: Look, article: Article) -> str:
    what = f"{article.noun} in {look.shade}"
    if look.pattern != "plain":
        what = f"{PATTERN_WORDS.get(look.pattern, look.pattern)} {what} and {look.second}"
    made = "with a strap" if look.kind == "watch" else "made"
    # What is said of cloth is said of cloth that is worn.
    feel = "" if article.department == "Home" and look.material != "stoneware" else _FEEL.get(look.material, "")
    return f"{_article(what)} {what}, {made} of {_SPOKEN.get(look.material, look.material)} {feel}".strip() + "."


def _article(words: str) -> str:
    noun = words.split(" in ", maxsplit=1)[0]
    if noun.endswith(("s", "jeans")) and not noun.endswith(("dress", "glass")):
        return "A pair of"
    return "An" if words[0] in "aeiou" else "A"
