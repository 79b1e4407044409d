"""Views and generations: which vectors an index holds, and which encoders reach them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

IMAGE = "image"
PHOTOS = "photos"
TEXT = "text"
FUSED = "fused"
LEXICAL = "lexical"

REACHED_BY_TEXT = "text"
REACHED_BY_PHOTO = "photo"
REACHED_BY_PRODUCT = "product"

BUILDING, READY, RETIRED = "building", "ready", "retired"


@dataclass(frozen=True, slots=True)
class View:
    """One named way of looking at products.

    Attributes
    ----------
    name: of the view, and of the signal it writes.
    vector: of the engine; several views may share one.
    dim: numbers in a vector; 0 for the sparse lexical one.
    encoder: the encoder's name; of the lexical view, the name of how texts become terms.
    reached_by: which queries reach it, out of `text`, `photo` and `product` (a product's own vector).
    weights: a fingerprint of the encoder's files; empty where nobody has taken it.
    """

    name: str
    vector: str
    dim: int
    encoder: str
    reached_by: frozenset[str]
    weights: str = ""

    @property
    def lexical(self) -> bool:
        return self.vector == LEXICAL


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index of a shop: everything a query needs changes and rolls back together with it.

    Attributes
    ----------
    id: also names the collection in the store.
    status: `building`, `ready` or `retired`.
    calibration, ranker: filled by later stages; empty means none.
    """

    id: str
    shop: str
    views: tuple[View, ...]
    status: str = BUILDING
    calibration: Mapping[str, object] = field(default_factory=dict)
    ranker: str = ""

    def view(self, name: str) -> View | None:
        """The view of that name, or None."""
        return next((view for view in self.views if view.name == name), None)

    @property
    def product_views(self) -> tuple[View, ...]:
        """The dense views in which products can be compared with products."""
        return tuple(view for view in self.views if not view.lexical and REACHED_BY_PRODUCT in view.reached_by)

    @property
    def dense_dims(self) -> dict[str, int]:
        """Dimension by dense vector name, the multivector `photos` left out."""
        return {view.vector: view.dim for view in self.views if not view.lexical}
