"""What the tests run in processes of their own: `python -m tests.contract.catalog.process TASK URL FOLDER NAME COUNT`.

`store` keeps COUNT batches of 50 products and prints the number of each that was acknowledged; `index` completes what
it can claim until nothing waits and prints how many counted; `open` opens the catalogue and prints its id.
"""

# ruff: noqa: T201 - the test that started the process reads what it prints

from __future__ import annotations

import sys
from pathlib import Path

from catalog.opening import Catalog, open_catalog
from tests.contract.catalog.examples import products

BATCH = 50


def store(catalog: Catalog, name: str, count: int) -> None:
    for number in range(count):
        catalog.products.store(products(BATCH, f"{name}-{number:04}-"), name)
        print(number, flush=True)


def index(catalog: Catalog, name: str, count: int) -> None:
    counted = 0
    while items := catalog.queue.claim("g1", name, count, 60):
        counted += catalog.queue.complete("g1", name, items, "")
    print(counted, flush=True)


def main() -> None:
    task, url, folder, name, count = sys.argv[1:]
    catalog = open_catalog(url, Path(folder))
    if task == "open":
        print(catalog.database_id, flush=True)
    else:
        {"store": store, "index": index}[task](catalog, name, int(count))
    catalog.close()


if __name__ == "__main__":
    main()
