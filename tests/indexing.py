"""Indexing what waits, in the process of the test."""

from __future__ import annotations

from core.generations import Generation
from retrieval.indexing import index, prepare
from retrieval.wiring import Vitrine, serving_generation


def index_all(v: Vitrine, generation: Generation | None = None) -> int:
    """Work off everything that waits, as a worker would; returns how many photos were encoded.

    Parameters
    ----------
    generation: default: the serving one.
    """
    into = generation or serving_generation(v)
    encoded = 0
    while items := v.catalog.queue.claim(into.id, "test", 64, 60.0):
        encoded += index(v, into, "test", prepare(v, into, items)).encoded_photos
    return encoded
