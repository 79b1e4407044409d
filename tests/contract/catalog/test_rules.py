from __future__ import annotations

import pytest

from catalog.opening import Catalog, open_catalog
from core.errors import NotFound
from core.rules import rule_of

FIRST = rule_of("a/\N{LATIN SMALL LETTER SHARP S}", {"when": "always", "pin": {"p1": 1}})
SALE = rule_of(
    "sale",
    {
        "name": "Caf\N{LATIN SMALL LETTER E WITH ACUTE}",
        "when": {"query": "dress"},
        "valid_until": "2026-09-01",
        "boost": [{"filter": {"price": {"lt": 5}}, "factor": 1.5}],
        "hide": {"id": ["p2"]},
    },
)


def test_rules_are_kept_and_listed_by_id(catalog: Catalog) -> None:
    assert catalog.rules.all() == []
    catalog.rules.put([SALE, FIRST])
    assert catalog.rules.all() == [FIRST, SALE]
    assert catalog.rules.get("sale") == SALE


def test_a_rule_takes_the_place_of_the_one_with_its_id(catalog: Catalog) -> None:
    catalog.rules.put([SALE, FIRST])
    other = rule_of("sale", {"when": "always", "hide": {"id": "p3"}})
    catalog.rules.put([SALE, other])
    assert catalog.rules.all() == [FIRST, other]
    catalog.rules.put([])
    assert catalog.rules.all() == [FIRST, other]


def test_a_deleted_rule_is_gone_and_an_unknown_one_is_told(catalog: Catalog) -> None:
    catalog.rules.put([SALE])
    catalog.rules.delete("sale")
    assert catalog.rules.all() == []
    with pytest.raises(NotFound, match="no rule 'sale'"):
        catalog.rules.delete("sale")
    with pytest.raises(NotFound, match="no rule 'sale'"):
        catalog.rules.get("sale")


def test_each_shop_has_its_own(catalog: Catalog, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    catalog.rules.put([SALE])
    other = open_catalog(database_url, tmp_path_factory.mktemp("other"), shop="other")
    assert other.rules.all() == []
    other.rules.put([FIRST])
    other.close()
    assert catalog.rules.all() == [SALE]
