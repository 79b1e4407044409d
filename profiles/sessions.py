"""The profile of a visit, and how it is blended with the long-term one.

The three formulas stand on the project's architecture page, "How an event moves", and are kept as they stand there.
"""

from __future__ import annotations

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
    state = np.asarray(vectors[0], dtype=np.float64)
    for vector in np.asarray(vectors[1:], dtype=np.float64):
        keep = _likeness(vector, state)
        state = keep * state + (1 - keep) * vector
    return direction(state.astype(np.float32))


def blend(session: FloatArray | None, long: FloatArray | None) -> FloatArray | None:
    """γ·session + (1 - γ)·long with γ = (cos(session, long) + 1)/2: float32 (dim,) of unit length.

    With one of them missing the other stands; None without both. Where they cancel each other out, the session stands.

    Parameters
    ----------
    session, long: (dim,) of unit length.
    """
    if session is None or long is None:
        return long if session is None else session
    share = np.float32(_likeness(session, long))
    blended = direction(share * session + (1 - share) * long)
    return session if blended is None else blended


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """(cos + 1)/2, from 0 to 1; a vector of zeros is half like anything."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    cosine = float(one @ other) / lengths if lengths > 0 else 0.0
    return (min(1.0, max(-1.0, cosine)) + 1) / 2
