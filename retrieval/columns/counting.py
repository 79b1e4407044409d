"""Facets over some of the rows: values counted, numbers gathered into bins with round edges."""

from __future__ import annotations

import math
from collections.abc import Collection
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.facets import Facet, FacetRequest, FacetValue, KeywordFacet, NumberBin, NumberFacet
from core.filters import Scalar
from retrieval.columns.cells import Numbers, Rows
from retrieval.columns.table import Coded, Columns, Numeric
from retrieval.columns.vocabulary import Vocabulary

Counts = NDArray[np.intp]

# A histogram for the eye; whoever wants finer ones asks for up to this many by `limit`.
_ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)
# From here on sorting the codes that occur is cheaper than counting into an array of all values.
_SPARSE = 16


def facet(
    columns: Columns,
    rows: Rows,
    request: FacetRequest,
    chosen: Collection[Scalar] = (),
    families: NDArray[np.int64] | None = None,
) -> Facet:
    """Count one field over these rows, each named once.

    Parameters
    ----------
    chosen: values that are listed even when they are rare or absent, because the filter names them.
    families: (n,) for each row a number of at least 0; rows of the same number count once where they have the same.
    """
    column = columns.by_field.get(request.field)
    if column is None:
        return KeywordFacet((), 0)
    numbers, owners = column.cells.of(rows)
    if families is not None:
        owners = families[owners]
        if isinstance(column, Coded):
            numbers = _each_once(numbers, owners)
    if isinstance(column, Numeric):
        return _numbers(numbers, owners, request)
    return _values(column.vocabulary, numbers, request, chosen)


def _each_once(codes: Numbers, owners: Rows) -> Numbers:
    """The codes without those that the same owner has a second time."""
    width = int(codes.max()) + 1 if len(codes) else 1
    once: Numbers = np.unique(owners.astype(np.int64) * width + codes) % width
    return once


def _values(vocabulary: Vocabulary, found: Numbers, request: FacetRequest, chosen: Collection[Scalar]) -> KeywordFacet:
    codes, counts = _counted(found, len(vocabulary))
    if request.query.strip():
        kept = np.isin(codes, vocabulary.holding(request.query.strip()))
        codes, counts = codes[kept], counts[kept]
    top = _most_frequent(codes, counts, vocabulary, request.limit)
    shown = [FacetValue(vocabulary.values[code], count) for code, count in _pairs(codes[top], counts[top])]
    listed = set(codes[top].tolist())
    named = [code for code in vocabulary.known(chosen) if code not in listed]
    rare = dict(_pairs(codes, counts)) if named else {}
    shown += [FacetValue(vocabulary.values[code], rare.get(code, 0)) for code in named]
    return KeywordFacet(tuple(shown), len(codes) - len(top) - sum(code in rare for code in named))


def _counted(codes: Numbers, values: int) -> tuple[Counts, Counts]:
    """The codes that occur, and how often."""
    if len(codes) * _SPARSE < values:
        found, counts = np.unique(codes, return_counts=True)
        return found.astype(np.intp), counts
    all_counts = np.bincount(codes, minlength=values)
    found = np.flatnonzero(all_counts)
    return found, all_counts[found]


def _most_frequent(codes: Counts, counts: Counts, vocabulary: Vocabulary, limit: int) -> Rows:
    """Positions of the `limit` most frequent codes, in order; equal ones go by value."""
    if len(codes) > limit:
        least = np.partition(counts, len(counts) - limit)[len(counts) - limit]
        candidates = np.flatnonzero(counts >= least)
    else:
        candidates = np.arange(len(codes))
    order = np.lexsort((vocabulary.ranks()[codes[candidates]], -counts[candidates]))
    return candidates[order[:limit]]


def _pairs(codes: Counts, counts: Counts) -> list[tuple[int, int]]:
    return list(zip(codes.tolist(), counts.tolist(), strict=True))


def _numbers(numbers: Numbers, owners: Rows, request: FacetRequest) -> NumberFacet:
    if not len(numbers) and not request.edges:
        return NumberFacet(None, None, 0, ())
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (None, None)
    rising = bool((owners[1:] > owners[:-1]).all())
    count = len(owners) if rising else len(np.unique(owners))
    if request.edges:
        ends: list[float | None] = [None, *request.edges, None]
        bins = np.searchsorted(np.array(request.edges), numbers, side="right")
    else:
        edges = round_edges(numbers, request.limit)
        ends = list(edges.tolist())
        bins = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    if count < len(owners):
        # A product whose numbers stand in one bin counts there once.
        bins = np.unique(owners * (len(ends) - 1) + bins) % (len(ends) - 1)
    counts = np.bincount(bins, minlength=len(ends) - 1).tolist()
    pairs = zip(pairwise(ends), counts, strict=True)
    return NumberFacet(low, high, count, tuple(NumberBin(start, end, here) for (start, end), here in pairs))


def round_edges(numbers: Numbers, bins_max: int) -> NDArray[np.float64]:
    """Edges at multiples of a round step (1, 2, 2.5 or 5 times a power of ten) that enclose all numbers.

    The step is the smallest that needs at most `bins_max` bins. Whole numbers get whole edges, the last one beyond all
    of them. Where one bin is wanted, or rounding would leave nothing between two edges, there is one from the smallest
    number to the largest.
    """
    low, high = float(numbers.min()), float(numbers.max())
    single = np.array([low, high])
    span = high - low
    if bins_max == 1 or span / bins_max <= 0 or not math.isfinite(span):
        return single
    whole = bool((numbers == np.rint(numbers)).all())
    power = 10.0 ** math.floor(math.log10(span / bins_max))
    for factor in _ROUND_STEPS:
        step = max(1.0, math.ceil(factor * power)) if whole else factor * power
        first = math.floor(low / step)
        last = math.floor(high / step) + 1 if whole else math.ceil(high / step)
        if last - first <= bins_max:
            break
    multiples = np.arange(first, last + 1, dtype=np.float64)
    # Divided where the step is a fraction: 3 * 0.1 is not 0.3, but 3 / 10 is.
    edges = multiples * step if step >= 1 else multiples / (1 / step)
    # The smallest of all numbers, divided by a step, are lost.
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    return edges if bool((np.diff(edges) > 0).all()) else single
