"""Examples of rules for the API's documentation; a test sends each of them to the real handlers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RULES: Mapping[str, Any] = {
    "two products first for some words": {
        "name": "Summer dresses",
        "when": {"words": "summer dress"},
        "valid_from": "2026-06-01T00:00:00Z",
        "valid_until": "2026-09-01T00:00:00Z",
        "pin": {"sku-1": 1, "sku-2": 2},
    },
    "our own brand earlier, the cheapest later, in one category": {
        "when": {"category": "Shirts"},
        "boost": [{"filter": {"brand": "Acme"}, "factor": 2}],
        "bury": [{"filter": {"price": {"lt": 5}}, "factor": 0.5}],
    },
    "never show these": {"when": "always", "hide": {"id": ["sku-8", "sku-9"]}},
    "only what has a price": {"when": "always", "filter": {"price": {"exists": True}}},
}

PREVIEWS: Mapping[str, Any] = {
    "a product first": {
        "query": {"text": "navy blue checked shirt", "limit": 5},
        "rule": {"when": {"words": "shirt"}, "pin": {"sku-1": 1}},
    },
}
