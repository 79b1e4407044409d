"""Texts sampled for a product: its title, its passage as the index writes it, and phrases as shoppers type them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.passages import passage
from scripts.pocket_data import FIELDS, Product

GENDER_WORDS = {
    "men": ("men", "men's", "mens", "gents", "male", "man"),
    "women": ("women", "women's", "womens", "ladies", "female", "woman"),
    "boys": ("boys", "boy's", "kids boys", "boy"),
    "girls": ("girls", "girl's", "kids girls", "girl"),
    "unisex": ("unisex", "adults", "everyone"),
}
# Words shoppers use for types that the data names otherwise.
TYPE_SYNONYMS = {
    "tshirts": ("t-shirt", "t shirt", "t-shirts", "tee", "tees"),
    "trousers": ("pants", "pant"),
    "heels": ("high heels", "heeled shoes", "pumps"),
    "sunglasses": ("shades",),
    "sports shoes": ("sport shoes", "running shoes", "trainers"),
    "casual shoes": ("sneakers", "casual shoe"),
    "formal shoes": ("dress shoes", "office shoes"),
    "perfume and body mist": ("perfume", "fragrance", "body mist"),
    "handbags": ("hand bag", "purse", "bag"),
    "backpacks": ("rucksack", "school bag", "back pack"),
    "sweatshirts": ("hoodie", "hoodies"),
    "sweaters": ("jumper", "jumpers", "pullover"),
    "jumpers": ("sweater", "sweaters", "pullover"),
    "sneakers": ("trainers",),
    "flats": ("ballet flats", "flat shoes"),
    "briefs": ("underwear",),
    "deodorant": ("deo",),
    "caps": ("hat", "baseball cap"),
}
COLOUR_SYNONYMS = {
    "navy blue": ("navy", "dark blue"),
    "grey": ("gray",),
    "maroon": ("wine red", "dark red"),
    "multi": ("multicolour", "colourful", "multicoloured"),
    "off white": ("ivory",),
    "fluorescent green": ("neon green",),
}
PHRASES: tuple[tuple[str, float], ...] = (
    ("{colour} {type} for {gender}", 5),
    ("{gender} {colour} {type}", 4),
    ("{colour} {type}", 4),
    ("{colour} {gender} {type}", 2),
    ("{type} for {gender}", 2),
    ("{gender} {type}", 2),
    ("{type}", 1.5),
    ("{type} in {colour}", 1),
    ("{brand} {colour} {type}", 2),
    ("{brand} {type} for {gender}", 2),
    ("{brand} {gender} {colour} {type}", 1),
    ("{usage} {type} for {gender}", 1.5),
    ("{colour} {usage} {type}", 1),
    ("{colour} {usage} {type} for {gender}", 1),
    ("{colour} {pattern} {type}", 8),
    ("{pattern} {type}", 3),
    ("{pattern} {colour} {type} for {gender}", 3),
    ("{colour} {material} {type}", 8),
    ("{material} {type}", 3),
    ("{pattern} {material} {type}", 2),
    ("{shade} {type}", 3),
    ("{shade} {pattern} {type}", 2),
    ("{type} in {shade}", 1),
)
NAMED = {"type": "article_type"}


@dataclass(frozen=True, slots=True)
class Caption:
    """A sampled text and the fields of the product that it states."""

    text: str
    states: tuple[str, ...]


def singular(words: str) -> str:
    """The last word of a type's name in the singular, by the regular rules of English."""
    if words.endswith("ies"):
        return words[:-3] + "y"
    if words.endswith(("sses", "shes", "ches", "xes")):
        return words[:-2]
    return words[:-1] if words.endswith("s") and not words.endswith("ss") else words


def title_caption(product: Product, chance: random.Random) -> Caption:
    """The title, now and then with a word left out."""
    words = product.title.split()
    if len(words) > 3 and chance.random() < 0.25:
        del words[chance.randrange(len(words))]
    return Caption(" ".join(words), ("title",))


