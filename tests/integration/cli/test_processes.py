"""Real processes: the server, imports and searches beside it and after it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from catalog.opening import open_catalog
from core.settings import load_settings
from tests.integration.cli.conftest import Vitrine, ended, process, write_csv
from tests.integration.cli.running import get, post, run, serving, wait


def test_import_and_search_work_while_the_server_runs_and_after_it(vitrine: Vitrine, products: Path) -> None:
    with serving() as (address, server):
        imported = vitrine("import", str(products), "--photos", "photos", "--json")
        assert (imported.code, imported.data["indexing"]["indexed"]) == (0, 12)
        found = post(f"{address}/v1/search", {"text": "green dress", "limit": 3})
        assert "dress-green" in {hit["id"] for hit in found["hits"]}
        beside = vitrine("search", "green dress", "--limit", "3", "--json")
        assert [hit["id"] for hit in beside.data["hits"]] == [hit["id"] for hit in found["hits"]]
        post(f"{address}/v1/products", {"products": [{"id": "mug", "title": "Purple mug"}]})
        wait(lambda: get(f"{address}/v1/products/mug")["index"]["state"] == "indexed", server)
        server.send_signal(signal.SIGTERM)
        stopped = ended(server)
        assert (stopped.code, stopped.err.splitlines()[-1]) == (0, "Stopped.")
    after = vitrine("search", "purple mug", "--limit", "1", "--json")
    assert after.data["hits"][0]["id"] == "mug"


def test_the_server_stops_on_ctrl_c_and_frees_its_port(products: Path) -> None:
    with serving("--no-worker") as (address, server):
        assert get(f"{address}/health/ready")["status"] == "ready"
        server.send_signal(signal.SIGINT)
        assert ended(server).code in (0, 130)
    with pytest.raises(OSError, match="refused"):
        get(f"{address}/health/live")


def test_the_server_refuses_other_machines_without_a_key() -> None:
    refused = run("serve", "--host", "0.0.0.0", "--port", "1")
    assert refused.code == 2
    assert "VITRINE_API_KEY" in refused.err
    assert "Traceback" not in refused.err


def test_an_interrupted_import_keeps_what_it_read_and_the_next_one_finishes(vitrine: Vitrine, tmp_path: Path) -> None:
    rows = [{"id": f"p{n:04d}", "title": f"Product number {n} " + "in many words " * 20} for n in range(1_500)]
    file = write_csv(tmp_path / "many.csv", rows)
    importing = process("import", str(file))
    wait((tmp_path / "vitrine-data" / "catalog.db").is_file, importing)
    catalog = open_catalog(load_settings().catalog_url, load_settings().data_dir)
    try:
        wait(lambda: catalog.generations.serving() is not None, importing)
        generation = catalog.generations.serving()
        assert generation is not None
        wait(lambda: catalog.queue.progress(generation.id).indexed > 0, importing)
        importing.send_signal(signal.SIGINT)
        stopped = ended(importing)
        assert stopped.code == 130
        assert "Everything read is stored" in stopped.err
        assert catalog.queue.progress(generation.id).leased == 0
        assert catalog.queue.progress(generation.id).waiting > 0
    finally:
        catalog.close()
    again = vitrine("import", str(file), "--json").data
    assert (again["unchanged"], again["indexing"]["indexed"]) == (1_500, 1_500)


def test_a_worker_indexes_what_waits_and_leaves_on_sigterm(vitrine: Vitrine, products: Path) -> None:
    vitrine("import", str(products), "--photos", "photos", "--no-wait")
    working = process("worker", "--json")
    wait(lambda: vitrine("products", "show", "bag-red", "--json").data["state"] == "indexed", working)
    working.send_signal(signal.SIGTERM)
    stopped = ended(working)
    assert stopped.code == 0
    assert stopped.data["indexed"] == 12


def test_real_products_are_found_by_words_and_by_likeness(
    vitrine: Vitrine, shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VITRINE_ENCODER")
    with (shared_data / "fashion" / "products.csv").open(encoding="utf-8") as file:
        (tmp_path / "some.csv").write_text("".join(next(file) for _ in range(401)), encoding="utf-8")
    photos = str(shared_data / "fashion" / "images.zip")
    done = vitrine("import", "some.csv", "--photos", photos, "--map", "split=", "--json")
    assert (done.code, done.data["accepted"], done.data["indexing"]["encoded_photos"]) == (0, 400, 400)
    shirts = vitrine("search", "navy blue checked shirt for men", "--limit", "5", "--json").data["hits"]
    # Two of the 400 are, and nothing else is found.
    assert {hit["id"] for hit in shirts} == {"15970", "8741"}
    like = vitrine("similar", "15970", "--limit", "5", "--json").data["hits"]
    assert sum(hit["product"]["attributes"]["article_type"] == "Shirts" for hit in like) >= 3


def test_the_environment_of_the_tests_reaches_the_processes(tmp_path: Path) -> None:
    assert run("settings", "--json").data[0]["value"] == os.environ["VITRINE_DATA_DIR"]
