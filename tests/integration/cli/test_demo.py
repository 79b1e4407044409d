"""`vitrine demo`."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.conftest import Vitrine


def test_the_demo_ends_with_searches_and_leaves_the_shop_alone(
    vitrine: Vitrine, products: Path, tmp_path: Path
) -> None:
    vitrine("import", str(products), "--photos", "photos", "--no-wait")
    done = vitrine("demo", "--products", "30", "--json")
    assert done.code == 0
    assert done.data["data_dir"] == str(tmp_path / "vitrine-data" / "demo")
    assert (done.data["accepted"], done.data["indexed"]) == (30, 30)
    assert all(answer["hits"] for answer in done.data["searches"].values())
    assert vitrine("products", "list", "--json").data["total"] == 12


def test_the_demo_runs_again_without_encoding_anything(vitrine: Vitrine) -> None:
    vitrine("demo", "--products", "6")
    again = vitrine("demo", "--products", "6")
    assert again.code == 0
    assert "0 products drawn and stored, 6 in the index" in again.err
    assert "vitrine search" in again.err
