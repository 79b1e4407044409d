"""Pictures to search by: a photo or a product, all of it or a part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from core.errors import InvalidQuery
from core.numbers import is_finite_number

EXAMPLES_MAX = 8
# Shares that were divided somewhere else may add up to a little more than the whole.
_ROUNDING = 1e-6
_REMEDY = "Shares of the upright photo's width and height: all of it is left 0, top 0, width 1, height 1"


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a photo, in shares from 0 to 1 of its width and height as it stands upright.

    Attributes
    ----------
    left, top: the corner where the part begins, from 0 to less than 1.
    width, height: of the part, above 0.

    Raises
    ------
    InvalidQuery: it reaches beyond the photo, has no area, or a share is no finite number.
    """

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        for start, size in (("left", "width"), ("top", "height")):
            begins, reaches = getattr(self, start), getattr(self, size)
            if not is_finite_number(begins) or not 0 <= begins < 1:
                raise InvalidQuery("must be from 0 to less than 1", field=f"crop.{start}", value=begins, remedy=_REMEDY)
            if not is_finite_number(reaches) or reaches <= 0:
                raise InvalidQuery("must be above 0", field=f"crop.{size}", value=reaches, remedy=_REMEDY)
            if begins + reaches > 1 + _ROUNDING:
                raise InvalidQuery(
                    f"reaches beyond the photo: it begins at {begins:g}",
                    field=f"crop.{size}",
                    value=reaches,
                    remedy=_REMEDY,
                )


@dataclass(frozen=True, slots=True)
class Example:
    """One picture of what is looked for, or of what is not.

    Attributes
    ----------
    photo: the bytes of a picture.
    product_id: a product whose own vectors serve as the picture; with `crop`, its first photo does.
    crop: the part of the photo that counts; None for all of it.
    weight: how much it counts beside the others, above 0.
    place: where it stands in what was asked, for messages (`images[2]`); it is no part of the query.

    Raises
    ------
    InvalidQuery: no picture, two of them, or a weight that cannot be.
    """

    photo: bytes | None = None
    product_id: str | None = None
    crop: Crop | None = None
    weight: float = 1.0
    place: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.photo is not None and self.product_id is not None:
            raise InvalidQuery("takes a picture or a product, not both", remedy="Leave one of them out")
        if self.photo is None and self.product_id is None:
            raise InvalidQuery("holds no picture", remedy="Give a photo (base64) or a product (product_id)")
        if not is_finite_number(self.weight) or self.weight <= 0:
            raise InvalidQuery("must be a number above 0", field="weight", value=self.weight)

    @property
    def is_product(self) -> bool:
        """Whether a product as a whole takes part, its words included."""
        return self.product_id is not None and self.crop is None

    def standing_at(self, place: str) -> Example:
        """The same example; it keeps the place it has."""
        return self if self.place else replace(self, place=place)
