"""Examples for the API's documentation; a test sends each of them to the real handlers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# A red square of 8 by 8 pixels.
TINY_PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFUlEQVR42mM8IafBgA0wMeAAg1MCANh8AR6FrdlEAAAAAElFTkSuQmCC"

BATCHES: Mapping[str, Any] = {
    "one product": {
        "products": [
            {
                "id": "sku-1",
                "title": "Navy blue checked shirt",
                "description": "Soft cotton, slim fit",
                "brand": "Acme",
                "category": "Shirts",
                "price": 39.9,
                "currency": "EUR",
                "url": "https://shop.example/p/sku-1",
                "photos": [{"base64": TINY_PHOTO}],
                "attributes": {"colour": "navy blue", "sizes": [38, 40, 42], "organic": True},
                "group_id": "shirt-7",
                "available": True,
                "created_at": "2026-11-20T09:30:00Z",
            }
        ]
    },
    "several, the least that is needed": {
        "products": [{"id": "sku-2", "title": "Red mug"}, {"id": "sku-3", "title": "Black leather belt"}]
    },
}

CHANGES: Mapping[str, Any] = {
    "another price, out of stock": {"price": 29.9, "available": False},
    "an attribute more, the brand cleared": {"attributes": {"season": "winter"}, "brand": None},
}

SEARCHES: Mapping[str, Any] = {
    "by words": {"text": "navy blue checked shirt", "limit": 5},
    "with a filter and the reasons": {
        "text": "shirt",
        "filter": {"category": ["Shirts", "Tops"], "price": {"lt": 50}},
        "explain": True,
    },
    "by a photo": {"image": {"base64": TINY_PHOTO}, "limit": 10},
    "by words and a product's photos": {
        "text": "in red",
        "image": {"product_id": "sku-1"},
        "weights": {"text": 1, "image": 0.5},
    },
    "like two pictures, one of them in part, but not like a product": {
        "images": [
            {"product_id": "sku-1", "weight": 2},
            {"base64": TINY_PHOTO, "crop": {"left": 0.25, "top": 0, "width": 0.5, "height": 1}},
        ],
        "unlike": [{"product_id": "sku-2"}],
    },
    "with facets, the cheapest first": {
        "text": "shirt",
        "filter": {"attributes.colour": ["navy blue", "white"]},
        "facets": ["category", "attributes.colour", {"field": "brand", "limit": 10, "query": "ac"}, "price"],
        "sort": "price",
        "limit": 24,
    },
    "browsing: the newest of a category": {"filter": {"category": "Shirts"}, "sort": "newest", "facets": ["brand"]},
}

SEARCH_BATCHES: Mapping[str, Any] = {
    "a row for each of three occasions": {
        "queries": [
            {"text": "shirt for the office", "limit": 4},
            {"text": "mug", "limit": 4},
            {"image": {"product_id": "sku-1"}, "limit": 4},
        ]
    }
}
