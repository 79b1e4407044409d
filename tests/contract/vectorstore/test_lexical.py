"""The lexical vector against BM25 computed by hand: Robertson and Zaragoza 2009, equation 3.15, with Lucene's IDF."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from core.filters import parse_filter
from core.generations import LEXICAL
from core.indexing import Point, ViewQuery
from core.vectors import ProductVectors
from tests.contract.vectorstore.builders import Collection
from words.analysis import Analyzer
from words.bm25 import AVERAGE_PASSAGE_WORDS, LENGTH_NORMALISATION, TERM_SATURATION, Bm25

pytestmark = pytest.mark.filterwarnings("ignore:(Payload indexes have no effect|Local mode)")

# Words that are their own stems and no stop words, so that splitting at blanks is all the analysis there is.
DOCUMENTS = {
    "p1": "blue shirt cotton",
    "p2": "blue shirt blue collar",
    "p3": "red shirt cotton linen wool silk denim",
    "p4": "green mug",
    "p5": "blue mug glass cup plate bowl fork spoon knife tray",
    "p6": "blue",
}


def _put(collection: Collection, documents: dict[str, str]) -> None:
    encoder = Bm25(Analyzer())
    collection.put(
        *(
            Point(
                product_id,
                1,
                ProductVectors(sparse={LEXICAL: encoder.passage(text)}),
                {"id": product_id, "brand": text[:1]},
            )
            for product_id, text in documents.items()
        )
    )


def _ask(collection: Collection, words: str, where: dict[str, object] | None = None) -> dict[str, float]:
    query = ViewQuery(LEXICAL, Bm25(Analyzer()).query(words), 100)
    parsed = None if where is None else parse_filter(where)
    answer = collection.store.query(collection.id, [query], parsed)[0]
    return {hit.product_id: hit.score for hit in answer}


def _bm25(words: str) -> dict[str, float]:
    texts = {product_id: text.split() for product_id, text in DOCUMENTS.items()}
    scores: dict[str, float] = {}
    for word in set(words.split()):
        holders = sum(word in text for text in texts.values())
        idf = math.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))
        for product_id, text in texts.items():
            tf = Counter(text)[word]
            length = 1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * len(text) / AVERAGE_PASSAGE_WORDS
            if tf:
                gain = idf * tf * (TERM_SATURATION + 1) / (tf + TERM_SATURATION * length)
                scores[product_id] = scores.get(product_id, 0.0) + gain
    return scores


@pytest.mark.parametrize("words", ["blue", "blue shirt", "cotton", "mug blue blue", "red shirt linen wool", "spoon"])
def test_scores_are_bm25_as_computed_by_hand(collection: Collection, words: str) -> None:
    _put(collection, DOCUMENTS)
    expected = _bm25(words)
    found = _ask(collection, words)
    assert found.keys() == expected.keys()
    for product_id, score in found.items():
        assert score == pytest.approx(expected[product_id], rel=1e-3), product_id
    best = sorted(expected, key=lambda product_id: -expected[product_id])
    assert next(iter(found)) == best[0]


def test_rare_words_weigh_more_than_common_ones(collection: Collection) -> None:
    _put(collection, DOCUMENTS)
    found = _ask(collection, "blue red")
    assert next(iter(found)) == "p3"


@pytest.mark.parametrize("words", ["", "the of and", "unheard"])
def test_words_that_nothing_holds_find_nothing(collection: Collection, words: str) -> None:
    _put(collection, DOCUMENTS)
    assert _ask(collection, words) == {}


def test_a_product_without_words_is_stored_and_never_found_by_words(collection: Collection) -> None:
    _put(collection, {"silent": "", **DOCUMENTS})
    assert collection.store.count(collection.id) == 7
    assert "silent" not in _ask(collection, "blue shirt")


def test_a_filter_narrows_what_words_find(collection: Collection) -> None:
    _put(collection, DOCUMENTS)
    assert _ask(collection, "shirt", {"brand": "r"}).keys() == {"p3"}


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Sony WH-1000XM5", "wh1000xm5"),
        ("Sony WH1000XM5", "WH-1000XM5"),
        ("Sony WH1000XM5", "wh 1000xm5"),
        ("Plain T-Shirt", "tshirt"),
        ("Plain tshirt", "t-shirt"),
        ("Plain tshirt", "t shirt"),
        ("Plain t shirt", "tshirt"),
        ("Case for iPhone15", "iphone 15"),
        ("H&M jacket", "hm"),
        ("Café crème", "CAFE CREME"),
        ("Bottle 500ml", "500 ml"),
        ("Bottle 500 ml", "500ml"),
        ("Bottle 0.5 l", "500ml"),
        ("Pan 12 inch", '12"'),
        ("Pan 12-inch", "12in"),
        ("Polo, sizes S, M, L", "size s"),
        ("Polo, sizes S, M, L", "M"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
    ],
)
def test_spellings_of_one_word_find_each_other(collection: Collection, stored: str, asked: str) -> None:
    _put(collection, {"p": stored, "q": "Men's green ceramic mug, 350 g"})
    assert _ask(collection, asked).keys() == {"p"}
