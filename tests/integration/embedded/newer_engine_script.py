"""A newer engine, as far as one can tell from outside: it announces itself with a higher protocol.

newer_engine_script.py DATA_DIR IDLE_EXIT_S
"""

from __future__ import annotations

import sys

from vectorstore.embedded import address, engine

if __name__ == "__main__":
    address.PROTOCOL += 1  # type: ignore[attr-defined] # What this engine is about.
    sys.exit(engine.main(sys.argv[1:]))
