"""The pocket model's vocabulary: WordPiece tokens chosen by counting."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from scripts.pocket_captions import passage_caption, phrase_caption, title_caption
from scripts.pocket_data import Product

VOCABULARY_SIZE = 6000
PIECES = 1200
CONTEXT_TOKENS = 32
PADDING, UNKNOWN, START, END = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
# Everyday words that product titles lack and shoppers use; each becomes a token instead of a row of fragments.
FASHION_WORDS_FILE = Path(__file__).with_name("fashion_words.txt")


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
