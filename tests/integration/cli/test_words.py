"""Suggestions and synonyms from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli.conftest import Vitrine


def test_words_are_suggested_and_errors_told(vitrine: Vitrine, products: Path) -> None:
    vitrine("import", str(products), "--no-wait")
    done = vitrine("suggest", "shrit", "--json")
    assert done.data["did_you_mean"].lower() == "shirt"
    assert {"text": "Shirt", "kind": "category", "field": "category", "count": 4} in done.data["suggestions"]
    shown = vitrine("suggest", "shrit")
    assert "Shirt" in shown.out
    assert "Did you mean: shirt" in shown.err
    assert vitrine("suggest", "x", "--limit", "0").code == 2


def test_synonyms_are_read_listed_and_deleted(vitrine: Vitrine, products: Path) -> None:
    assert "no synonyms" in vitrine("synonyms", "list").err
    Path("synonyms.txt").write_text("# shoes\nsneaker, trainer\ntee => t-shirt\n")
    assert vitrine("synonyms", "import", "synonyms.txt", "--json").data == {"read": 2}
    added = vitrine("synonyms", "add", "phone", "--means", "smartphone", "--means", "mobile", "--id", "phones")
    assert "phones: phone => smartphone, mobile" in added.out
    listed = vitrine("synonyms", "list", "--json").data["synonyms"]
    assert {"id": "phones", "words": ["phone"], "means": ["smartphone", "mobile"]} in listed
    assert len(listed) == 3
    exported = vitrine("synonyms", "export").out
    assert "sneaker, trainer" in exported
    Path("again.txt").write_text(exported)
    assert vitrine("synonyms", "import", "again.txt", "--replace", "--json").data == {"read": 3}
    assert vitrine("synonyms", "delete", "phones").code == 4
    Path("broken.txt").write_text("sneaker, trainer\nalone\n")
    broken = vitrine("synonyms", "import", "broken.txt")
    assert broken.code == 2
    assert "line 2" in broken.err
    assert vitrine("synonyms", "import", "missing.txt").code == 2
