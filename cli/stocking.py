"""Filling the demo shop while it is open: what it lacks is drawn, stored and queued, a handful at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from demo.catalogue import DrawnProduct
    from retrieval.wiring import Vitrine

# A product waits for its batch; so few that the shop fills before one's eyes, so many that storing them stays cheap.
BATCH = 16
_PAGE = 1_000
_SOURCE = "drawing"

_log = logging.getLogger("vitrine.demo")


class Stocking:
    """Draws in a thread from the moment it is entered, and stores while `filling`; leaving either stops it for good.

    What was drawn in an earlier run is known by the source of its photos, which names the version of the catalogue, so
    that after a new version everything is drawn again and only what has changed is encoded again.

    Parameters
    ----------
    count: products the shop should have.
    is_new: nothing is there yet; then drawing need not wait for the database.
    at_first: so many products of a new shop come with their first photo only, so that it opens sooner; their other
        photos follow.

    Attributes
    ----------
    error: what stopped it, if anything did; the next start goes on there.
    """

    def __init__(self, count: int, *, is_new: bool, at_first: int = 0) -> None:
        self.error: BaseException | None = None
        self._count = count
        self._is_new = is_new
        self._at_first = at_first
        self._accepted: set[str] = set()
        self._wake: Callable[[], None] = _nothing
        self._opened: Future[Vitrine] = Future()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stocking", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.cancel()
        self._end()

    @contextlib.contextmanager
    def filling(self, v: Vitrine, wake: Callable[[], None] | None = None) -> Iterator[None]:
        """Store what is drawn until this is left; `v` may be closed after it.

        Parameters
        ----------
        wake: called after each batch that was stored.
        """
        self._wake = wake or _nothing
        self._opened.set_result(v)
        try:
            yield
        finally:
            self._end()

    @property
    def accepted(self) -> int:
        """Products that were drawn and stored so far, those of earlier runs not counted."""
        return len(self._accepted)

    @property
    def done(self) -> bool:
        """Whether nothing more will come: it is all there, or `error` says why not."""
        return not self._thread.is_alive()

    def _end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._stock()
        except CancelledError:
            # The shop could not be opened, and whoever tried says why.
            return
        except BaseException as error:  # noqa: BLE001 - whoever watches this reports it, and the shop stays open
            self.error = error

    def _stock(self) -> None:
        from demo.catalogue import plan
        from demo.studio import drawn_in_parallel

        planned = plan(self._count)
        # What a shop has can be asked only when it is open; an empty one lacks everything, and time is short then.
        if self._is_new:
            lacking = _first_photos_first(planned, self._at_first)
        else:
            lacking = _lacking(self._opened.result(), planned)
        drawn = drawn_in_parallel(lacking, os.cpu_count() or 1)
        with contextlib.closing(drawn):
            self._store(self._opened.result, drawn)

    def _store(self, opened: Callable[[], Vitrine], drawn: Iterator[tuple[DrawnProduct, list[bytes]]]) -> None:
        from retrieval.accepting import NumberedRecord, accept_into_job

        job_id = ""
        while not self._stop.is_set() and (batch := list(islice(drawn, BATCH))):
            v = opened()
            job_id = job_id or v.catalog.jobs.open("products")
            records = [NumberedRecord(i, _record(*one)) for i, one in enumerate(batch)]
            acceptance = accept_into_job(v, job_id, records)
            self._accepted |= {product.id for product, _ in batch} - {one.product_id for one in acceptance.rejected}
            for rejection in acceptance.rejected:
                _log.warning("the drawn product %s was refused: %s", rejection.product_id, rejection.reason)
            self._wake()
        if job_id:
            opened().catalog.jobs.close(job_id)


def _nothing() -> None:
    pass


def _source() -> str:
    from demo.catalogue import CATALOGUE_VERSION

    return f"{_SOURCE} {CATALOGUE_VERSION}"


def _record(product: DrawnProduct, photos: list[bytes]) -> dict[str, Any]:
    from core.incoming import IncomingPhoto

    return {**product.record, "photos": [IncomingPhoto(photo, _source()) for photo in photos]}


def _first_photos_first(planned: list[DrawnProduct], count: int) -> list[DrawnProduct]:
    """The first of them with one photo each, then those again that have more, then all others."""
    first = [replace(product, shots=product.shots[:1]) for product in planned[:count]]
    again = [product for product in planned[:count] if len(product.shots) > 1]
    return first + again + planned[count:]


def _lacking(v: Vitrine, planned: list[DrawnProduct]) -> list[DrawnProduct]:
    """What is not there in its present version; what an older version drew and this one would not is deleted."""
    complete = {(product.id, _source(), len(product.shots)) for product in planned}
    had, outdated = set(), []
    for product_id, sources in _stored(v):
        if (product_id, sources[0], len(sources)) in complete:
            had.add(product_id)
        elif all(source.startswith(_SOURCE) for source in sources):
            outdated.append(product_id)
    v.catalog.products.delete(sorted(set(outdated) - {product.id for product in planned}))
    return [product for product in planned if product.id not in had]


def _stored(v: Vitrine) -> Iterator[tuple[str, list[str]]]:
    """Every product that has photos, with their sources."""
    after = None
    while page := v.catalog.products.page(after, _PAGE):
        for product in (stored.product for stored in page):
            if product.photos:
                yield product.id, [photo.source for photo in product.photos]
        after = page[-1].product.id
