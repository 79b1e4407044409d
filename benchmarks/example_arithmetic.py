"""How vectors that ask together are put together best: pictures to avoid, several pictures, a picture and words.

`python -m benchmarks.example_arithmetic --data FOLDER --split val` prints NDCG@10 of every arithmetic over held-out
products, with exact scores and no engine. What is right follows from two columns of the catalogue: what a product is,
and its colour. `--split train` serves to choose constants. See docs/decisions/0008-examples.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.labelled_shop import Mask, Shop, read_shop
from core.ranking_metrics import ndcg
from core.vectors import FloatArray, unit_rows
from encoders import EncoderOptions
from evaluation.catalogue import CatalogueFile
from evaluation.remembering import RememberingShelf
from retrieval.search.fusion import PRODUCT, WORDS

TOP = 10
_RIGHT_MIN = 5
_STRENGTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
_SHARES = (0.2, 0.3, 0.4, 0.5, 0.6)
_CHANGED_SHARES = ((0.3, 0.3), (0.3, 0.5), (0.5, 0.5), (0.5, 0.6))
_WORDS_WEIGHTS = ((0.5, 0.25), (0.25, 0.5), (0.5, 0.5), (0.25, 1.0))
_FACTORS = (1.0, 2.0, 4.0)
_USUAL_FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Trial:
    """One query whose right answers are known: rows of examples, words, and which rows are right, and which avoided."""

    wanted: tuple[int, ...]
    unwanted: tuple[int, ...]
    words: str
    right: Mask
    wrong: Mask | None = None


Scorer = Callable[[Trial], FloatArray]


def main() -> int:
    """Print every table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.example_arithmetic", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv and images.zip")
    parser.add_argument("--split", default="val")
    parser.add_argument("--products", type=int, default=7_000, help="at most")
    parser.add_argument("--queries", type=int, default=600, help="in each set")
    parser.add_argument("--only", default="", help="only comparisons with this in their titles")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--cache", type=Path, default=Path("vitrine-data/evaluation"), help="keeps vectors between runs"
    )
    chosen = parser.parse_args()
    shelf = RememberingShelf(EncoderOptions(), folder=chosen.cache / "vectors")
    file = CatalogueFile(
        chosen.data / "products.csv",
        photos=chosen.data / "images.zip",
        split=chosen.split,
        products_max=chosen.products,
    )
    shop = read_shop(file, shelf.get("pocket"))
    shelf.save()
    console = Console(width=120)
    console.print(
        f"{len(shop.kind):,} products of {chosen.split}, {len(shop.kinds)} kinds, {len(shop.colours)} colours"
    )
    asked = _Asked(shop, chosen.queries, np.random.default_rng(chosen.seed))
    for title, trials, scorers in _comparisons(shop, asked):
        if chosen.only in title:
            _print(console, f"{title} ({len(trials)} queries)", trials, scorers)
    return 0


def _comparisons(shop: Shop, asked: _Asked) -> Iterator[tuple[str, Sequence[Trial], Mapping[str, Scorer]]]:
    for part in ("colour", "kind"):
        trials = list(asked.avoiding(part))
        for what, weights in (("photo", {"image": 1.0}), ("product", PRODUCT)):
            yield f"a {what}, and unlike a near one of another {part}", trials, _avoiding(shop, weights)
    yield "words, and unlike a product of one colour", list(asked.worded()), _avoiding(shop, WORDS)
    trials = list(asked.several())
    for what, weights in (("photos", {"image": 1.0}), ("products", PRODUCT)):
        yield f"three {what} of one kind and colour", trials, _several(shop, weights)
    trials = list(asked.composed())
    yield "a photo, and a colour in words", trials, _composed(shop)
    yield "a product, and a colour in words", trials, _changed(shop)


