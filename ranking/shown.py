"""What was shown and what shoppers did with it, in columns: all that a ranker learns from, and is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput
from core.events import POPULARITY, RETRACTION, Event
from core.hits import STANDING
from core.impressions import Impression
from core.ranking_metrics import dcg
from core.vectors import FloatArray
from ranking.positions import EXAMINED_MIN, examined, inverse_propensities

# What an act says of how much a product was wanted there, in clicks; the most telling act of a product counts.
GAINS: Mapping[str, float] = {**POPULARITY, "dislike": 0.0, "hide": 0.0, RETRACTION: 0.0}
NDCG_AT = 10
_NO_STANDING = np.array([np.nan], dtype=np.float32)
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shown:
    """Pages that were shown, oldest first, the products of a page one below the other.

    Attributes
    ----------
    pages: the impressions, without their rows.
    names: of the signals, sorted. signals: float32 (n, names), NaN where there was none.
    page_of: (n,) the page of each row. positions: (n,) its place from 0, earlier pages of the same search counted.
    gains: float64 (n,) what shoppers did with it in the end: 0 for nothing.
    chances: float64 (n,) how likely it was to be shown where chance had a hand in it, else 1.
    pairs: (n,) the number of its pair of query and product.
    """

    pages: tuple[Impression, ...]
    names: tuple[str, ...]
    signals: FloatArray
    page_of: Codes
    positions: Codes
    gains: Numbers
    chances: Numbers
    pairs: Codes

    def __len__(self) -> int:
        return len(self.pages)

    def signal(self, name: str) -> FloatArray:
        """One signal of every row, NaN where it has none."""
        if name not in self.names:
            return np.full(len(self.gains), np.nan, dtype=np.float32)
        return self.signals[:, self.names.index(name)]

    def features(self, names: Sequence[str]) -> FloatArray:
        """Some signals of every row; float32 (n, names)."""
        features: FloatArray = np.empty((len(self.gains), len(names)), dtype=np.float32)
        for column, name in enumerate(names):
            features[:, column] = self.signal(name)
        return features

    def only(self, kept: Mask) -> Shown:
        """Some of the pages; (pages,) which."""
        rows = kept[self.page_of]
        numbers = np.cumsum(kept) - 1
        return Shown(
            tuple(page for page, keeps in zip(self.pages, kept.tolist(), strict=True) if keeps),
            self.names,
            self.signals[rows],
            numbers[self.page_of[rows]],
            self.positions[rows],
            self.gains[rows],
            self.chances[rows],
            self.pairs[rows],
        )

    def wanted(self) -> Mask:
        """Pages of which something was wanted; (pages,)."""
        return np.bincount(self.page_of, self.gains > 0, len(self.pages)) > 0


def shown_of(impressions: Iterable[Impression], events: Iterable[Event]) -> Shown:
    """Join what was shown with what was done, by query and product.

    What was not in the order of relevance, or lay too deep to be ranked, has no `standing` and is left out. Acts that
    were taken back count by the latest of them: who dislikes or retracts what he has clicked did not want it.
    """
    ranked = (one for one in impressions if one.items and np.isfinite(one.signals.get(STANDING, _NO_STANDING)).all())
    pages = tuple(sorted(ranked, key=lambda one: (one.shown_at, one.query_id)))
    names = tuple(sorted({name for page in pages for name in page.signals}))
    sizes = np.array([len(page.items) for page in pages], dtype=np.intp)
    page_of = np.repeat(np.arange(len(pages)), sizes)
    signals = np.full((len(page_of), len(names)), np.nan, dtype=np.float32)
    chances = np.ones(len(page_of))
    pair_numbers: dict[tuple[str, str], int] = {}
    positions: list[int] = []
    pairs: list[int] = []
    start = 0
    for page in pages:
        end = start + len(page.items)
        for name, values in page.signals.items():
            signals[start:end, names.index(name)] = values
        if page.propensities:
            chances[start:end] = page.propensities
        positions += range(page.first_position, page.first_position + len(page.items))
        # Without words, nothing tells that two pages are of one query.
        query = page.text or page.query_id
        pairs += [pair_numbers.setdefault((query, name), len(pair_numbers)) for name in page.items]
        start = end
    return Shown(
        pages,
        names,
        signals,
        page_of,
        np.array(positions, dtype=np.intp),
        _gains(pages, events),
        chances,
        np.array(pairs, dtype=np.intp),
    )


def as_known_at(shown: Shown, events: Iterable[Event], moment: datetime) -> Shown:
    """The same pages with what had been done by a moment, and nothing from its future."""
    return replace(shown, gains=_gains(shown.pages, (event for event in events if event.created_at < moment)))


def looks(shown: Shown) -> Numbers:
    """How likely shoppers look at each position of these pages; see `examined`."""
    return examined(shown.positions, shown.gains > 0, shown.pairs)


def fair_gains(shown: Shown, theta: Numbers, examined_min: float = EXAMINED_MIN) -> Numbers:
    """Gains as they would be expected if all positions were looked at alike.

    Inverse propensity scoring (Joachims, Swaminathan and Schnabel 2017, "Unbiased Learning-to-Rank with Biased
    Feedback"): the gain of an act is divided by how likely its position was to be looked at, and it to be shown.

    Parameters
    ----------
    examined_min: nothing is divided by less. The lower, the fairer, and the more one lucky click decides.
    """
    return shown.gains * inverse_propensities(theta, shown.positions, shown.chances, examined_min)


def page_worths(shown: Shown, gains: Numbers, scores: NDArray[np.floating]) -> Numbers:
    """DCG@10 of each page if its products were ordered by scores, over the mean of what pages could reach at best.

    Their mean is NDCG@10 of all pages together. Over its own best, as usual, each page would count what was clicked on
    it alone, and most clicks are where most people look: the order that was shown would look better than a perfect one.
    Products without a score come last, equal ones as shown.

    Parameters
    ----------
    gains: (n,) at least 0. scores: (n,).
    """
    known = np.where(np.isnan(scores), -np.inf, scores).astype(np.float64)
    reached = dcg(_placed(shown, gains, known), NDCG_AT)
    best = dcg(_placed(shown, gains, gains), NDCG_AT)
    possible = best[best > 0]
    return reached / possible.mean() if len(possible) else reached


def _placed(shown: Shown, gains: Numbers, scores: Numbers) -> Numbers:
    """Gains in the order of scores, a page in a row: (pages, products of the longest)."""
    order = np.lexsort((shown.positions, -scores, shown.page_of))
    starts = np.searchsorted(shown.page_of, np.arange(len(shown)))
    places = np.arange(len(order)) - starts[shown.page_of]
    rows = np.zeros((len(shown), int(places.max(initial=0)) + 1))
    rows[shown.page_of, places] = gains[order]
    return rows


def slices_by_time(shown: Shown, shares: Sequence[float]) -> list[Shown]:
    """Pages cut into slices of time, each of about its share of the pages of which something was wanted.

    Two pages of one visit stay in one slice, so that nothing of a later slice is known in an earlier one.

    Raises
    ------
    InvalidInput: a slice would be empty.
    """
    wanted = np.flatnonzero(shown.wanted())
    ends = np.round(np.cumsum(shares) / sum(shares) * len(wanted)).astype(int)
    cuts = [0, *(_end_of_visit(shown, wanted, int(end)) for end in ends[:-1]), len(shown)]
    numbers = np.arange(len(shown))
    made = [shown.only((numbers >= low) & (numbers < high)) for low, high in pairwise(cuts)]
    if not all(slice_.wanted().any() for slice_ in made):
        raise InvalidInput(
            f"has {len(wanted):,} pages of which something was clicked or more, too few to be cut by time",
            field="impressions",
            remedy="Collect more clicks, likes, carts and purchases that name their query_id first",
        )
    return made


def since(shown: Shown, moment: datetime) -> Shown:
    """Pages shown at a moment or later."""
    return shown.only(np.array([page.shown_at >= moment for page in shown.pages], dtype=np.bool_))


def _gains(pages: Sequence[Impression], events: Iterable[Event]) -> Numbers:
    best: dict[tuple[str, str], float] = {}
    acts = sorted((event for event in events if event.query_id), key=lambda event: (event.created_at, event.id))
    for event in acts:
        key = (str(event.query_id), event.product_id)
        gain = GAINS.get(event.type, 0.0)
        best[key] = max(best.get(key, 0.0), gain) if gain else 0.0
    return np.array([best.get((page.query_id, name), 0.0) for page in pages for name in page.items], dtype=np.float64)


def _end_of_visit(shown: Shown, wanted: Codes, count: int) -> int:
    """How many pages come up to the so-manieth wanted one and the others of its visit that follow at once."""
    if not 0 < count <= len(wanted):
        return 0
    end = int(wanted[count - 1]) + 1
    last = shown.pages[end - 1]
    while end < len(shown) and last.session_id and shown.pages[end].session_id == last.session_id:
        end += 1
    return end