def indexed(product: Product) -> str:
    """The product's passage as the index writes it, with all that is known."""
    return passage(product.title, product.maker, product.category, product.description, product.attributes)


def passage_caption(product: Product, chance: random.Random) -> Caption:
    """The product as the index writes it, with some of its attributes missing."""
    attributes = {name: value for name, value in product.attributes.items() if chance.random() < 0.75}
    category = product.category if chance.random() < 0.75 else None
    return Caption(passage(product.title, product.maker, category, product.description, attributes), ("title",))


def phrase_caption(product: Product, chance: random.Random) -> Caption:
    """Facts as a shopper types them: `navy blue shirts for men`, now and then in another order or with a typo."""
    known = [(text, weight) for text, weight in PHRASES if all(product.fact(field) for field in _stated(text))]
    if not known:
        return title_caption(product, chance)
    pattern = chance.choices([text for text, _ in known], [weight for _, weight in known])[0]
    words = {field: product.fact(field) for field in FIELDS} | {
        "type": _type_words(product.kind or product.fact("article_type"), chance),
        "gender": _synonym(product.fact("gender"), GENDER_WORDS, 0.5, chance),
        "colour": _synonym(product.fact("colour"), COLOUR_SYNONYMS, 0.25, chance),
    }
    text = pattern.format_map(words)
    if chance.random() < 0.1:
        text = " ".join(chance.sample(text.split(), len(text.split())))
    return Caption(with_typo(text, chance) if chance.random() < 0.15 else text, _stated(pattern))


def with_typo(text: str, chance: random.Random) -> str:
    """One slip of the finger in a word of five letters or more: a letter lost, doubled, or swapped with the next."""
    words = text.split()
    long = [number for number, word in enumerate(words) if len(word) >= 5]
    if not long:
        return text
    number = chance.choice(long)
    word, at = words[number], chance.randrange(1, len(words[number]) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    )
    words[number] = chance.choice(slips)
    return " ".join(words)


def labelled_caption(product: Product, chance: random.Random) -> Caption:
    """The title behind its category, in the words of a published comparison: two times in three the article type."""
    if product.fact("article_type") and chance.random() < 0.67:
        return Caption(behind(product.facts["article_type"], product), ("title", "article_type"))
    return Caption(behind(product.category, product), ("title",))


def behind(category: str, product: Product) -> str:
    """Title and description behind a category, in the words of a published comparison."""
    parts = {"Category": category, "Name": product.title, "Description": product.description}
    return ". ".join(f"{name}: {text}" for name, text in parts.items() if text)


def record_caption(product: Product, chance: random.Random) -> Caption:
    """A text that belongs to this product alone: its title (65 %), its passage, or its title behind its category."""
    makers = (title_caption, passage_caption, labelled_caption)
    return chance.choices(makers, (0.65, 0.15, 0.2))[0](product, chance)


def query_caption(product: Product, chance: random.Random) -> Caption:
    """A text as a query or as the other side of a record: a phrase (80 %) or a passage."""
    return (phrase_caption if chance.random() < 0.8 else passage_caption)(product, chance)


def states_mask(captions: Sequence[Caption]) -> npt.NDArray[np.bool_]:
    """Which of `FIELDS` each caption states: bool (n, len(FIELDS))."""
    return np.array([[field in caption.states for field in FIELDS] for caption in captions], dtype=np.bool_)


def _stated(pattern: str) -> tuple[str, ...]:
    """The fields that a pattern of `PHRASES` speaks of."""
    names = (part.split("}")[0] for part in pattern.split("{")[1:])
    return tuple(NAMED.get(name, name) for name in names)


def _type_words(kind: str, chance: random.Random) -> str:
    names = (kind, singular(kind), *TYPE_SYNONYMS.get(kind, ()))
    return names[chance.randrange(2)] if chance.random() < 0.75 else chance.choice(names)


def _synonym(word: str, synonyms: dict[str, tuple[str, ...]], share: float, chance: random.Random) -> str:
    return chance.choice(synonyms[word]) if word in synonyms and chance.random() < share else word
