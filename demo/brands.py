"""The invented brands of the drawn shop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """One brand.

    Attributes
    ----------
    level: 0 sells each kind at its lowest price, 1 at its highest.
    departments: where it sells; empty means everywhere.
    backdrop: before which its products are photographed.
    says: one sentence of its own for descriptions.
    """

    name: str
    level: float
    departments: tuple[str, ...]
    backdrop: str
    says: str


_DRESSED = ("Clothing", "Shoes", "Accessories")

BRANDS: tuple[Brand, ...] = (
    Brand("Larkfield", 0.35, _DRESSED, "grey", "Larkfield cuts things for long walks and longer evenings."),
    Brand("Noor & Pine", 0.6, ("Clothing", "Bags", "Home"), "warm", "Noor & Pine works in small series."),
    Brand("Ostro", 0.15, ("Clothing", "Shoes", "Accessories"), "white", "Ostro keeps it simple and the price low."),
    Brand("Petra Vale", 0.85, ("Clothing", "Jewellery", "Bags"), "rose", "Petra Vale dresses you for the late table."),
    Brand(
        "Tidewell", 0.4, ("Clothing", "Accessories", "Bags"), "cool", "Tidewell comes from a harbour town and looks it."
    ),
    Brand(
        "Umbra Studio",
        0.75,
        ("Clothing", "Shoes", "Bags"),
        "slate",
        "Umbra Studio likes clear lines and nothing on top.",
    ),
    Brand("Fern & Fable", 0.3, ("Clothing", "Home", "Accessories"), "mint", "Fern & Fable draws every print by hand."),
    Brand(
        "Calder Row",
        0.55,
        ("Shoes", "Bags", "Accessories"),
        "clay",
        "Calder Row has one workshop and one last for each foot.",
    ),
    Brand(
        "Maison Oriel",
        1.0,
        ("Clothing", "Bags", "Jewellery", "Shoes"),
        "warm",
        "Maison Oriel finishes every edge by hand.",
    ),
    Brand("Hobb", 0.05, (), "white", "Hobb makes the everyday things, and makes them last."),
    Brand("Juniper Lane", 0.45, ("Clothing", "Jewellery", "Accessories"), "rose", "Juniper Lane is for sunny days."),
    Brand("Northmoor", 0.65, ("Clothing", "Shoes", "Accessories"), "grey", "Northmoor is made for wind and weather."),
    Brand(
        "Stella Quill",
        0.5,
        ("Jewellery", "Accessories", "Bags"),
        "cool",
        "Stella Quill signs each piece on the inside.",
    ),
    Brand(
        "Atelier Brume",
        0.9,
        ("Home", "Clothing", "Accessories"),
        "clay",
        "Atelier Brume leaves the house quiet and warm.",
    ),
    Brand("Kitefoot", 0.25, ("Shoes", "Bags"), "white", "Kitefoot is light on the ground."),
    Brand("Saltmarsh", 0.5, ("Bags", "Clothing", "Home"), "warm", "Saltmarsh uses undyed thread and honest buckles."),
)


def brands_for(department: str) -> tuple[Brand, ...]:
    """Who sells in a department."""
    return tuple(brand for brand in BRANDS if not brand.departments or department in brand.departments)
