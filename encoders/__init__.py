"""Pixels and words to vectors. Importing this package loads no model library; `load_encoder` does."""

from __future__ import annotations

from encoders.loading import EncoderOptions, describe_encoder, load_encoder

__all__ = ["EncoderOptions", "describe_encoder", "load_encoder"]
