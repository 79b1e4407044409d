"""What the pocket model reads: products, photos, sampled captions, and the vocabulary.

The data are Fashion Product Images (Small), MIT licence: `products.csv` and `images.zip` in one folder.
Only rows of one split are ever read together, so that training never sees a product it is judged on.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from core.passages import passage

PHOTO_PX = 80
WHITE = 255
VOCABULARY_SIZE = 6000
PIECES = 1200
CONTEXT_TOKENS = 32
PADDING, UNKNOWN, START, END = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")

# The facts a text can state. A text matches every product that agrees with it in each field it states.
FIELDS = ("title", "article_type", "colour", "gender", "usage", "lead")
HEADS = ("article_type", "colour", "gender")

GENDER_WORDS = {
    "Men": ("men", "men's", "mens", "gents", "male", "man"),
    "Women": ("women", "women's", "womens", "ladies", "female", "woman"),
    "Boys": ("boys", "boy's", "kids boys", "boy"),
    "Girls": ("girls", "girl's", "kids girls", "girl"),
    "Unisex": ("unisex", "adults"),
}
# Words shoppers use for types that the data names otherwise.
TYPE_SYNONYMS = {
    "Tshirts": ("t-shirt", "t shirt", "t-shirts", "tee", "tees"),
    "Trousers": ("pants", "pant"),
    "Heels": ("high heels", "heeled shoes"),
    "Sunglasses": ("shades",),
    "Sports Shoes": ("sport shoes", "running shoes", "trainers"),
    "Casual Shoes": ("sneakers", "casual shoe"),
    "Formal Shoes": ("dress shoes", "office shoes"),
    "Perfume and Body Mist": ("perfume", "fragrance", "body mist"),
    "Handbags": ("hand bag", "purse", "bag"),
    "Backpacks": ("rucksack", "school bag", "back pack"),
    "Sweatshirts": ("hoodie", "hoodies"),
    "Briefs": ("underwear",),
    "Deodorant": ("deo",),
    "Caps": ("hat", "baseball cap"),
}
# Everyday words that product titles lack and shoppers use; each becomes a token instead of a row of fragments.
FASHION_WORDS_FILE = Path(__file__).with_name("fashion_words.txt")


@dataclass(frozen=True, slots=True)
class Product:
    """One row of the product list."""

    id: str
    title: str
    category: str
    attributes: dict[str, str]

    @property
    def lead(self) -> str:
        """The first word of the title, which in this data is nearly always the brand."""
        return self.title.split(maxsplit=1)[0].lower() if self.title.strip() else ""

    def field(self, name: str) -> str:
        """The value of one of `FIELDS`, in lower case, so that titles differing only in case are one title."""
        if name == "lead":
            return self.lead
        return (self.title if name == "title" else self.attributes[name]).strip().lower()


@dataclass(frozen=True, slots=True)
class Caption:
    """A sampled text and the fields of the product that it states."""

    text: str
    states: tuple[str, ...]


def read_products(data_dir: Path, split: str) -> list[Product]:
    """The products of one split, in file order."""
    attributes = ("gender", "department", "article_type", "colour", "season", "year", "usage")
    with (data_dir / "products.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Product(row["id"], row["title"], row["category"], {name: row[name] for name in attributes})
            for row in csv.DictReader(lines)
            if row["split"] == split
        ]


def read_photo_files(data_dir: Path, products: Sequence[Product]) -> Iterator[Image.Image]:
    """The photo of each product as RGB, in the order given."""
    with zipfile.ZipFile(data_dir / "images.zip") as archive:
        for product in products:
            with Image.open(io.BytesIO(archive.read(f"{product.id}.jpg"))) as photo:
                yield photo.convert("RGB")


def read_photos(data_dir: Path, products: Sequence[Product]) -> npt.NDArray[np.uint8]:
    """All photos, padded with white to a square: uint8 (n, PHOTO_PX, PHOTO_PX, 3).

    The photos are at most 80 px tall, so the padding is the whole preparation; a larger one is made smaller first.
    """
    squares = np.full((len(products), PHOTO_PX, PHOTO_PX, 3), WHITE, dtype=np.uint8)
    for square, photo in zip(squares, read_photo_files(data_dir, products), strict=True):
        if max(photo.size) > PHOTO_PX:
            photo.thumbnail((PHOTO_PX, PHOTO_PX), Image.Resampling.BICUBIC)
        left, top = (PHOTO_PX - photo.width) // 2, (PHOTO_PX - photo.height) // 2
        square[top : top + photo.height, left : left + photo.width] = np.asarray(photo)
    return squares


def field_codes(products: Sequence[Product]) -> npt.NDArray[np.int64]:
    """Each product's value in each of `FIELDS` as a number: int64 (n, len(FIELDS)); equal values have equal numbers."""
    columns = []
    for name in FIELDS:
        values = [product.field(name) for product in products]
        numbers = {value: number for number, value in enumerate(sorted(set(values)))}
        columns.append([numbers[value] for value in values])
    return np.array(columns, dtype=np.int64).T


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


