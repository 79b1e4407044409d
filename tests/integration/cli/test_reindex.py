"""`vitrine reindex` as a person runs it: beside a server that goes on answering, and killed in the middle."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from catalog.opening import Catalog, open_catalog
from core.settings import load_settings
from tests.integration.cli.conftest import Vitrine, ended, process, write_csv
from tests.integration.cli.running import get, post, serving, wait
from tests.shop import record

PRODUCTS = 120


@contextmanager
def searching(address: str) -> Iterator[list[str]]:
    """Searches one after the other until this is left; the list gets what went wrong with any of them."""
    wrong: list[str] = []
    asked = 0
    leave = threading.Event()

    def search() -> None:
        nonlocal asked
        while not leave.is_set():
            asked += 1
            try:
                answer = post(f"{address}/v1/search", {"text": f"green dress {asked}", "limit": 3, "cutoff": "off"})
            except OSError as error:
                wrong.append(repr(error))
                continue
            if not answer["hits"]:
                wrong.append(f"nothing found, search {asked}")
            time.sleep(0.05)

    thread = threading.Thread(target=search)
    thread.start()
    try:
        yield wrong
    finally:
        leave.set()
        thread.join()
    assert asked > 5


@contextmanager
def catalogue() -> Iterator[Catalog]:
    settings = load_settings()
    catalog = open_catalog(settings.catalog_url, settings.data_dir)
    try:
        yield catalog
    finally:
        catalog.close()


def test_an_index_is_exchanged_under_searches_and_imports_and_after_a_kill(
    vitrine: Vitrine, products: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRINE_CLAIM_BATCH", "16")
    # What the killed one had begun is free again after this time.
    monkeypatch.setenv("VITRINE_LEASE_S", "5")
    vitrine("import", str(products), "--photos", "photos")
    words = [{"sku": f"w{n:04d}", "name": f"Green dress number {n}", "category": "Dress"} for n in range(PRODUCTS)]
    vitrine("import", str(write_csv(tmp_path / "words.csv", words)))
    with serving("--no-worker") as (address, _), catalogue() as catalog, searching(address) as wrong:
        old = catalog.generations.serving()
        assert old is not None
        killed = process("reindex", "--encoder", "pocket")
        wait(lambda: len(catalog.generations.live()) == 2, killed)
        new = catalog.generations.live()[-1]
        wait(lambda: catalog.queue.progress(new.id).indexed > 0, killed)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert catalog.generations.serving() == old

        again = process("reindex", "--encoder", "pocket", "--json")
        made = [{"id": f"new{n}", "title": f"Green dress, new {n}"} for n in range(20)]
        post(f"{address}/v1/products", {"products": made})
        finished = ended(again)
        assert finished.code == 0, finished.err
        assert "Going on with" in finished.err
        told = json.loads(finished.out)
        assert (told["serving"], told["before"]) == (new.id, old.id)
        wait(lambda: post(f"{address}/v1/search", {"text": "new 7", "limit": 50, "cutoff": "off"})["total"] > 0)
        assert get(f"{address}/health/ready")["status"] == "ready"
    assert wrong == []
    everything = {row["sku"] for row in words} | {row["id"] for row in made}
    vitrine("import", str(products), "--photos", "photos")
    with catalogue() as catalog:
        progress = catalog.queue.progress(new.id)
        assert (progress.indexed, progress.waiting, progress.failed) == (len(everything) + 12, 0, 0)
    back = vitrine("reindex", "--rollback", "--json")
    assert back.code == 0, back.err
    assert back.data == {"serving": old.id}
    found = vitrine("search", "green dress", "--json")
    assert found.code == 0, found.err
    assert found.data["hits"]
    pruned = vitrine("reindex", "--prune", "--json")
    assert pruned.code == 0, pruned.err
    assert pruned.data == {"pruned": [new.id]}
    assert vitrine("reindex", "--rollback").code != 0


def test_a_worse_index_is_put_into_service_by_force_only(
    vitrine: Vitrine, tmp_path: Path, tiny_encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [record(i) for i in range(48)]
    (tmp_path / "photos").mkdir()
    for row in rows:
        (tmp_path / "photos" / f"{row['id']}.jpg").write_bytes(row["photos"][0].data)
    texts = [{name: str(row[name]) for name in ("id", "title", "category")} for row in rows]
    monkeypatch.delenv("VITRINE_ENCODER")
    vitrine("import", str(write_csv(tmp_path / "shop.csv", texts)), "--photos", "photos")
    refused = vitrine("reindex", "--encoder", tiny_encoder)
    assert refused.code not in (0, 1)
    assert "worse: title finds its photo" in refused.err
    forced = vitrine("reindex", "--encoder", tiny_encoder, "--force", "--json")
    assert forced.code == 0, forced.err
    assert forced.data["compared"][0]["after"] < forced.data["compared"][0]["before"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--rollback", "--prune"), "stands alone"),
        (("--prune", "--encoder", "pocket"), "stands alone"),
        (("--rollback",), "no other index"),
        ((), "--anew"),
        (("--encoder", "nonesuch"), "nonesuch"),
    ],
)
def test_what_cannot_be_done_is_said(vitrine: Vitrine, arguments: tuple[str, ...], says: str) -> None:
    vitrine("migrate")
    refused = vitrine("reindex", *arguments)
    assert refused.code not in (0, 1)
    assert says in refused.err
    assert "Traceback" not in refused.err