@dataclass(frozen=True)
class _Asked:
    """Makes trials; the same seed makes the same ones."""

    shop: Shop
    count: int
    chance: np.random.Generator

    def avoiding(self, part: str) -> Iterator[Trial]:
        """A product and, to be avoided, the nearest of its kind in another colour, or the nearest of another kind."""
        shop, made = self.shop, 0
        for row in self._rows():
            same = shop.kind == shop.kind[row]
            others = same & (shop.colour != shop.colour[row]) if part == "colour" else ~same
            if made == self.count or not others.any():
                continue
            near = np.where(others, shop.image @ shop.image[row], -2.0)
            avoided = int(near.argmax())
            right = same & (shop.colour != shop.colour[avoided]) if part == "colour" else same.copy()
            right[[row, avoided]] = False
            kind = shop.kind == shop.kind[avoided]
            wrong = kind & (shop.colour == shop.colour[avoided]) if part == "colour" else kind
            if right.sum() >= _RIGHT_MIN and wrong.sum() > _RIGHT_MIN:
                made += 1
                yield Trial((row,), (avoided,), "", right, wrong)

    def worded(self) -> Iterator[Trial]:
        """A kind in words and, to be avoided, one of its products: others of that kind in other colours are right."""
        shop, made = self.shop, 0
        for row in self._rows():
            wrong = shop.of(shop.kind[row], shop.colour[row])
            right = (shop.kind == shop.kind[row]) & ~wrong
            if made < self.count and right.sum() >= _RIGHT_MIN and wrong.sum() > _RIGHT_MIN:
                made += 1
                yield Trial((), (row,), shop.kinds[shop.kind[row]].lower(), right, wrong)

    def several(self) -> Iterator[Trial]:
        """Three products of one kind and colour; all others of both are right."""
        shop, made = self.shop, 0
        for row in self._rows():
            right = shop.of(shop.kind[row], shop.colour[row])
            right[row] = False
            if made < self.count and right.sum() >= _RIGHT_MIN + 2:
                others = self.chance.choice(np.flatnonzero(right), 2, replace=False)
                right[others] = False
                made += 1
                yield Trial((row, *map(int, others)), (), "", right)

    def composed(self) -> Iterator[Trial]:
        """A product and another colour in words; what is of its kind and that colour is right."""
        shop, made = self.shop, 0
        for row in self._rows():
            counts = np.bincount(shop.colour[shop.kind == shop.kind[row]], minlength=len(shop.colours))
            counts[shop.colour[row]] = 0
            able = np.flatnonzero(counts >= _RIGHT_MIN)
            if made < self.count and len(able):
                colour = int(self.chance.choice(able))
                made += 1
                yield Trial((row,), (), f"in {shop.colours[colour].lower()}", shop.of(shop.kind[row], colour))

    def _rows(self) -> Iterator[int]:
        return map(int, self.chance.permutation(len(self.shop.kind)))


def _avoiding(shop: Shop, weights: Mapping[str, float]) -> Mapping[str, Scorer]:
    """What is unwanted, taken into account in every way."""
    known: dict[tuple[int, int], tuple[FloatArray, FloatArray]] = {}

    def cosines(rows: FloatArray, trial: Trial) -> tuple[FloatArray, FloatArray]:
        """Of all products with what is wanted and with what is not; computed once for all ways."""
        key = id(rows), id(trial)
        if key not in known:
            known[key] = rows @ _wanted(shop, rows, trial), rows @ _mean(rows, trial.unwanted)
        return known[key]

    def shifted(strength: float) -> Scorer:
        def view(rows: FloatArray, trial: Trial) -> FloatArray:
            # The length of q - β·n is the same for all products.
            positive, negative = cosines(rows, trial)
            return positive - strength * negative

        return lambda trial: _fused(shop, weights, lambda rows: view(rows, trial))

    def best(rows: FloatArray, trial: Trial) -> FloatArray:
        # Qdrant's `best_score`: the nearest positive, or minus the square of the nearest negative where that is nearer.
        positive, negative = cosines(rows, trial)
        return np.where(positive > negative, positive, -(negative**2))

    def nearer(factor: float, rows: FloatArray, trial: Trial) -> FloatArray:
        positive, negative = cosines(rows, trial)
        scores: FloatArray = positive - factor * np.maximum(0.0, negative - positive)
        return scores

    def nearer_than_usual(factor: float, rows: FloatArray, trial: Trial) -> FloatArray:
        positive, negative = map(_standard, cosines(rows, trial))
        scores: FloatArray = positive - factor * np.maximum(0.0, negative - positive)
        return scores

    def fused(view: Callable[[FloatArray, Trial], FloatArray]) -> Scorer:
        return lambda trial: _fused(shop, weights, lambda rows: view(rows, trial))

    scorers: dict[str, Scorer] = {"as if it were not named": shifted(0.0)}
    scorers |= {
        f"q - {strength:g}·n" + (" (average vector)" if strength == 0.5 else ""): shifted(strength)
        for strength in _STRENGTHS
    }
    for factor in _FACTORS:
        scorers[f"q - {factor:g}·max(0, n - q)"] = fused(partial(nearer, factor))
    for factor in _USUAL_FACTORS:
        scorers[f"q - {factor:g}·max(0, n - q), standard scores"] = fused(partial(nearer_than_usual, factor))
    scorers["best score"] = lambda trial: _fused(shop, weights, lambda rows: best(rows, trial), standard=False)
    return scorers


def _several(shop: Shop, weights: Mapping[str, float]) -> Mapping[str, Scorer]:
    return {
        "the first alone": lambda trial: _fused(shop, weights, lambda rows: rows @ rows[trial.wanted[0]]),
        "mean": lambda trial: _fused(shop, weights, lambda rows: rows @ _mean(rows, trial.wanted)),
        "the nearest of them": lambda trial: _fused(
            shop, weights, lambda rows: (rows @ rows[list(trial.wanted)].T).max(axis=1)
        ),
    }


