"""Files as a browser gets them when they are dropped or pasted."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from playwright.sync_api import JSHandle, Page

_TRANSFER = """files => {
    const transfer = new DataTransfer();
    for (const [data, name, type] of files) {
        const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
        transfer.items.add(new File([bytes], name, {type}));
    }
    return transfer;
}"""


@dataclass(frozen=True)
class Dropped:
    """One file."""

    data: bytes
    name: str = "picture.jpg"
    media_type: str = "image/jpeg"


def transfer(page: Page, *files: Dropped) -> JSHandle:
    """What an event of dropping or pasting carries."""
    return page.evaluate_handle(
        _TRANSFER, [[base64.b64encode(file.data).decode(), file.name, file.media_type] for file in files]
    )


def drop(page: Page, *files: Dropped) -> None:
    """Drag files over the page and let them go."""
    dropped = {"dataTransfer": transfer(page, *files)}
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("main", event, dropped)
