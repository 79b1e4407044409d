"""How an encoder was trained, where its folder tells: the loss, and the score that decided which weights were taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from encoders.registry import POCKET_DIR
from evaluation.retrieval.page.charts import Points, curve

_FILE = "metrics.json"


def training_curves(name: str) -> str:
    """The curves as HTML; empty for an encoder whose folder has no such file, or one that tells no losses."""
    folder = POCKET_DIR if name == "pocket" else Path(name.partition(":")[2])
    try:
        told = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        losses = _points(told["losses"], "step", "loss")
        per_epoch, epochs = float(told["steps_per_epoch"]), _points(told["epochs"], "epoch", "score")
        taken = float(told["best_epoch"]) * per_epoch
    except (OSError, ValueError, KeyError, TypeError):
        # Most encoders were not trained here; what others keep under this name says nothing of ours.
        return ""
    scores = [(epoch * per_epoch, score) for epoch, score in epochs]
    steps = max((step for step, _ in (*losses, *scores)), default=0.0)
    if not losses or not scores or steps <= 0:
        return ""
    said = f'<p class="dim">{len(scores):,} evaluations; the dashed line is where the weights were taken.</p>'
    return f"{said}{curve('loss', losses, steps, taken)}{curve('score on validation products', scores, steps, taken)}"


def _points(rows: list[dict[str, Any]], across: str, up: str) -> Points:
    return [(float(row[across]), float(row[up])) for row in rows]
