"""Whether one index finds better than another over the same products, without labels that somebody would have to make.

Two questions with known answers are put to both: does a product's title find its own photo, and do the products that
look most like it stand in the same category? Both are asked about the same products, so that small differences count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from core.generations import IMAGE, REACHED_BY_TEXT, Generation, View
from core.indexing import ViewQuery
from core.vectors import FloatArray
from evaluation.scoring import interval
from retrieval.columns.cells import Rows
from retrieval.columns.index import ColumnIndex
from retrieval.columns.table import Coded, Columns
from retrieval.wiring import Vitrine, loaded_encoder

TITLE, LIKENESS = "title finds its photo", "likeness finds its category"
MEANINGS: Mapping[str, str] = {
    TITLE: "share of products whose photo, or that of one of the same title, is among the ten nearest to their title",
    LIKENESS: "share of the ten products that look most like a product which stand in its category",
}
SAMPLE = 1_000
_DEPTH = 10
_AT_ONCE = 50
_SEED = 7


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two indexes.

    Attributes
    ----------
    before, after: means over the same products.
    low, high: ends of the 95 % bootstrap interval of the mean difference, after less before.
    """

    name: str
    products: int
    before: float
    after: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        """Whether it is hardly chance that the second is worse."""
        return self.high < 0

    @property
    def better(self) -> bool:
        """Whether it is hardly chance that the second is better."""
        return self.low > 0


def refusal(compared: Sequence[Comparison], *, must_be_better: bool) -> str | None:
    """Why the second index should not replace the first, as a clause; None where it may.

    Parameters
    ----------
    must_be_better: it is not enough that nothing is worse; one measure has to be better, beyond chance.
    """
    worse = [one.name for one in compared if one.worse]
    if worse:
        return f"is worse: {', '.join(worse)}"
    if must_be_better and not any(one.better for one in compared):
        return "is not better than the serving one beyond chance" if compared else "could not be compared"
    return None


def compare_indexes(
    v: Vitrine, before: Generation, after: Generation, sample: int = SAMPLE, only: frozenset[str] | None = None
) -> list[Comparison]:
    """Every measure that both indexes can answer; none where one of them has no eyes.

    Parameters
    ----------
    sample: products at most that are asked about, always the same ones of the same catalogue.
    only: ids of the products that may be asked about, such as those that an encoder has not learned from; None: all.

    Raises
    ------
    CatalogUnavailable, StoreError, EncoderUnavailable
    """
    looks = [_Looks(v, generation, view) for generation in (before, after) if (view := generation.view(IMAGE))]
    if len(looks) < 2:
        return []
    shop = _Shop.read(v)
    asked = shop.sampled(sample, only)
    vectors = [look.own_vectors([shop.ids[at] for at in asked]) for look in looks]
    asked = [at for at in asked if all(shop.ids[at] in known for known in vectors)]
    made = []
    if all(REACHED_BY_TEXT in look.view.reached_by for look in looks):
        made.append(_compared(TITLE, [_by_title(look, shop, asked) for look in looks]))
    sorted_in = [at for at in asked if shop.categories[at] >= 0]
    made.append(
        _compared(
            LIKENESS, [_by_likeness(look, shop, sorted_in, known) for look, known in zip(looks, vectors, strict=True)]
        )
    )
    return [comparison for comparison in made if comparison.products]


@dataclass(frozen=True, slots=True)
class _Shop:
    """All products: ids, their positions, titles, and codes of titles and categories; equal texts have equal codes, and
    -1 is none."""

    ids: list[str]
    positions: dict[str, int]
    texts: list[str]
    titles: NDArray[np.int64]
    categories: NDArray[np.int64]

    @classmethod
    def read(cls, v: Vitrine) -> _Shop:
        columns = ColumnIndex(v.catalog).current()
        rows = np.flatnonzero(columns.alive)
        titles, words = _codes(columns, "title", rows)
        categories, _ = _codes(columns, "category", rows)
        ids = [columns.ids[row] for row in rows]
        positions = {product_id: at for at, product_id in enumerate(ids)}
        return cls(ids, positions, [words[code] for code in titles], titles, categories)

    def sampled(self, count: int, only: frozenset[str] | None) -> list[int]:
        """Positions of products that have a title, and may be asked about."""
        may = [bool(text) and (only is None or name in only) for name, text in zip(self.ids, self.texts, strict=True)]
        titled = np.flatnonzero(may)
        return sorted(np.random.default_rng(_SEED).permutation(titled)[:count].tolist())


def _codes(columns: Columns, name: str, rows: Rows) -> tuple[NDArray[np.int64], list[str]]:
    """The code of every row, -1 where it has none, and the text of every code, with an empty one for -1 at the end."""
    column = cast("Coded", columns.by_field[name])
    found, positions = column.cells.of(rows)
    codes = np.full(len(rows), -1, dtype=np.int64)
    codes[positions] = found
    return codes, [*map(str, column.vocabulary.values), ""]


@dataclass(frozen=True, slots=True)
class _Looks:
    """The view of an index that holds photos."""

    v: Vitrine
    generation: Generation
    view: View

    def own_vectors(self, ids: Sequence[str]) -> dict[str, FloatArray]:
        """The vectors of those products that have a photo in this index."""
        stored = self.v.store.retrieve(self.generation.id, ids, vectors=[self.view.vector])
        return {name: point.vectors[self.view.vector] for name, point in stored.items() if point.vectors}

    def nearest(self, vectors: Sequence[FloatArray], limit: int) -> Iterator[list[str]]:
        """Ids of the nearest products to each of several vectors."""
        for start in range(0, len(vectors), _AT_ONCE):
            queries = [ViewQuery(self.view.vector, vector, limit) for vector in vectors[start : start + _AT_ONCE]]
            for found in self.v.store.query(self.generation.id, queries, None, payload=False):
                yield [point.product_id for point in found]


def _by_title(look: _Looks, shop: _Shop, asked: Sequence[int]) -> NDArray[np.float64]:
    """1 for each product whose title finds a photo of a product of this title."""
    encoder, positions = loaded_encoder(look.v, look.view), shop.positions
    vectors: list[FloatArray] = []
    for start in range(0, len(asked), _AT_ONCE):
        vectors += list(encoder.embed_queries([shop.texts[at] for at in asked[start : start + _AT_ONCE]]))
    hits = [
        any(shop.titles[positions[name]] == shop.titles[at] for name in found if name in positions)
        for at, found in zip(asked, look.nearest(vectors, _DEPTH), strict=True)
    ]
    return np.array(hits, dtype=np.float64)


def _by_likeness(
    look: _Looks, shop: _Shop, asked: Sequence[int], known: Mapping[str, FloatArray]
) -> NDArray[np.float64]:
    """For each product the share of its nearest ones that are in its category."""
    positions = shop.positions
    shares = []
    # One more, because each is nearest to itself.
    for at, found in zip(asked, look.nearest([known[shop.ids[at]] for at in asked], _DEPTH + 1), strict=True):
        others = [positions[name] for name in found if name != shop.ids[at] and name in positions][:_DEPTH]
        shares.append(float(np.mean(shop.categories[others] == shop.categories[at])) if others else 0.0)
    return np.array(shares, dtype=np.float64)


def _compared(name: str, rows: Sequence[NDArray[np.float64]]) -> Comparison:
    before, after = rows
    if not len(before):
        return Comparison(name, 0, 0.0, 0.0, 0.0, 0.0)
    difference = after - before
    low, high = interval(lambda picked: difference[picked].mean(axis=1), len(difference), _SEED)
    return Comparison(name, len(before), float(before.mean()), float(after.mean()), low, high)
