"""The words of one shop in this process, in step with the catalogue that several processes may write to."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.opening import Catalog
from core.errors import CatalogUnavailable, VitrineError
from core.passages import plain_text
from words.analysis import Analyzer
from words.dictionary import everyday_words
from words.lexicon import Lexicon, LexiconBuilder

_log = logging.getLogger(__name__)

# Asking for the number of the last change takes a fifth of a millisecond.
LOOK_EVERY_S = 1.0
# Following a stream of changes takes no more than this share of the time.
_SHARE_OF_TIME_MAX = 0.05
_PRODUCTS_A_BREATH = 20


@dataclass(frozen=True, slots=True)
class _Built:
    """A lexicon, and the number of the change that it has followed the catalogue up to."""

    lexicon: Lexicon
    change: int


@dataclass
class LexiconShelf:
    """Builds the lexicon when it is first needed, and anew in the background when products have changed. Thread-safe.

    While a newer one is being built, the old one serves: a new product's words are suggested some seconds later.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    analyzer: Analyzer
    now_s: Callable[[], float] = time.monotonic
    _built: _Built | None = None
    _everyday: frozenset[str] | None = None
    _look_again_s: float = 0.0
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)

    def current(self) -> Lexicon:
        """The words of the products as they were a short while ago; the first call builds them, and waits.

        Raises
        ------
        CatalogUnavailable
        """
        built = self._built
        if built is None:
            with self._lock:
                return (self._built or self._build()).lexicon
        if self.now_s() >= self._look_again_s and self._lock.acquire(blocking=False):
            try:
                self._follow(built)
            finally:
                self._lock.release()
        return built.lexicon

    def warm_up(self) -> threading.Thread:
        """Build the lexicon in a thread of its own, so that the first who needs it does not wait."""
        with self._lock:
            return self._start()

    def close(self) -> None:
        """Stop building."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _follow(self, built: _Built) -> None:
        self._look_again_s = self.now_s() + LOOK_EVERY_S
        busy = self._thread is not None and self._thread.is_alive()
        if not busy and not self._closing.is_set() and self.catalog.changes.latest() != built.change:
            self._start()

    def _start(self) -> threading.Thread:
        self._thread = threading.Thread(target=self._build_unless_closing, name="lexicon build", daemon=True)
        self._thread.start()
        return self._thread

    def _build_unless_closing(self) -> None:
        try:
            with self._lock:
                if self._built is None or self._built.change != self.catalog.changes.latest():
                    self._build()
        except _ClosedMeanwhile:
            return
        except VitrineError as error:
            # Nobody waits for this thread; whoever needs the lexicon next will try again and be told.
            _log.warning("the words of the catalogue could not be read: %s", error)

    def _build(self) -> _Built:
        began_s = self.now_s()
        if self._everyday is None:
            self._everyday = everyday_words(self.analyzer.language)
        # What changes while the products are read may be missing, and is noticed by its number the next time.
        change = self.catalog.changes.latest()
        builder = LexiconBuilder(self.analyzer, self._everyday)
        with self.catalog.words.all() as parts:
            for part in parts:
                for i, product in enumerate(part):
                    if i % _PRODUCTS_A_BREATH == 0:
                        self._breathe()
                    texts = {
                        "title": product.title,
                        "brand": product.brand,
                        "category": product.category,
                        "description": plain_text(product.description),
                    }
                    builder.add(product.id, texts, product.attributes, suggested=product.available)
        built = _Built(builder.build(self._breathe), change)
        took_s = self.now_s() - began_s
        self._built = built
        self._look_again_s = self.now_s() + max(LOOK_EVERY_S, took_s / _SHARE_OF_TIME_MAX)
        return built

    def _breathe(self) -> None:
        """Let searches in other threads go first, and end when the shop is closed."""
        if self._closing.is_set():
            raise _ClosedMeanwhile("the shop is being closed")
        time.sleep(0)


class _ClosedMeanwhile(CatalogUnavailable):
    """Nobody needs what is being built any more."""
