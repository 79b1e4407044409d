"""What is known of an encoder before its weights are loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EncoderDescription:
    """A frozen model description.

    Attributes
    ----------
    name: the name by which settings and generations call it (`pocket`, `local-dir:/models/x`).
    family: `open_clip`, `transformers` or `two-tower`.
    dim: numbers in one of its vectors.
    licence: of the weights, as an SPDX identifier where there is one.
    parameters: how many weights it has; 0 when unknown.
    size_bytes: of the weights on disk; 0 when unknown.
    source: where the weights come from, for a person.
    photo, text: what it can embed. With both, photos and words share one space.
    """

    name: str
    family: str
    dim: int
    licence: str
    parameters: int
    size_bytes: int
    source: str
    photo: bool
    text: bool

    @property
    def whole(self) -> bool:
        """Whether it embeds whole products, and neither photos nor words alone."""
        return not self.photo and not self.text
