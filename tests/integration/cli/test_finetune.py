"""`vitrine finetune` and `vitrine encoders promote` as a person runs them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from catalog.opening import open_catalog
from cli.exit_codes import WRONG_INPUT
from core.products import Photo, Product
from core.settings import load_settings
from tests.integration.cli.conftest import Vitrine, write_csv
from tests.shop import record

PRODUCTS = 90


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`shop.csv`, and beside it `photos/`."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "photos").mkdir()
    rows = [record(number) for number in range(PRODUCTS)]
    for row in rows:
        (folder / "photos" / f"{row['id']}.jpg").write_bytes(row["photos"][0].data)
    return write_csv(
        folder / "shop.csv", [{name: str(row[name]) for name in ("id", "title", "category", "colour")} for row in rows]
    )


def _from_file(products: Path) -> list[str]:
    return ["--products", str(products), "--photos", str(products.parent / "photos")]


def test_a_model_is_fine_tuned_from_a_file(vitrine: Vitrine, drawn: Path, tiny_encoder: str) -> None:
    ended = vitrine(
        *("finetune", "clip", "--base", tiny_encoder, *_from_file(drawn), "--out", "mine", "--json"),
        *("--epochs", "2", "--batch-size", "24", "--learning-rate", "0.002", "--label", "colour"),
    )
    assert ended.code == 0, ended.err
    told = ended.data
    assert told["name"] == f"local-dir:{Path('mine').absolute()}"
    assert {change["name"] for change in told["changes"]} >= {"text-to-image.ndcg@10", "exact.recall@10"}
    assert "72 products to learn from, 9 to know when to stop, 9 held out; 4 labels" in ended.err
    assert "vitrine encoders promote" in ended.err
    assert json.loads(Path("mine/metrics.json").read_text())["kind"] == "clip"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--label", "material"], "--label: no product has it (got 'material'). Columns there are: category, colour"),
        (["--split", "train"], "has no products with split = 'train'"),
        (["--base", "no-such-model"], "there is none called 'no-such-model'"),
        (["--base", "all-minilm-l6-v2"], "--base: is no open_clip model (got 'all-minilm-l6-v2')"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(
    vitrine: Vitrine, drawn: Path, arguments: list[str], says: str, tiny_encoder: str
) -> None:
    ended = vitrine("finetune", "clip", "--base", tiny_encoder, *_from_file(drawn), "--out", "mine", *arguments)
    assert ended.code == WRONG_INPUT
    assert says in " ".join(ended.err.split())
    assert not Path("mine/metrics.json").exists()


def test_a_photo_that_the_store_has_lost_costs_no_more_than_itself(vitrine: Vitrine, tiny_encoder: str) -> None:
    settings = load_settings()
    catalog = open_catalog(settings.catalog_url, settings.data_dir)
    rows = [record(number) for number in range(PRODUCTS)]
    stored = [catalog.photos.put_many([row["photos"][0].data]) for row in rows]
    lost = hashlib.sha256(b"lost").hexdigest()
    stored[0], stored[1], stored[2] = [*stored[0], lost], [lost, *stored[1]], [lost]
    products = [
        Product(
            row["id"],
            row["title"],
            category=row["category"],
            photos=tuple(Photo(at, digest, "") for at, digest in enumerate(digests)),
        )
        for row, digests in zip(rows, stored, strict=True)
    ]
    catalog.products.store(products, "job")
    catalog.close()
    ended = vitrine(
        *("finetune", "clip", "--base", tiny_encoder, "--out", "mine", "--epochs", "1", "--batch-size", "24")
    )
    assert ended.code == 0, ended.err
    assert "3 photos are no longer in the photo store" in ended.err
    assert "1 products are left out: 1 have no photo" in ended.err
    assert json.loads(Path("mine/metrics.json").read_text())["products"]["without_photo"] == 1


def test_options_of_a_file_are_not_passed_over_for_the_shop(vitrine: Vitrine) -> None:
    ended = vitrine("finetune", "clip", "--photos", "photos", "--out", "mine")
    assert ended.code == WRONG_INPUT
    assert "--photos: belongs to --products" in ended.err


def test_a_fine_tuned_model_serves_if_it_is_better(
    vitrine: Vitrine, drawn: Path, tiny_encoder: str, tmp_path: Path
) -> None:
    vitrine("import", str(drawn), "--photos", str(drawn.parent / "photos"))
    tuned = vitrine(
        *("finetune", "clip", "--base", tiny_encoder, "--out", "mine", "--held-out", "0.3", "--json"),
        *("--epochs", "8", "--batch-size", "16", "--learning-rate", "0.003", "--supervised", "0.8"),
    )
    assert tuned.code == 0, tuned.err
    held_out = json.loads(Path("mine/metrics.json").read_text())["held_out"]

    promoted = vitrine("encoders", "promote", "mine", "--json")
    assert promoted.code == 0, promoted.err
    title = next(one for one in promoted.data["compared"] if one["name"] == "title finds its photo")
    assert title["products"] == len(held_out)
    assert title["after"] > title["before"]
    assert f"VITRINE_ENCODER=local-dir:{tmp_path / 'mine'}" in promoted.err
    assert vitrine("search", "red shirt", "--json").data["hits"]

    # Whichever of both serves, they are compared by what the fine-tuned one was never shown.
    back = vitrine("reindex", "--encoder", tiny_encoder, "--anew", "--force", "--json")
    assert {one["products"] for one in back.data["compared"]} == {len(held_out)}
    assert f"by the {len(held_out)} products that were held out in fine-tuning" in " ".join(back.err.split())


def test_what_cannot_serve_is_not_promoted(vitrine: Vitrine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "neither open_clip_config.json" in vitrine("encoders", "promote", "empty").err
    (tmp_path / "empty" / "two_tower.json").write_text("{}")
    refused = vitrine("encoders", "promote", "empty")
    assert refused.code == WRONG_INPUT
    assert "which only products reach" in " ".join(refused.err.split())


def test_a_two_tower_model_is_trained_and_evaluated(vitrine: Vitrine, drawn: Path, tiny_encoder: str) -> None:
    trained = vitrine(
        *("finetune", "two-tower", "--image", tiny_encoder, "--text", tiny_encoder, *_from_file(drawn), "--json"),
        *("--out", "fused", "--epochs", "2", "--frozen-epochs", "1", "--batch-size", "24", "--half-dim", "16"),
    )
    assert trained.code == 0, trained.err
    assert trained.data["name"] == f"two-tower:{Path('fused').absolute()}"
    assert "promote" not in trained.err
    evaluated = vitrine(
        *("eval", "retrieval", *_from_file(drawn), "--label", "category", "--encoder", trained.data["name"]),
        *("--json", "figures.json"),
    )
    assert evaluated.code == 0, evaluated.err
    protocols = json.loads(Path("figures.json").read_text())["protocols"]
    assert protocols.keys() == {"item-to-item", "published"}
    assert protocols["item-to-item"]["ndcg@10"]["value"] > 0.5


def test_a_two_tower_model_answers_more_like_this(vitrine: Vitrine, drawn: Path, tiny_encoder: str) -> None:
    folder = drawn.parent / "photos"
    lines = drawn.read_text().splitlines(keepends=True)
    drawn.with_name("first.csv").write_text("".join(lines[:-1]))
    drawn.with_name("last.csv").write_text(lines[0] + lines[-1])
    vitrine("import", str(drawn.with_name("first.csv")), "--photos", str(folder))
    trained = vitrine(
        *("finetune", "two-tower", "--image", tiny_encoder, "--text", tiny_encoder, *_from_file(drawn), "--json"),
        *("--out", "fused", "--epochs", "1", "--frozen-epochs", "1", "--batch-size", "24", "--half-dim", "16"),
    )
    name = trained.data["name"]
    shown = vitrine("encoders", "show", name)
    assert "view fused reached by products" in " ".join(shown.out.split())
    assert f"vitrine reindex --product-encoder {name}" in " ".join(shown.out.split())
    assert "embeds whole products" in vitrine("reindex", "--encoder", name).err
    assert "embeds no whole products" in vitrine("reindex", "--product-encoder", tiny_encoder).err

    built = vitrine("reindex", "--encoder", tiny_encoder, "--product-encoder", name, "--force", "--json")
    assert built.code == 0, built.err
    vitrine("import", str(drawn.with_name("last.csv")), "--photos", str(folder))
    newest = lines[-1].partition(",")[0]
    found = vitrine("similar", newest, "--explain", "--json").data["hits"]
    assert all(-1 <= hit["signals"]["fused"] <= 1 for hit in found)
    assert len({hit["signals"]["fused"] for hit in found}) > 1
    words = vitrine("search", "red shirt", "--explain", "--json").data["hits"]
    assert words
    assert all("fused" not in hit["signals"] for hit in words)
    assert vitrine("doctor").code == 0
    assert "it has no fused view" in vitrine("reindex", "--encoder", tiny_encoder, "--force").err
