"""A new index beside the one that serves: begun, put into service, taken back, deleted.

All of it stands in the catalogue. Whoever is killed leaves the shop serving as it was: a generation that was begun
goes on when the same is asked for again, and nothing but one row says which of them serves.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import Conflict
from core.generations import BUILDING, READY, RETIRED, Generation
from core.settings import Settings
from retrieval.ids import new_id
from retrieval.wiring import Vitrine, flush, reconcile, serving_generation, views_of

# How much of what the serving index has may be missing in the new one, such as photos that the other encoder refuses.
_MISSING_SHARE_MAX = 0.01
# While products stream in some always wait; so few of all may wait longer for the new index than for the serving one.
_BEHIND_SHARE_MAX = 0.01


@dataclass(frozen=True, slots=True)
class Begun:
    """A generation that is to serve next.

    Attributes
    ----------
    resumed: whether it was begun before.
    """

    generation: Generation
    resumed: bool


def begin(v: Vitrine, settings: Settings, *, anew: bool) -> Begun:
    """The generation that these settings describe, with every product queued for it; an unfinished one goes on.

    Parameters
    ----------
    settings: whose encoders are taken.
    anew: also when the serving one has the same encoders, because their weights have changed; nothing is taken over.

    Raises
    ------
    Conflict: the serving one is built like this. ConfigurationError: an encoder that is not known.
    """
    serving, views = serving_generation(v), views_of(settings, v.lexical)
    if serving.views == views and not anew:
        raise Conflict(
            "the serving index is built with these encoders. If their weights have changed: vitrine reindex --anew"
        )
    others = [one for one in v.catalog.generations.live() if one.id != serving.id and one.views == views]
    unfinished = [one for one in others if one.status == BUILDING or not anew]
    if unfinished:
        generation, resumed = unfinished[-1], True
    else:
        generation, resumed = Generation(new_id("g"), v.catalog.shop, views), False
        v.catalog.generations.add(generation)
    reconcile(v, generation)
    v.opened.add(generation.id)
    return Begun(generation, resumed)


def is_finished(v: Vitrine, generation: Generation) -> bool:
    """Whether everything is indexed, or as good as everything while products stream in."""
    there = v.catalog.queue.progress(generation.id)
    if not there.waiting:
        return True
    before = v.catalog.queue.progress(serving_generation(v).id)
    behind = there.waiting - before.waiting
    few = min(v.settings.claim_batch, _BEHIND_SHARE_MAX * (there.waiting + there.indexed + there.failed))
    return behind <= few and there.waiting <= few


def put_into_service(v: Vitrine, generation: Generation, *, force: bool = False) -> Generation:
    """Let a generation answer from now on; returns the one that did. The other is kept up to date, to go back to.

    Raises
    ------
    Conflict: it is not finished, or lacks much of what the serving one has; the second can be forced.
    """
    serving = serving_generation(v)
    there, before = v.catalog.queue.progress(generation.id), v.catalog.queue.progress(serving.id)
    if not is_finished(v, generation):
        raise Conflict(f"the new index is not finished: {there.waiting:,} products wait to be indexed")
    missing = before.indexed - there.indexed - there.waiting
    if missing > _MISSING_SHARE_MAX * before.indexed and not force:
        raise Conflict(
            f"the new index lacks {missing:,} of {before.indexed:,} products; `vitrine products failed` says why. To "
            "put it into service all the same: --force"
        )
    flush(v, generation)
    v.catalog.generations.set_status(generation.id, READY)
    v.catalog.generations.serve(generation.id)
    v.answering.look_again()
    return serving


def roll_back(v: Vitrine) -> Generation:
    """Let the generation answer again that did before; returns it.

    Raises
    ------
    Conflict: there is none.
    """
    serving, before = serving_generation(v), v.catalog.generations.served_before()
    ready = [one for one in v.catalog.generations.live() if one.id != serving.id and one.status == READY]
    # Of a shop that exchanged its index before this was noted, the newest other one.
    chosen = next((one for one in ready if one.id == before), ready[-1] if ready and not before else None)
    if chosen is None:
        raise Conflict("there is no other index that is complete; it may have been pruned")
    v.catalog.generations.serve(chosen.id)
    v.answering.look_again()
    return chosen


def prune(v: Vitrine) -> list[str]:
    """Delete every index but the serving one; returns their ids. What was interrupted before is finished."""
    serving = serving_generation(v)
    gone = [one.id for one in v.catalog.generations.all() if one.id != serving.id]
    for generation_id in gone:
        # First nobody may index into it any more, then its vectors go, and last its name.
        v.catalog.generations.set_status(generation_id, RETIRED)
        v.store.drop(generation_id)
        v.catalog.generations.forget(generation_id)
        v.opened.discard(generation_id)
    return gone
