"""What the pocket model reads: products, photos, sampled captions, and the vocabulary.

The data are the fashion products described in the data page (MIT licence): `products.csv` and `images.zip` in one folder.
Only rows of one split are ever read together, so that training never sees a product it is judged on.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from core.passages import passage

PHOTO_PX = 80
WHITE = 255
VOCABULARY_SIZE = 6000
CONTEXT_TOKENS = 32
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")

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
FASHION_WORDS = tuple(
    "a an and for in of on the to with without under over size small medium large wear wearing outfit gift cheap nice "
    "light dark bright pale colour color coloured multicolour checked check plaid striped stripes solid plain printed "
    "print floral flowers dotted dots polka graphic embroidered sequin lace denim cotton wool silk linen leather suede "
    "canvas velvet satin nylon polyester knit knitted fleece fur mesh rubber metal gold silver rose bronze pearl beads "
    "long short sleeve sleeves sleeveless collar collared v-neck round crew neck hooded zip button buttons pocket slim "
    "skinny loose regular fit fitted oversized cropped high low waist ankle knee length mini midi maxi wedge stiletto "
    "flat platform lace-up slip-on strap strappy buckle open toe pointed closed sole running training gym yoga football "
    "cricket swimming hiking walking wedding party office work school beach summer winter autumn fall spring rain warm "
    "cool soft comfortable vintage classic modern elegant casual formal ethnic sporty traditional boots boot sneaker "
    "loafer pump sandal slipper coat blazer cardigan sweater pullover jumper vest jacket gown skirt blouse shirt tunic "
    "leggings tights trousers pants shorts jeans jumpsuit swimsuit bikini lingerie pyjamas robe suit tie bow belt hat cap "
    "beanie scarf shawl gloves mittens socks umbrella wallet purse clutch tote backpack luggage ring necklace earring "
    "bracelet bangle brooch pendant watch glasses lipstick mascara nail polish perfume lotion baby kid kids child".split()
)


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
    """A lower-cased WordPiece tokenizer of `VOCABULARY_SIZE` words, learnt from the captions of these products."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=64))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY_SIZE,
        min_frequency=2,
        special_tokens=list(SPECIAL_TOKENS),
        show_progress=False,
        initial_alphabet=list("abcdefghijklmnopqrstuvwxyz0123456789"),
    )
    chance = random.Random(seed)
    sampled = [maker(p, chance).text for p in products for maker in (title_caption, passage_caption, phrase_caption)]
    # Repetition is what makes the trainer merge an everyday word into one token.
    tokenizer.train_from_iterator([*sampled, *FASHION_WORDS * 200], trainer)
    ids = {token: tokenizer.token_to_id(token) for token in SPECIAL_TOKENS}
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    tokenizer.enable_truncation(CONTEXT_TOKENS)
    tokenizer.enable_padding(pad_id=ids["[PAD]"], pad_token="[PAD]")
    return tokenizer
