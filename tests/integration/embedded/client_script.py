"""A client in a process of its own: says which engine it reached, then does what it is told line by line.

client_script.py DATA_DIR IDLE_EXIT_S
upsert START STOP [VERSION]    writes points and says `wrote START STOP`
count                          says how many there are
stream                         writes batches of ten without end, and says each that was acknowledged
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from tests.integration.embedded.points import DATABASE, generation, points
from vectorstore.embedded.address import EngineFiles
from vectorstore.embedded.store import EmbeddedStore


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    data_dir = Path(sys.argv[1])
    store = EmbeddedStore(data_dir, DATABASE, "default", idle_exit_s=float(sys.argv[2]))
    sys.stdin.readline()
    store.ensure(generation())
    address = EngineFiles(data_dir).read()
    assert address is not None
    tell(address.pid)
    for line in sys.stdin:
        word, *arguments = line.split()
        numbers = [int(argument) for argument in arguments]
        if word == "upsert":
            store.upsert("g1", points(*numbers))
            tell("wrote", *numbers)
        elif word == "count":
            tell(store.count("g1"))
        elif word == "stream":
            for start in itertools.count(0, 10):
                store.upsert("g1", points(start, start + 10))
                tell(start + 10)
    store.close()


if __name__ == "__main__":
    main()
