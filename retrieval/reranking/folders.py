"""Where rankers lie, and whether one fits an index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.errors import Conflict, NotFound
from core.generations import Generation
from ranking.ranker import RANKER_FILE, Ranker, load_ranker

RANKERS_FOLDER = "rankers"
_KIND = "ranker"


def rankers_dir(data_dir: Path) -> Path:
    """The folder of all rankers."""
    return data_dir / RANKERS_FOLDER


def ranker_ids(data_dir: Path) -> list[str]:
    """All rankers there are, oldest first."""
    folder = rankers_dir(data_dir)
    return sorted(path.parent.name for path in folder.glob(f"*/{RANKER_FILE}"))


def open_ranker(data_dir: Path, ranker_id: str) -> Ranker:
    """One ranker.

    Raises
    ------
    NotFound
    InvalidSource: its folder does not hold together.
    """
    folder = rankers_dir(data_dir) / ranker_id
    if ranker_id not in ranker_ids(data_dir):
        raise NotFound(_KIND, ranker_id)
    return load_ranker(folder)


def encoders_of(generation: Generation) -> dict[str, str]:
    """The encoder of each view: what a ranker's signals were made by."""
    return {view.name: view.encoder for view in generation.views}


def check_encoders(ranker: Ranker, generation: Generation) -> None:
    """Refuse a ranker that has learnt from the hits of another kind of index.

    Raises
    ------
    Conflict
    """
    if dict(ranker.encoders) != encoders_of(generation):
        raise Conflict(
            f"ranker {ranker.id!r} has learnt from an index of {_listed(ranker.encoders)}, but this one is of "
            f"{_listed(encoders_of(generation))}. Train another one: vitrine rank train"
        )


def _listed(encoders: Mapping[str, str]) -> str:
    return ", ".join(f"{view}: {name}" for view, name in sorted(encoders.items()))
