"""What a search does differently for the shoppers of an experiment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from catalog.opening import Catalog
from core.experiments import NO_RANKER, Arm, Experiment
from core.generations import Generation
from core.queries import RELEVANCE, SearchQuery
from ranking.ranker import Ranker
from retrieval.refreshing import Refreshed
from retrieval.reranking.shelf import RankerShelf

LOOK_EVERY_S = 1.0


@dataclass
class ExperimentShelf:
    """The experiment that runs, as it was a second ago at most. Thread-safe.

    Parameters
    ----------
    now_s: seconds on a clock that never goes back.
    """

    catalog: Catalog
    now_s: Callable[[], float] = time.monotonic
    _running: Refreshed[tuple[Experiment | None]] = field(init=False)

    def __post_init__(self) -> None:
        self._running = Refreshed(LOOK_EVERY_S, self.now_s)

    def arm_of(self, user_id: str) -> Arm | None:
        """The arm that a shopper meets now; None for one who is outside, or while none runs.

        Raises
        ------
        CatalogUnavailable
        """
        if not user_id:
            return None
        (running,) = self._running.current(lambda _: (self.catalog.experiments.running(),))
        return None if running is None else running.arm_of(user_id)

    def look_again(self) -> None:
        """This very process has started or stopped one."""
        self._running.look_again()


def as_in(arm: Arm | None, query: SearchQuery) -> SearchQuery:
    """The query as an arm wants it, where it does not say so itself."""
    if arm is None:
        return query
    if arm.personalize is not None and query.personalize is None:
        query = replace(query, personalize=arm.personalize)
    if arm.diversity is not None and not query.diversity and not query.browses and query.sort == RELEVANCE:
        query = replace(query, diversity=arm.diversity)
    return query


def ranker_for(shelf: RankerShelf, generation: Generation, arm: Arm | None, query: SearchQuery) -> Ranker | None:
    """What orders the first hits of a query, if anything does."""
    return None if query.browses or query.sort != RELEVANCE else ranker_of(shelf, generation, arm)


def ranker_of(shelf: RankerShelf, generation: Generation, arm: Arm | None) -> Ranker | None:
    """The ranker that a shopper meets, if any."""
    if arm is not None and arm.ranker == NO_RANKER:
        return None
    named = "" if arm is None else arm.ranker
    return shelf.usable(named or generation.ranker, generation)
