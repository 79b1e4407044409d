"""Encoders learn from a shop's own products. Training reads plain products and photos and knows no catalogue."""