def passage_caption(product: Product, chance: random.Random) -> Caption:
    """The product as the index writes it, with some of its attributes missing."""
    attributes: dict[str, object] = {
        name: int(value) if name == "year" else value
        for name, value in product.attributes.items()
        if value and value != "NA" and chance.random() < 0.75
    }
    category = product.category if chance.random() < 0.75 else None
    return Caption(passage(product.title, None, category, "", attributes), ("title",))


PHRASES: tuple[tuple[str, float], ...] = (
    ("{colour} {type} for {gender}", 5),
    ("{gender} {colour} {type}", 4),
    ("{colour} {type}", 4),
    ("{colour} {gender} {type}", 2),
    ("{type} for {gender}", 2),
    ("{gender} {type}", 2),
    ("{type}", 1.5),
    ("{type} in {colour}", 1),
    ("{lead} {colour} {type}", 2),
    ("{lead} {type} for {gender}", 2),
    ("{lead} {gender} {colour} {type}", 1),
    ("{usage} {type} for {gender}", 1.5),
    ("{colour} {usage} {type}", 1),
    ("{colour} {usage} {type} for {gender}", 1),
)


def phrase_caption(product: Product, chance: random.Random) -> Caption:
    """Attributes as a shopper types them: `navy blue shirts for men`."""
    pattern = chance.choices([text for text, _ in PHRASES], [weight for _, weight in PHRASES])[0]
    kind = product.attributes["article_type"]
    names = (kind.lower(), singular(kind.lower()), *TYPE_SYNONYMS.get(kind, ()))
    gender = product.attributes["gender"]
    words = {
        "type": names[chance.randrange(2)] if chance.random() < 0.75 else chance.choice(names),
        "gender": chance.choice(GENDER_WORDS[gender]) if chance.random() < 0.5 else gender.lower(),
        "colour": product.attributes["colour"].lower(),
        "usage": product.attributes["usage"].lower(),
        "lead": product.lead,
    }
    fields = {"type": "article_type"}
    states = tuple(fields.get(name, name) for name in words if f"{{{name}}}" in pattern)
    return Caption(pattern.format_map(words), states)


def record_caption(product: Product, chance: random.Random) -> Caption:
    """A text that belongs to this product alone: its title (75 %) or its passage."""
    return (title_caption if chance.random() < 0.75 else passage_caption)(product, chance)


def query_caption(product: Product, chance: random.Random) -> Caption:
    """A text as a query or as the other side of a record: a phrase (80 %) or a passage."""
    return (phrase_caption if chance.random() < 0.8 else passage_caption)(product, chance)


def states_mask(captions: Sequence[Caption]) -> npt.NDArray[np.bool_]:
    """Which of `FIELDS` each caption states: bool (n, len(FIELDS))."""
    return np.array([[name in caption.states for name in FIELDS] for caption in captions], dtype=np.bool_)


def build_tokenizer(products: Sequence[Product], seed: int) -> Tokenizer:
    """A lower-cased WordPiece tokenizer of `VOCABULARY_SIZE` tokens, for the captions of these products."""
    chance = random.Random(seed)
    sampled = (maker(p, chance).text for p in products for maker in (title_caption, passage_caption, phrase_caption))
    normaliser, splitter = (
        normalizers.BertNormalizer(lowercase=True, strip_accents=True),
        pre_tokenizers.BertPreTokenizer(),
    )
    counts = Counter(word for text in sampled for word, _ in splitter.pre_tokenize_str(normaliser.normalize_str(text)))
    ids = {token: number for number, token in enumerate(choose_vocabulary(counts))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=UNKNOWN, max_input_chars_per_word=64))
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = normaliser, splitter, decoders.WordPiece()
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    tokenizer.post_processor = processors.BertProcessing((END, ids[END]), (START, ids[START]))
    tokenizer.enable_truncation(CONTEXT_TOKENS)
    tokenizer.enable_padding(pad_id=ids[PADDING], pad_token=PADDING)
    return tokenizer


def choose_vocabulary(counts: Counter[str]) -> list[str]:
    """Characters, everyday words, the most frequent words, and the most frequent pieces of the words left over.

    The trainers of `tokenizers` break ties differently in every process; here ties go by the alphabet.
    """
    characters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    everyday = FASHION_WORDS_FILE.read_text(encoding="utf-8").split()
    fixed = [*SPECIAL_TOKENS, *characters, *(f"##{character}" for character in characters), *everyday]
    by_count = sorted(counts, key=lambda word: (-counts[word], word))
    words = list(dict.fromkeys([*fixed, *by_count]))[: VOCABULARY_SIZE - PIECES]
    pieces = Counter[str]()
    for word in set(counts).difference(words):
        for start in range(len(word)):
            for end in range(start + 2, min(start + 5, len(word) + 1)):
                pieces["##" * (start > 0) + word[start:end]] += counts[word]
    frequent = sorted(set(pieces).difference(words), key=lambda piece: (-pieces[piece], piece))
    return [*words, *frequent[:PIECES]]
