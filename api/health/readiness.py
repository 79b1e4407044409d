"""Whether everything a search needs is there, and loading it before the first search asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import VitrineError
from core.generations import FUSED, Generation
from core.indexing import IndexProgress
from retrieval.wiring import Vitrine, load_encoders, serving_generation

_LOG = logging.getLogger("vitrine.api")
_LOADING = "is loading"


@dataclass(frozen=True, slots=True)
class PartState:
    """One part a search needs.

    Attributes
    ----------
    missing: what it lacks, as a sentence; empty when it is ready.
    """

    name: str
    missing: str = ""


class Readiness:
    """The state of the catalogue, the vector store and the encoders. Thread-safe."""

    def __init__(self, v: Vitrine) -> None:
        self._v = v
        self._lock = threading.Lock()
        self._warming: threading.Thread | None = None
        self._encoders_missing = _LOADING

    def warm_up(self) -> None:
        """Begin to open the index and load the encoders, in a thread; returns at once. Does nothing while it runs."""
        with self._lock:
            if self._warming is not None and self._warming.is_alive():
                return
            self._warming = threading.Thread(target=self._warm, name="vitrine-warm-up", daemon=True)
            self._warming.start()

    def parts(self) -> list[PartState]:
        """Ask every part; blocks as long as the slowest of them."""
        return [
            PartState("catalog", _missing(self._v.catalog.ping)),
            PartState("store", _missing(self._ask_store)),
            PartState("encoders", self._ask_encoders()),
        ]

    def progress(self) -> IndexProgress | None:
        """How far the serving index is; None while there is none or the catalogue cannot say."""
        try:
            generation = self._v.catalog.generations.serving()
            return None if generation is None else self._v.catalog.queue.progress(generation.id)
        except VitrineError as error:
            _LOG.warning("the metrics lack the index's progress: %s", error)
            return None

    def _warm(self) -> None:
        self._encoders_missing = _LOADING
        self._encoders_missing = _missing(self._load_encoders)
        # Nothing waits for these; whoever browses or types first finds them ready.
        self._v.columns.warm_up()
        self._v.lexicon.warm_up()

    def _load_encoders(self) -> None:
        generation = serving_generation(self._v)
        load_encoders(self._v, generation)
        for name in {view.encoder for view in generation.views if not view.lexical and view.name != FUSED}:
            self._v.encoders.queries(name)
        # One that cannot be used is no reason to wait: searches are answered without it.
        self._v.rankers.usable(generation.ranker, generation)

    def _ask_store(self) -> None:
        self._v.store.status(self._generation().id)

    def _ask_encoders(self) -> str:
        """Ready once loaded; what failed is tried again, since weights may have arrived meanwhile."""
        missing = self._encoders_missing
        if missing and missing != _LOADING:
            self.warm_up()
        return missing

    def _generation(self) -> Generation:
        return serving_generation(self._v)


def _missing(ask: Callable[[], object]) -> str:
    try:
        ask()
    except VitrineError as error:
        return str(error)
    except Exception:  # noqa: BLE001 - a part that fails in a way nobody expected is not ready either; it is recorded.
        _LOG.exception("a part is not ready")
        return "failed in an unexpected way; the server's log says how"
    return ""
