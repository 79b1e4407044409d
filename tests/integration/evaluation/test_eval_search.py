"""`vitrine eval search` from a file to its reports: real shops, a real engine, a real if tiny encoder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.evaluation.conftest import EACH, Ended, Evaluate, Files
from tests.shop import COLOURS, KINDS

PRODUCTS = EACH * len(COLOURS) * len(KINDS)
SETS = {
    "attribute",
    "attribute_words_out",
    "attribute_imported",
    "known_item",
    "known_item_typo",
    "known_item_dropped",
    "known_item_swapped",
    "known_item_synonym",
    "picture_crop",
    "picture_flip",
    "picture_recompressed",
    "picture_sharper",
    "composed",
    "out_of_catalogue",
}


@pytest.fixture
def whole(evaluate: Evaluate, files: Files, tmp_path: Path) -> Ended:
    ended = evaluate("--sharper-photos", str(files.sharper), "--html", str(tmp_path / "out.html"))
    assert ended.code == 0, ended.err
    return ended


def test_every_set_is_asked_of_every_system_and_reported(whole: Ended, tmp_path: Path) -> None:
    assert set(whole.data["sets"]) == SETS
    assert set(whole.data["sets"]["attribute"]) == {"hybrid", "image", "text", "lexical", "bm25"}
    assert set(whole.data["sets"]["picture_flip"]) == {"hybrid", "image"}
    assert whole.data["about"]["products"] == PRODUCTS
    assert whole.data["about"]["attributes"] == {"noun": "type", "wearer": None, "adjectives": ["colour"]}
    assert all(name in (tmp_path / "out.html").read_text() for name in SETS)
    assert "attribute_over_bm25" in whole.out


def test_titles_are_found_and_words_kept_out_are_not(whole: Ended) -> None:
    sets = whole.data["sets"]
    assert sets["known_item"]["bm25"]["mrr"]["value"] == 1.0
    assert sets["known_item"]["hybrid"]["nothing"]["value"] == 0.0
    assert sets["attribute"]["bm25"]["ndcg@10"]["value"] == 1.0
    assert sets["attribute_words_out"]["bm25"]["nothing"]["value"] == 1.0
    assert sets["attribute_words_out"]["lexical"]["recall@100"]["value"] == 0.0
    assert sets["attribute_words_out"]["image"] == sets["attribute"]["image"]


def test_facets_count_what_was_found(whole: Ended) -> None:
    assert whole.data["measures"]["facet_counts_exact"]["value"] == 1.0


def test_the_users_own_shop_is_not_touched(whole: Ended) -> None:
    assert not Path(os.environ["VITRINE_DATA_DIR"]).exists()


def test_a_second_run_indexes_nothing_and_says_the_same(whole: Ended, evaluate: Evaluate, cache: Path) -> None:
    shops = {path.name: path.stat().st_mtime_ns for path in (cache / "shops").glob("*/complete")}
    again = evaluate("--sets", "attribute,out_of_catalogue")
    assert again.data["sets"] == {name: whole.data["sets"][name] for name in again.data["sets"]}
    assert set(again.data["sets"]) == {"attribute", "attribute_words_out", "attribute_imported", "out_of_catalogue"}
    assert {path.name: path.stat().st_mtime_ns for path in (cache / "shops").glob("*/complete")} == shops


def test_other_queries_are_asked_by_another_seed(whole: Ended, evaluate: Evaluate) -> None:
    other = evaluate("--sets", "known_item_swapped", "--seed", "8")
    assert other.data["sets"]["known_item_swapped"] != whole.data["sets"]["known_item_swapped"]


def test_a_missed_requirement_ends_with_three_and_is_named(evaluate: Evaluate) -> None:
    wanted = ("--sets", "known_item", "--require", "known_item.bm25.mrr>=0.99")
    assert evaluate(*wanted).code == 0
    missed = evaluate(*wanted, "--require", "known_item.image.mrr>0.999")
    assert missed.code == 3
    assert "missed: known_item.image.mrr>0.999" in missed.err
    assert missed.data is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--split", "nowhere"), "no products with split = 'nowhere'"),
        (("--sets", "atribute"), "these products give no such set"),
        (("--attributes", "color"), "Those are: colour"),
        (("--require", "known_item"), "is no requirement"),
        (("--map", "title"), "must be FIELD=COLUMN"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(
    evaluate: Evaluate, arguments: tuple[str, ...], said: str
) -> None:
    ended = evaluate(*arguments)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert ended.data is None


def test_an_unknown_figure_is_an_error_after_the_reports_are_written(evaluate: Evaluate) -> None:
    ended = evaluate("--sets", "known_item_swapped", "--require", "known_item_swapped.hybrid.ndgc@10>=0.5")
    assert ended.code == 2
    assert "known_item_swapped.hybrid.ndcg@10" in ended.err
    assert ended.data is not None


def test_a_file_without_attributes_and_photos_is_evaluated_by_its_titles(evaluate: Evaluate, tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("sku,name\n" + "".join(f"{i},Maker{i} lovely thing of kind{i % 7}\n" for i in range(30)))
    ended = evaluate(products=plain)
    assert ended.code == 0, ended.err
    assert set(ended.data["sets"]) == {
        "known_item",
        "known_item_typo",
        "known_item_dropped",
        "known_item_swapped",
        "out_of_catalogue",
    }
    assert ended.data["about"]["attributes"] == {}
    assert ended.data["sets"]["known_item"]["bm25"]["mrr"]["value"] == 1.0
