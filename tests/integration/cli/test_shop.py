"""One shop from the command line: imported, searched, listed, corrected, emptied."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from retrieval.accepting import store_checked
from tests.integration.cli.conftest import Vitrine, broken_photo, photo, write_csv


def test_an_import_shows_its_mapping_and_what_it_did_and_the_second_one_encodes_nothing(
    vitrine: Vitrine, products: Path
) -> None:
    done = vitrine("import", str(products), "--photos", "photos")
    assert done.code == 0
    assert "id <- sku, title <- name" in done.err
    assert "attributes: colour, year" in done.err
    shown = " ".join(done.out.split())
    assert "accepted 12" in shown
    assert "encoded here 12 photos, 12 texts" in shown
    assert "in the index 12 products" in shown
    again = vitrine("import", str(products), "--photos", "photos")
    assert "Nothing changed: nothing encoded." in again.err
    data = vitrine("import", str(products), "--photos", "photos", "--json").data
    assert (data["accepted"], data["unchanged"], data["nothing_changed"]) == (0, 12, True)
    assert data["indexing"]["encoded_photos"] == 0


def test_the_first_products_are_indexed_while_the_rest_is_still_read(
    vitrine: Vitrine, products: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited_for = []

    def store_when_the_batch_before_is_indexed(v: Any, job_id: str, checked: Any, rejected: Any) -> Any:
        if checked[0].index > 6:
            deadline_s = time.monotonic() + 120
            while not v.catalog.jobs.get(job_id).progress.indexed and time.monotonic() < deadline_s:
                time.sleep(0.05)
            waited_for.append(v.catalog.jobs.get(job_id).progress.indexed)
        return store_checked(v, job_id, checked, rejected)

    monkeypatch.setattr("retrieval.importing.BATCH", 6)
    monkeypatch.setattr("retrieval.importing.store_checked", store_when_the_batch_before_is_indexed)
    done = vitrine("import", str(products), "--photos", "photos", "--json")
    assert waited_for == [6]
    assert (done.code, done.data["indexing"]["indexed"], done.data["indexing"]["indexed_here"]) == (0, 12, 12)
    assert done.data["indexing"]["encoded_photos"] == 12


def test_what_cannot_be_taken_is_reported_and_the_rest_goes_in(vitrine: Vitrine, products: Path) -> None:
    text = products.read_text().replace("Green Shirt,Shirt,11", "Green Shirt,Shirt,-11")
    products.write_text(text + "too,few\nbag-black,Black Bag,Bag,13,black,2013\n")
    Path("photos/bag-red.jpg").write_bytes(broken_photo())
    done = vitrine("import", str(products), "--photos", "photos", "--json", "--rejected", "rejected.jsonl")
    assert done.code == 1
    assert (done.data["accepted"], done.data["rejected"], done.data["failed"]) == (11, 3, 1)
    assert [(r["line"], r["field"]) for r in done.data["rejections"]] == [(3, "price"), (14, "row"), (15, "id")]
    assert done.data["failures"][0]["id"] == "bag-red"
    written = [json.loads(line) for line in Path("rejected.jsonl").read_text().splitlines()]
    assert written == done.data["rejections"]
    assert vitrine("products", "list", "--json").data["total"] == 11
    shown = vitrine("import", str(products), "--photos", "photos").out
    assert "Rejected" in shown


def test_failed_products_are_listed_with_their_reason_and_can_be_tried_again(vitrine: Vitrine, products: Path) -> None:
    Path("photos/bag-red.jpg").write_bytes(broken_photo())
    shown = vitrine("import", str(products), "--photos", "photos")
    assert shown.code == 1
    assert "Could not be indexed" in shown.out
    failed = vitrine("products", "failed", "--json").data
    assert [product["id"] for product in failed] == ["bag-red"]
    assert "photos[0]" in failed[0]["error"]
    again = vitrine("products", "retry", "--json")
    assert (again.code, again.data) == (1, {"queued": 1, "failed": 1})
    Path("photos/bag-red.jpg").write_bytes(photo("red"))
    assert vitrine("import", str(products), "--photos", "photos").code == 0
    assert "No product has failed." in vitrine("products", "failed").err


def test_words_photo_and_product_find_what_they_should(shop: Vitrine) -> None:
    by_words = shop("search", "green dress", "--limit", "3", "--json").data
    assert len(by_words["hits"]) == 3
    assert "dress-green" in {hit["id"] for hit in by_words["hits"]}
    Path("red.jpg").write_bytes(photo("red"))
    by_photo = shop("search", "--photo", "red.jpg", "--limit", "3", "--json", "--explain").data
    assert {hit["id"] for hit in by_photo["hits"]} == {"shirt-red", "dress-red", "bag-red"}
    assert by_photo["hits"][0]["signals"]["image"] == pytest.approx(1.0, abs=0.01)
    both = shop("search", "dress", "--photo", "red.jpg", "--weights", "text=1,image=1", "--json").data
    assert both["took_ms"]["total"] > 0
    similar = shop("similar", "bag-blue", "--limit", "2", "--json").data
    assert "bag-blue" not in {hit["id"] for hit in similar["hits"]}
    like = shop("search", "--product", "bag-blue", "--limit", "2", "--json").data
    assert [hit["id"] for hit in like["hits"]] == [hit["id"] for hit in similar["hits"]]


def test_several_photos_and_products_count_together_and_others_are_kept_away(shop: Vitrine) -> None:
    for colour in ("red", "blue"):
        Path(f"{colour}.jpg").write_bytes(photo(colour))
    photos = ["--photo", "red.jpg", "--photo", "blue.jpg", "--crop", "whole", "--crop", "0,0,1,1"]
    both = shop("search", *photos, "--limit", "12", "--json", "--explain").data
    near = {hit["id"]: hit["signals"]["image"] for hit in both["hits"]}
    assert near["bag-red"] == pytest.approx(near["bag-blue"], abs=0.02)
    away = shop("search", *photos, "--unlike-product", "bag-red", "--limit", "12", "--json", "--explain").data
    far = {hit["id"]: hit["signals"]["image"] for hit in away["hits"]}
    assert "bag-red" not in far
    assert far["shirt-red"] < far["shirt-blue"]
    products = ["--product", "bag-red", "--product", "bag-blue", "--unlike-photo", "red.jpg"]
    assert not {"bag-red", "bag-blue"} & {hit["id"] for hit in shop("search", *products, "--json").data["hits"]}
    similar = shop("similar", "bag-red", "in green", "--unlike", "shirt-red", "--limit", "12", "--json").data
    assert not {"bag-red", "shirt-red"} & {hit["id"] for hit in similar["hits"]}


def test_examples_that_cannot_be_end_with_what_is_wrong(shop: Vitrine) -> None:
    Path("red.jpg").write_bytes(photo("red"))
    for said, named in (
        (("--photo", "missing.jpg"), "photo"),
        (("--photo", "red.jpg", "--crop", "0.5,0,0.6,1"), "--crop.width"),
        (("--crop", "0,0,1,1"), "--crop"),
        (("--unlike-photo", "red.jpg"), "unlike"),
        (("shirt", "--unlike-product", "nowhere"), "--unlike-product"),
    ):
        ended = shop("search", *said)
        assert ended.code != 0
        assert named in ended.err


def test_filters_are_typed_as_conditions_or_json(shop: Vitrine) -> None:
    conditions = ["--filter", "price<12", "--filter", "attributes.year=2010"]
    found = shop("search", "shirt", *conditions, "--json").data
    assert {hit["id"] for hit in found["hits"]} == {"shirt-red", "dress-red", "bag-red"}
    as_json = shop("search", "shirt", "--filter", '{"price": {"lt": 12}, "attributes.year": 2010}', "--json").data
    assert {hit["id"] for hit in as_json["hits"]} == {"shirt-red", "dress-red", "bag-red"}
    unknown = shop("search", "shirt", "--filter", "attributes.taste=sweet")
    assert unknown.code == 2
    assert "colour, year" in unknown.err


def test_hits_are_a_table_with_signals_on_demand(shop: Vitrine) -> None:
    shown = shop("search", "blue bag", "--explain")
    assert "lexical" in shown.out.splitlines()[0]
    assert "Blue Bag" in shown.out
    assert "recall" in shown.err


def test_a_product_is_shown_with_all_that_is_known(shop: Vitrine) -> None:
    data = shop("products", "show", "bag-blue", "--json").data
    assert (data["title"], data["state"], data["version"]) == ("Blue Bag", "indexed", 1)
    assert data["attributes"] == {"colour": "blue", "year": 2012}
    assert "attributes.colour" in shop("products", "show", "bag-blue").out


def test_lists_go_on_where_they_stopped(shop: Vitrine) -> None:
    first = shop("products", "list", "--limit", "5", "--json").data
    assert (first["total"], len(first["products"])) == (12, 5)
    then = shop("products", "list", "--after", first["after"], "--json").data
    assert then["products"][0]["id"] > first["after"]
    assert then["after"] is None


def test_what_is_deleted_or_missing_from_a_snapshot_leaves_database_and_index(vitrine: Vitrine, products: Path) -> None:
    vitrine("import", str(products), "--photos", "photos")
    assert vitrine("products", "delete", "bag-red", "bag-blue", "never-was", "--json").data == {
        "deleted": 2,
        "unknown": 1,
    }
    assert len(vitrine("search", "bag", "--limit", "50", "--json").data["hits"]) == 10
    assert vitrine("products", "show", "bag-red").code == 4
    assert vitrine("products", "delete", "bag-red").code == 4
    lines = products.read_text().splitlines()
    products.write_text("\n".join(lines[:9]) + "\n")
    assert vitrine("import", str(products), "--photos", "photos", "--delete-missing", "--json").data["deleted"] == 2
    products.write_text("\n".join(lines[:2]) + "\n")
    refused = vitrine("import", str(products), "--photos", "photos", "--delete-missing")
    assert refused.code == 2
    assert "--force" in refused.err
    assert vitrine("products", "list", "--json").data["total"] == 8
    forced = vitrine("import", str(products), "--photos", "photos", "--delete-missing", "--force", "--json")
    assert forced.data["deleted"] == 7


def test_a_snapshot_with_a_row_that_cannot_be_told_deletes_nothing_and_says_so(
    vitrine: Vitrine, products: Path
) -> None:
    vitrine("import", str(products), "--no-wait")
    lines = products.read_text().splitlines()
    products.write_text("\n".join([*lines[:10], "too,few"]) + "\n")
    kept = vitrine("import", str(products), "--no-wait", "--delete-missing", "--json")
    assert (kept.code, kept.data["deleted"], kept.data["rejected"]) == (1, 0, 1)
    assert "nothing was deleted: 3 products of the shop are not in the file, but 1 rejected" in kept.err
    assert "--force" in kept.err
    assert vitrine("import", str(products), "--no-wait", "--delete-missing", "--force", "--json").data["deleted"] == 3


def test_columns_are_mapped_by_hand(vitrine: Vitrine, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "odd.csv", [{"first": "1", "label": "Red Mug", "noise": "x"}])
    missing = vitrine("import", str(file))
    assert missing.code == 2
    assert "--map id=COLUMN" in missing.err
    done = vitrine("import", str(file), "--map", "id=first", "--map", "title=label", "--map", "noise=", "--json")
    assert (done.code, done.data["attributes"]) == (0, [])
    assert vitrine("products", "show", "1", "--json").data["title"] == "Red Mug"


def test_what_was_stored_without_waiting_is_indexed_by_the_next_import(vitrine: Vitrine, products: Path) -> None:
    stored = vitrine("import", str(products), "--photos", "photos", "--no-wait")
    assert stored.code == 0
    assert "vitrine worker" in stored.err
    assert vitrine("products", "show", "bag-red", "--json").data["state"] == "pending"
    again = vitrine("import", str(products), "--photos", "photos", "--json").data
    assert (again["accepted"], again["nothing_changed"], again["indexing"]["indexed"]) == (0, False, 12)


def test_a_product_that_is_not_there_has_its_own_exit_code(shop: Vitrine) -> None:
    unknown = shop("similar", "never-was")
    assert (unknown.code, unknown.err) == (4, "error: ID: there is no product 'never-was'\n")


def test_an_empty_shop_finds_nothing(vitrine: Vitrine) -> None:
    assert vitrine("search", "anything").err.startswith('Nothing in this shop matches "anything".')
    assert vitrine("search", "anything", "--json").data["hits"] == []


def test_missing_weights_are_an_error_with_a_remedy(
    vitrine: Vitrine, products: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRINE_ENCODER", "local-dir:/no/such/folder")
    failed = vitrine("import", str(products))
    assert failed.code == 5
    assert "/no/such/folder" in failed.err
    assert "Traceback" not in failed.err


def test_migrate_makes_the_database(vitrine: Vitrine, tmp_path: Path) -> None:
    assert vitrine("migrate").code == 0
    assert (tmp_path / "vitrine-data" / "catalog.db").is_file()
    assert vitrine("migrate", "--json").data == {"migrated": True}
