"""Small products with photos, drawn, for tests that run the real parts."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from core.incoming import IncomingPhoto

COLOURS = {"red": (200, 30, 40), "blue": (30, 60, 200), "green": (30, 150, 60), "black": (20, 20, 20)}
KINDS = ("shirt", "shoe", "bag")


def photo(colour: str = "red", kind: str = "shirt", *, seed: int = 0, size: tuple[int, int] = (60, 80)) -> bytes:
    """A JPEG of a flat shape of that colour on a bright ground, with a little noise that differs by seed."""
    ground = np.random.default_rng(seed).integers(225, 256, (size[1], size[0], 3), dtype=np.uint8)
    image = Image.fromarray(ground)
    draw = ImageDraw.Draw(image)
    width, height = size
    if kind == "shirt":
        draw.rectangle((width * 0.25, height * 0.2, width * 0.75, height * 0.85), fill=COLOURS[colour])
    elif kind == "shoe":
        draw.ellipse((width * 0.1, height * 0.55, width * 0.9, height * 0.8), fill=COLOURS[colour])
    else:
        draw.rounded_rectangle((width * 0.2, height * 0.4, width * 0.8, height * 0.9), 8, fill=COLOURS[colour])
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=90)
    return encoded.getvalue()


def record(number: int, **changes: Any) -> dict[str, Any]:
    """The raw record of a product: colour and kind go round, the price is its number."""
    colour = list(COLOURS)[number % len(COLOURS)]
    kind = KINDS[number % len(KINDS)]
    made: dict[str, Any] = {
        "id": f"p{number}",
        "title": f"{colour} {kind} number {number}",
        "category": kind,
        "price": float(number),
        "currency": "EUR",
        "colour": colour,
        "photos": [IncomingPhoto(photo(colour, kind, seed=number), "drawn")],
    }
    return made | changes
