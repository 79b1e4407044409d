"""The real engine, for which a few hundred products are many.

engine_with_graphs_script.py DATA_DIR IDLE_EXIT_S
"""

from __future__ import annotations

import sys
from functools import partial

from vectorstore.embedded import engine
from vectorstore.embedded.graphs import Graphs

if __name__ == "__main__":
    engine.Graphs = partial(Graphs, 300, 100, 0.0)  # type: ignore[attr-defined, assignment, misc]
    sys.exit(engine.main(sys.argv[1:]))
