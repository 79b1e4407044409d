"""Garments, each a function from a look to a drawing."""
