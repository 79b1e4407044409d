"""A small catalogue whose right answers can be counted by hand."""

from __future__ import annotations

from core.products import Product

COLOURS = ("Black", "Red", "Navy Blue")
TYPES = ("Boots", "Sandals", "Casual Shoes")
GENDERS = ("Men", "Women")
EACH = 6


def products() -> tuple[Product, ...]:
    """Six products of each type, colour and gender, all of them told in the title; `warehouse` is told nowhere."""
    made = []
    for kind in TYPES:
        for colour in COLOURS:
            for gender in GENDERS:
                for number in range(EACH):
                    name = f"{kind} {colour} {gender} {number}".lower().replace(" ", "-")
                    attributes = {
                        "article_type": kind,
                        "colour": colour,
                        "gender": gender,
                        "warehouse": ("North", "South")[number % 2],
                        "season": "NA",
                        "size": number,
                    }
                    title = f"Maker{number} {gender} {colour} {kind}"
                    made.append(Product(name, title, category="Footwear", attributes=attributes))
    return tuple(made)