def _composed(shop: Shop) -> Mapping[str, Scorer]:
    """A photo and words, alone in the image view, and with what the other views say of the words."""
    looks = {
        f"{name}, words {share:g}": partial(way, shop, share)
        for name, way in {"sum": _summed, "slerp": _slerped, "late": _late}.items()
        for share in _SHARES
    }
    scorers: dict[str, Scorer] = {f"image view: {name}": look for name, look in looks.items()}
    for name, look in looks.items():
        for text, lexical in _WORDS_WEIGHTS:
            label = f"all views: {name}; text {text:g}, lexical {lexical:g}"
            scorers[label] = partial(_with_words, shop, look, text, lexical)
    return scorers


def _changed(shop: Shop) -> Mapping[str, Scorer]:
    """A product and words, which are in both dense views one vector each."""
    return {
        f"words {look:g} of image, {said:g} of text; text {text:g}, lexical {lexical:g}": partial(
            _with_product, shop, (look, said), (text, lexical)
        )
        for look, said in _CHANGED_SHARES
        for text, lexical in _WORDS_WEIGHTS
    }


def _with_product(shop: Shop, shares: tuple[float, float], weights: tuple[float, float], trial: Trial) -> FloatArray:
    words = shop.words(trial.words)
    looks, says = (
        _standard(rows @ unit_rows(((1 - share) * rows[trial.wanted[0]] + share * words)[None])[0])
        for rows, share in zip((shop.image, shop.text), shares, strict=True)
    )
    scores: FloatArray = looks + weights[0] * says + weights[1] * _standard(shop.lexical.scores(trial.words))
    return scores


def _summed(shop: Shop, share: float, trial: Trial) -> FloatArray:
    together = (1 - share) * shop.image[trial.wanted[0]] + share * shop.words(trial.words)
    scores: FloatArray = shop.image @ unit_rows(together[None])[0]
    return scores


def _slerped(shop: Shop, share: float, trial: Trial) -> FloatArray:
    photo, words = shop.image[trial.wanted[0]], shop.words(trial.words)
    angle = float(np.arccos(np.clip(photo @ words, -1.0, 1.0)))
    scores: FloatArray = shop.image @ (np.sin((1 - share) * angle) * photo + np.sin(share * angle) * words)
    return scores


def _late(shop: Shop, share: float, trial: Trial) -> FloatArray:
    photo, words = shop.image[trial.wanted[0]], shop.words(trial.words)
    return (1 - share) * _standard(shop.image @ photo) + share * _standard(shop.image @ words)


def _with_words(shop: Shop, look: Scorer, text: float, lexical: float, trial: Trial) -> FloatArray:
    said = text * _standard(shop.text @ shop.words(trial.words))
    scores: FloatArray = _standard(look(trial)) + said + lexical * _standard(shop.lexical.scores(trial.words))
    return scores


def _fused(
    shop: Shop, weights: Mapping[str, float], score: Callable[[FloatArray], FloatArray], *, standard: bool = True
) -> FloatArray:
    total = np.zeros(len(shop.kind), dtype=np.float32)
    for name, rows in (("image", shop.image), ("text", shop.text)):
        if name in weights:
            scores = score(rows)
            total += weights[name] * (_standard(scores) if standard else scores)
    return total


def _wanted(shop: Shop, rows: FloatArray, trial: Trial) -> FloatArray:
    return _mean(rows, trial.wanted) if trial.wanted else shop.words(trial.words)


def _mean(rows: FloatArray, chosen: tuple[int, ...]) -> FloatArray:
    mean: FloatArray = unit_rows(rows[list(chosen)].mean(axis=0)[None])[0]
    return mean


def _standard(scores: FloatArray) -> FloatArray:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)


def _print(console: Console, title: str, trials: Sequence[Trial], scorers: Mapping[str, Scorer]) -> None:
    table = Table(title=title, title_justify="left")
    for column in ("", f"NDCG@{TOP}", "±", "avoided"):
        table.add_column(column)
    for name, scorer in scorers.items():
        firsts = [_first(trial, scorer(trial)) for trial in trials]
        reached = np.array([_reached(trial, first) for trial, first in zip(trials, firsts, strict=True)])
        wrong = [
            trial.wrong[first].mean() for trial, first in zip(trials, firsts, strict=True) if trial.wrong is not None
        ]
        table.add_row(
            name,
            f"{reached.mean():.4f}",
            f"{1.96 * reached.std() / np.sqrt(len(reached)):.4f}",
            f"{np.mean(wrong):.4f}" if wrong else "",
        )
    console.print(table)


def _first(trial: Trial, scores: FloatArray) -> NDArray[np.intp]:
    scores = scores.copy()
    scores[[*trial.wanted, *trial.unwanted]] = -np.inf
    first = np.argpartition(-scores, TOP)[:TOP]
    ordered: NDArray[np.intp] = first[np.argsort(-scores[first], kind="stable")]
    return ordered


def _reached(trial: Trial, first: NDArray[np.intp]) -> float:
    ideal = np.arange(TOP) < trial.right.sum()
    return float(ndcg(trial.right[first][None], ideal[None], TOP)[0])


if __name__ == "__main__":
    sys.exit(main())
