"""What every benchmark is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.products import ProductFile


@dataclass(frozen=True, slots=True)
class Context:
    """What to measure with, and how thoroughly.

    Attributes
    ----------
    products: all there are; those of `--quick` are a part of them.
    index_dir: data folder of the index that holds all of `products`.
    work_dir: an empty folder for everything else, deleted at the end.
    rounds: how often the sides take turns.
    quick: small numbers, to try the benchmark itself; its figures mean nothing.
    say: tells a person how far it is.
    """

    products: ProductFile
    index_dir: Path
    work_dir: Path
    rounds: int
    quick: bool
    say: Callable[[str], None]

    def sized(self, full: int, quick: int) -> int:
        """A count: the full one, or the one for a quick try."""
        return quick if self.quick else full
