"""A ranker is a folder: its model, what the model reads, and how good it was. What does not fit together is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidSource
from core.hits import SIGNALS
from core.vectors import FloatArray
from ranking.boosting import Boosted, load_boosted
from ranking.collaborative.foretelling import Foretelling, load_foretelling
from ranking.training import POSITION

MODEL_FILE, RANKER_FILE = "model.cbm", "ranker.json"
# In `ranker.json`: of how many products the folder says what is wanted together; none where there is no such file.
_FORETOLD = "foretold_products"
# Of what the two files mean together. Others are refused.
FORMAT = 1
_REMEDY = "Train it again: vitrine rank train"


@dataclass(frozen=True, slots=True)
class Ranker:
    """Orders hits by their signals.

    Attributes
    ----------
    id: the name of its folder.
    features: what the model reads, in order.
    encoders: by view, of the index whose hits it has learnt from; with others its numbers would mean something else.
    about: how it came to be and how good it was, as `ranker.json` tells.
    foretelling: what all shoppers' wants foretell of one's next; None where that is no better than popularity.
    """

    id: str
    model: Boosted
    features: tuple[str, ...]
    encoders: Mapping[str, str]
    about: Mapping[str, Any] = field(default_factory=dict)
    foretelling: Foretelling | None = None

    def score(self, signals: Mapping[str, FloatArray], count: int) -> FloatArray:
        """Scores of so many hits, the higher, the earlier; float32 (count,).

        Parameters
        ----------
        signals: by name, float32 (count,); one that is absent is unknown of all.
        """
        return self.model.score(self._matrix(signals, count))

    def contributions(self, signals: Mapping[str, FloatArray], count: int) -> NDArray[np.float64]:
        """What each feature adds to each hit's score, (count, features)."""
        return self.model.contributions(self._matrix(signals, count))

    def save(self, folder: Path) -> None:
        """Write it into a folder of its own, made here.

        Raises
        ------
        InvalidSource: the folder cannot be written.
        """
        described = {
            "format": FORMAT,
            "id": self.id,
            "features": list(self.features),
            "encoders": dict(self.encoders),
            "versions": {name: version(name) for name in ("catboost", "numpy")},
            _FORETOLD: 0 if self.foretelling is None else len(self.foretelling.products),
            **self.about,
        }
        try:
            folder.mkdir(parents=True)
            self.model.save(folder / MODEL_FILE)
            if self.foretelling is not None:
                self.foretelling.save(folder)
            (folder / RANKER_FILE).write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            raise InvalidSource(
                f"cannot be written: {error.strerror}", field=str(folder), remedy="Check that data_dir has space left"
            ) from error

    def _matrix(self, signals: Mapping[str, FloatArray], count: int) -> FloatArray:
        matrix: FloatArray = np.full((count, len(self.features)), np.nan, dtype=np.float32)
        for column, name in enumerate(self.features):
            if name == POSITION:
                matrix[:, column] = 0.0
            elif name in signals:
                matrix[:, column] = signals[name]
        return matrix


def load_ranker(folder: Path) -> Ranker:
    """What `Ranker.save` has written.

    Raises
    ------
    InvalidSource: a file is absent or damaged, or the model reads other features than the folder says, or ones that
        this version of Vitrine does not know.
    """
    described = _described(folder)
    features = tuple(described["features"])
    model = load_boosted(folder / MODEL_FILE)
    if model.features != features:
        raise InvalidSource(
            f"has learnt from {_listed(model.features)}, but {RANKER_FILE} says {_listed(features)}",
            field=str(folder / MODEL_FILE),
            remedy=_REMEDY,
        )
    unknown = [name for name in features if name not in SIGNALS and name != POSITION]
    if unknown:
        raise InvalidSource(
            "reads signals that hits of this version do not carry",
            field=str(folder),
            value=", ".join(unknown),
            remedy=_REMEDY,
        )
    products = described.get(_FORETOLD, 0)
    foretelling = load_foretelling(folder, products) if products else None
    return Ranker(str(described["id"]), model, features, described["encoders"], described, foretelling)


def _described(folder: Path) -> Mapping[str, Any]:
    path = folder / RANKER_FILE
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidSource("is no ranker's description", field=str(path), remedy=_REMEDY) from error
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        found = described.get("format") if isinstance(described, dict) else None
        raise InvalidSource(f"must be of format {FORMAT}", field=str(path), value=found, remedy=_REMEDY)
    whole = (
        isinstance(described.get("id"), str)
        and isinstance(described.get("encoders"), dict)
        and isinstance(described.get("features"), list)
        and all(isinstance(name, str) for name in described["features"])
    )
    if not whole:
        raise InvalidSource("lacks id, features or encoders", field=str(path), remedy=_REMEDY)
    return described


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
