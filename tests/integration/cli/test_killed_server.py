"""`kill -9` of a real `vitrine serve` in the middle of an import over HTTP."""

from __future__ import annotations

import base64
import signal
import urllib.request
from typing import Any

from core.settings import load_settings
from retrieval.wiring import open_vitrine, serving_generation
from tests.integration.cli.conftest import Vitrine
from tests.integration.cli.running import get, post, serving, wait
from tests.shop import photo

BATCHES, BATCH = 6, 40
DELETED = ("p3", "p77", "p200")


def product(number: int) -> dict[str, Any]:
    colour = ("red", "blue", "green", "black")[number % 4]
    picture = base64.b64encode(photo(colour, seed=number)).decode()
    return {"id": f"p{number}", "title": f"{colour} shirt {number}", "photos": [{"base64": picture}]}


def delete(url: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=60):
        pass


def test_everything_a_killed_server_acknowledged_is_indexed_once_and_deleted_products_stay_deleted(
    vitrine: Vitrine,
) -> None:
    acknowledged: set[str] = set()
    with serving() as (address, server):
        for batch in range(BATCHES):
            products = [product(batch * BATCH + i) for i in range(BATCH)]
            answer = post(f"{address}/v1/products", {"products": products})
            assert answer["accepted"] == BATCH
            acknowledged |= {made["id"] for made in products}
        wait(lambda: get(f"{address}/v1/products/p0")["index"]["state"] == "indexed", server)
        for product_id in DELETED:
            delete(f"{address}/v1/products/{product_id}")
        acknowledged -= set(DELETED)
        server.send_signal(signal.SIGKILL)
        server.communicate()

    with serving() as (address, server), open_vitrine(load_settings()) as v:
        generation = serving_generation(v)
        wait(lambda: v.catalog.queue.progress(generation.id).waiting == 0, server)
        page, following = v.store.product_ids(generation.id, None, 1_000)
        assert sorted(page) == sorted(acknowledged)
        assert following is None
        assert {v.catalog.products.get(product_id).state for product_id in acknowledged} == {"indexed"}
        assert not set(DELETED) & {item.product.id for item in v.catalog.products.page(None, 1_000)}
        found = post(f"{address}/v1/search", {"text": "red shirt", "limit": 500})
        assert not set(DELETED) & {hit["id"] for hit in found["hits"]}
