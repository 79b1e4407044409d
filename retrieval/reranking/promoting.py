"""Which ranker is in service, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.errors import Conflict, InvalidSource
from core.generations import Generation
from core.products import rfc3339
from ranking.ranker import Ranker
from retrieval.reranking.folders import check_encoders, open_ranker, rankers_dir
from retrieval.wiring import Vitrine

_PROMOTED_FILE = "promoted.json"


def put_into_service(v: Vitrine, generation: Generation, ranker: Ranker, judged: Mapping[str, Any]) -> None:
    """Let a ranker order the hits of a generation from now on, and remember the one before.

    Parameters
    ----------
    judged: why, to be read later.

    Raises
    ------
    Conflict: it has learnt from an index with other encoders.
    InvalidSource: its folder cannot be written.
    """
    check_encoders(ranker, generation)
    note = {"at": rfc3339(datetime.now(UTC)), "generation": generation.id, "before": generation.ranker, **judged}
    path = rankers_dir(v.settings.data_dir) / ranker.id / _PROMOTED_FILE
    if generation.ranker != ranker.id:
        try:
            path.write_text(json.dumps(note, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise InvalidSource(f"cannot be written: {error.strerror}", field=str(path)) from error
    v.catalog.generations.set_ranker(generation.id, ranker.id)
    v.answering.look_again()


def roll_back(v: Vitrine, generation: Generation) -> str:
    """Put the ranker before into service again; returns its id, empty for none.

    Raises
    ------
    Conflict: there is nothing to go back to.
    InvalidSource: the ranker before does not hold together any more.
    NotFound: it is gone.
    """
    if not generation.ranker:
        raise Conflict("no ranker is in service, there is nothing to roll back")
    path = rankers_dir(v.settings.data_dir) / generation.ranker / _PROMOTED_FILE
    try:
        before = str(json.loads(path.read_text(encoding="utf-8"))["before"])
    except (OSError, ValueError, KeyError, TypeError):
        # A folder that was copied here from another machine says nothing of what was in service before it.
        before = ""
    if before:
        check_encoders(open_ranker(v.settings.data_dir, before), generation)
    v.catalog.generations.set_ranker(generation.id, before)
    v.answering.look_again()
    return before
