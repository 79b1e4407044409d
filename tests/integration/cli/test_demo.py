"""`vitrine demo --no-serve`: the demo's folder and what it draws, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.settings import load_settings
from demo.catalogue import CATALOGUE_VERSION
from retrieval.wiring import open_vitrine, serving_generation
from tests.integration.cli.conftest import Vitrine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vitrine-data" / "demo"


def test_the_demo_ends_with_searches_and_leaves_the_shop_alone(vitrine: Vitrine, products: Path, folder: Path) -> None:
    vitrine("import", str(products), "--photos", "photos", "--no-wait")
    done = vitrine("demo", "--no-serve", "--products", "30", "--json")
    assert done.code == 0, done.err
    assert done.data["data_dir"] == str(folder)
    assert (done.data["accepted"], done.data["indexed"]) == (30, 30)
    assert all(answer["hits"] for answer in done.data["searches"].values())
    assert vitrine("products", "list", "--json").data["total"] == 12


def test_the_demo_draws_only_what_it_lacks(vitrine: Vitrine) -> None:
    vitrine("demo", "--no-serve", "--products", "6")
    again = vitrine("demo", "--no-serve", "--products", "6")
    assert again.code == 0
    assert "0 products drawn and stored, 6 in the index" in again.err
    assert "vitrine search" in again.err
    more = vitrine("demo", "--no-serve", "--products", "8", "--json")
    assert (more.data["accepted"], more.data["indexed"]) == (2, 8)


def test_a_new_version_of_the_catalogue_is_drawn_anew_and_what_it_lacks_is_deleted(
    vitrine: Vitrine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vitrine("demo", "--no-serve", "--products", "8")
    with open_vitrine(load_settings({"data_dir": folder})) as v:
        stored = v.catalog.products.page(None, 8)
    assert {photo.source for one in stored for photo in one.product.photos} == {f"drawing {CATALOGUE_VERSION}"}
    monkeypatch.setattr("demo.catalogue.CATALOGUE_VERSION", CATALOGUE_VERSION + 1)
    newer = vitrine("demo", "--no-serve", "--products", "5", "--json")
    assert (newer.data["accepted"], newer.data["indexed"]) == (5, 5)
    again = vitrine("demo", "--no-serve", "--products", "5", "--json")
    assert (again.data["accepted"], again.data["indexed"]) == (0, 5)


def test_a_reset_deletes_the_demo_and_nothing_else(vitrine: Vitrine, products: Path, folder: Path) -> None:
    vitrine("import", str(products), "--photos", "photos", "--no-wait")
    vitrine("demo", "--no-serve", "--products", "6")
    # Its engine still runs: it waits for the next client.
    with open_vitrine(load_settings({"data_dir": folder})) as v:
        before = serving_generation(v).id
    anew = vitrine("demo", "--no-serve", "--products", "4", "--reset", "--json")
    assert anew.code == 0, anew.err
    assert (anew.data["accepted"], anew.data["indexed"]) == (4, 4)
    with open_vitrine(load_settings({"data_dir": folder})) as v:
        assert serving_generation(v).id != before
        assert v.catalog.products.count() == 4
    assert vitrine("products", "list", "--json").data["total"] == 12


@pytest.mark.parametrize("arguments", [(), ("--reset",)])
def test_a_folder_that_the_demo_has_not_made_is_not_touched(
    vitrine: Vitrine, folder: Path, arguments: tuple[str, ...]
) -> None:
    folder.mkdir(parents=True)
    (folder / "catalog.db").write_text("mine")
    refused = vitrine("demo", "--no-serve", *arguments)
    assert refused.code == 2
    assert "VITRINE_DATA_DIR" in refused.err
    assert [entry.name for entry in folder.iterdir()] == ["catalog.db"]


@pytest.mark.parametrize("count", ["0", "10001"])
def test_a_number_of_products_that_cannot_be_drawn_is_refused(vitrine: Vitrine, count: str) -> None:
    refused = vitrine("demo", "--products", count)
    assert refused.code == 2
    assert "--products" in refused.err
