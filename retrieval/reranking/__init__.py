"""Ordering hits by what shoppers did with others like them."""
