"""EASE: a linear model of items by items, fitted in closed form.

Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8: with P = (XᵀX + λI)⁻¹ the weights are
B = I - P / diag(P), whose diagonal is 0. Where there are fewer shoppers than products, P is never built: by Woodbury's
identity P = (I - Xᵀ(XXᵀ + λI)⁻¹X) / λ, and only a matrix of shoppers by shoppers is inverted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.vectors import FloatArray

# The larger side of what is inverted: 1.2 GB of float64 at most, in three copies while it works.
INVERTED_MAX = 12_000
_BLOCK = 512

# scipy.sparse.csr_matrix; scipy ships no types.
Sparse = Any


@dataclass(frozen=True, slots=True)
class Ease:
    """A fitted model.

    Attributes
    ----------
    likes: float64 CSR (shoppers, products), what it was fitted on.
    inverse: (XXᵀ + λI)⁻¹ where there are fewer shoppers than products, else P.
    diagonal: of P, (products,).
    """

    likes: Sparse
    inverse: NDArray[np.float64]
    diagonal: NDArray[np.float64]
    regularisation: float

    def scores(self, histories: Sparse) -> FloatArray:
        """How much each product goes with each history, float32 (n, products): H·B.

        Parameters
        ----------
        histories: CSR (n, products) of weights; what is 0 was not wanted.
        """
        dense = histories.toarray().astype(np.float64)
        return np.asarray(dense - self._through_inverse(histories, dense) / self.diagonal, dtype=np.float32)

    def _through_inverse(self, histories: Sparse, dense: NDArray[np.float64]) -> NDArray[np.float64]:
        """H·P."""
        if len(self.inverse) == len(self.diagonal):
            direct: NDArray[np.float64] = np.asarray(histories @ self.inverse)
            return direct
        met = (histories @ self.likes.T).toarray() @ self.inverse
        # The transposed product keeps the sparse matrix on the left, where scipy is quick.
        indirect: NDArray[np.float64] = (dense - (self.likes.T @ met.T).T) / self.regularisation
        return indirect


def fits_in_memory(likes: Sparse) -> bool:
    """Whether `fit_ease` can invert what it has to."""
    return int(min(likes.shape)) <= INVERTED_MAX


def fit_ease(likes: Sparse, regularisation: float) -> Ease:
    """Fit the model to who likes what.

    Parameters
    ----------
    likes: CSR (shoppers, products) of weights, usually 0 and 1. regularisation: λ, above 0.
    """
    matrix = likes.astype(np.float64).tocsr()
    shoppers, products = matrix.shape
    if products <= shoppers:
        inverse = _inverted((matrix.T @ matrix).toarray(), regularisation)
        return Ease(matrix, inverse, np.diag(inverse).copy(), regularisation)
    inverse = _inverted((matrix @ matrix.T).toarray(), regularisation)
    diagonal = np.empty(products)
    columns = matrix.tocsc()
    for start in range(0, products, _BLOCK):
        block = columns[:, start : start + _BLOCK].toarray()
        diagonal[start : start + _BLOCK] = np.einsum("si,si->i", block, inverse @ block)
    return Ease(matrix, inverse, (1 - diagonal) / regularisation, regularisation)


def ease_weights(likes: Sparse, regularisation: float) -> NDArray[np.float64]:
    """B itself, (products, products): how much each product in a row speaks for each in a column; 0 for itself.

    Parameters
    ----------
    likes: as for `fit_ease`; of so many products that a matrix of them by themselves fits into memory.
    """
    matrix = likes.astype(np.float64).tocsr()
    inverse = _inverted((matrix.T @ matrix).toarray(), regularisation)
    weights: NDArray[np.float64] = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return weights


def _inverted(gram: NDArray[np.float64], regularisation: float) -> NDArray[np.float64]:
    gram[np.diag_indices_from(gram)] += regularisation
    return np.asarray(np.linalg.inv(gram), dtype=np.float64)
