"""What an import could not take, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InvalidSource

if TYPE_CHECKING:
    from core.jobs import Rejection


@contextmanager
def rejections_file(path: Path | None) -> Iterator[Callable[[Sequence[Rejection]], None]]:
    """A function that writes rejections as JSON lines, however many there are; without a path it drops them.

    Raises
    ------
    InvalidSource: the file cannot be written; raised before anything is imported.
    """
    if path is None:
        yield lambda _: None
        return
    try:
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise InvalidSource(
            f"cannot be written: {error.strerror}", field="--rejected", value=str(path), remedy="Name another file"
        ) from error
    with file:
        yield lambda rejections: file.writelines(
            json.dumps(rejection_json(rejection), ensure_ascii=False) + "\n" for rejection in rejections
        )


def rejection_json(rejection: Rejection) -> dict[str, Any]:
    """One rejection under the names that a person uses for a file."""
    return {
        "line": rejection.index,
        "id": rejection.product_id,
        "field": rejection.field,
        "value": rejection.value,
        "reason": rejection.reason,
    }
