"""The real engine with one check taken out, so that a poisonous write reaches it while it serves.

unchecked_engine_script.py DATA_DIR IDLE_EXIT_S
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedded import engine, rows


@dataclass
class Unchecked:
    """Looks like a `SparseVector`, and believes everything."""

    indices: NDArray[np.uint32]
    values: NDArray[np.float32]


if __name__ == "__main__":
    rows.SparseVector = Unchecked  # type: ignore[attr-defined, assignment] # The check that is taken out.
    sys.exit(engine.main(sys.argv[1:]))
