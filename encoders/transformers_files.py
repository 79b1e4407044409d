"""The files of a transformers model, in a folder or on the hub, and its weights checked against its architecture."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModel
from transformers.utils.logging import get_verbosity, set_verbosity

from core.errors import EncoderUnavailable
from encoders.registry import EncoderSpec

# Heads that no vector here is read from: published checkpoints lack some of them, and fresh random ones do no harm.
_POOLER = "pooler."
_MISSING_SHOWN = 3


def model_file(spec: EncoderSpec, name: str) -> dict[str, Any]:
    """A small JSON file of the model, empty when it has none; a list stands under the file's own name."""
    path = _local_path(spec.location, name)
    if path is None:
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {Path(name).stem: content}


def load_model(spec: EncoderSpec, dtype: torch.dtype) -> tuple[Any, bool]:
    """The model with its weights, ready to be used, and whether those of its pooler are the published ones.

    Raises
    ------
    EncoderUnavailable: weights that do not belong to the architecture that the configuration names; transformers would
        fill what is missing with random numbers and only warn.
    """
    with _quiet():
        model, loaded = AutoModel.from_pretrained(spec.location, dtype=dtype, output_loading_info=True)
    missing = sorted(key for key in loaded["missing_keys"] if not _of_pooler(key))
    if missing:
        shown = ", ".join(missing[:_MISSING_SHOWN]) + (", ..." if len(missing) > _MISSING_SHOWN else "")
        raise EncoderUnavailable(
            f"encoder {spec.description.name!r}: its weights are those of another architecture than its config.json "
            f"says ({type(model).__name__}): {len(missing)} tensors are missing ({shown}). Put the config.json and the "
            "weights of one model into the folder"
        )
    model.eval().requires_grad_(False)
    return model, not any(_of_pooler(key) for key in loaded["missing_keys"])


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's table of missing and left over tensors: what matters of it is judged here."""
    before = get_verbosity()
    set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        set_verbosity(before)


def _of_pooler(key: str) -> bool:
    return key.startswith(_POOLER) or f".{_POOLER}" in key


def _local_path(location: str, name: str) -> Path | None:
    folder = Path(location)
    if folder.is_dir():
        return folder / name if (folder / name).is_file() else None
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(location, name))
    except LocalEntryNotFoundError:  # The hub was not asked, so whether the file exists is unknown.
        raise
    except EntryNotFoundError:
        return None
