"""Shoppers, over HTTP."""
