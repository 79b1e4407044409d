"""Vectors as they travel between encoders and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidVector

FloatArray = NDArray[np.float32]


def unit_rows(matrix: NDArray[np.floating]) -> FloatArray:
    """Scale every row to length one; a row of zeros stays zero.

    Parameters
    ----------
    matrix: any float dtype, shape (n, d).

    Returns
    -------
    float32, shape (n, d).
    """
    rows = np.asarray(matrix, dtype=np.float32)
    # In double precision, because the square of a very small or large float32 is none.
    norms = np.linalg.norm(rows.astype(np.float64), axis=-1, keepdims=True)
    scaled: FloatArray = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return scaled


def stacked(rows: Sequence[FloatArray], dim: int) -> FloatArray:
    """Rows of (dim,) as one array, float32 (n, dim); several times as fast as numpy's own `stack`, also of none."""
    return np.concatenate(rows).reshape(len(rows), dim) if rows else np.empty((0, dim), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Term weights: `indices` strictly increasing uint32, `values` finite float32, both of shape (n,).

    Raises
    ------
    InvalidVector: lengths that differ, indices that repeat or are unsorted, values that are not finite.
    """

    indices: NDArray[np.uint32]
    values: FloatArray

    def __post_init__(self) -> None:
        if self.indices.ndim != 1 or self.indices.shape != self.values.shape:
            raise InvalidVector(
                f"indices and values differ in length ({self.indices.shape} and {self.values.shape})", field="sparse"
            )
        if self.indices.dtype != np.uint32 or self.values.dtype != np.float32:
            raise InvalidVector("needs uint32 indices and float32 values", field="sparse")
        if (self.indices[1:] <= self.indices[:-1]).any():
            raise InvalidVector("indices must be strictly increasing", field="sparse")
        if not np.isfinite(self.values).all():
            raise InvalidVector("has values that are not finite", field="sparse")

    @classmethod
    def of(cls, weights: Mapping[int, float]) -> SparseVector:
        """Build one from a mapping of term id to weight, in any order."""
        items = sorted(weights.items())
        return cls(
            np.array([index for index, _ in items], dtype=np.uint32),
            np.array([value for _, value in items], dtype=np.float32),
        )

    def __len__(self) -> int:
        return len(self.indices)


@dataclass(frozen=True, slots=True)
class ProductVectors:
    """Everything a point holds for one product, by vector name; a view a product has nothing for is left out."""

    dense: Mapping[str, FloatArray] = field(default_factory=dict)
    multi: Mapping[str, FloatArray] = field(default_factory=dict)
    sparse: Mapping[str, SparseVector] = field(default_factory=dict)
