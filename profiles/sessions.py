"""The profile of a visit, and how it is blended with the long-term one.

The three formulas stand on the project's architecture page, "How an event moves", and are kept as they stand there.
"""

from __future__ import annotations

import math

import numpy as np

from core.vectors import FloatArray
from profiles.means import direction


def session_profile(vectors: FloatArray) -> FloatArray | None:
    """What the visit is about by now: float32 (dim,) of unit length; None without vectors, or where they cancel out.

    s₀ = v₀; then for each v: α₁ = (cos(v, s) + 1)/2, α₂ = 1 - α₁, s ← α₁·s + α₂·v. What is like the visit so far
    hardly moves it, a change of mind turns it at once. s is normalised at the end only.

    Parameters
    ----------
    vectors: (n, dim) of unit length, in the order of the events.
    """
    if not len(vectors):
        return None
    rows = np.asarray(vectors, dtype=np.float64)
    # s is a mixture of the vectors, so that its products with them are mixtures of theirs, which are cheaper to go by.
    products, mixture = rows @ rows.T, np.zeros(len(rows))
    mixture[0], squared = 1.0, float(products[0, 0])
    for at in range(1, len(rows)):
        product, own = float(products[at, :at] @ mixture[:at]), float(products[at, at])
        keep = _likeness(product, own * squared)
        mixture[:at] *= keep
        mixture[at] = 1 - keep
        squared = max(0.0, keep * keep * squared + 2 * keep * (1 - keep) * product + (1 - keep) ** 2 * own)
    return direction((mixture @ rows).astype(np.float32))


def blend(session: FloatArray | None, long: FloatArray | None) -> FloatArray | None:
    """γ·session + (1 - γ)·long with γ = (cos(session, long) + 1)/2: float32 (dim,) of unit length.

    With one of them missing the other stands; None without both. Where they cancel each other out, the session stands.

    Parameters
    ----------
    session, long: (dim,) of unit length.
    """
    if session is None or long is None:
        return long if session is None else session
    share = np.float32(_likeness(float(session @ long), float(session @ session) * float(long @ long)))
    blended = direction(share * session + (1 - share) * long)
    return session if blended is None else blended


def _likeness(product: float, squares: float) -> float:
    """(cos + 1)/2, from 0 to 1, of two vectors by their product and that of their squared lengths.

    A vector of zeros is half like anything.
    """
    cosine = product / math.sqrt(squares) if squares > 0 else 0.0
    return (min(1.0, max(-1.0, cosine)) + 1) / 2
