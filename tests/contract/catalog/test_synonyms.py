from __future__ import annotations

import pytest

from catalog.opening import Catalog
from core.errors import NotFound
from core.synonyms import SynonymRule

SHOES = SynonymRule("shoes", ("sneaker", "trainer"))
TEES = SynonymRule("tees", ("tee",), ("t-shirt", "1,5 \N{LATIN SMALL LETTER E WITH ACUTE}"))


def test_rules_are_kept_and_listed_by_id(catalog: Catalog) -> None:
    catalog.synonyms.put([TEES, SHOES])
    assert catalog.synonyms.all() == [SHOES, TEES]


def test_a_rule_takes_the_place_of_the_one_with_its_id(catalog: Catalog) -> None:
    catalog.synonyms.put([SHOES, TEES])
    other = SynonymRule("shoes", ("boot", "bootee"))
    catalog.synonyms.put([SHOES, other])
    assert catalog.synonyms.all() == [other, TEES]


def test_all_rules_can_be_replaced_at_once(catalog: Catalog) -> None:
    catalog.synonyms.put([SHOES])
    catalog.synonyms.put([TEES], instead_of_all=True)
    assert catalog.synonyms.all() == [TEES]
    catalog.synonyms.put([], instead_of_all=True)
    assert catalog.synonyms.all() == []
    catalog.synonyms.put([])


def test_a_deleted_rule_is_gone_and_an_unknown_one_is_told(catalog: Catalog) -> None:
    catalog.synonyms.put([SHOES, TEES])
    catalog.synonyms.delete("shoes")
    assert catalog.synonyms.all() == [TEES]
    with pytest.raises(NotFound, match="no synonym rule 'shoes'"):
        catalog.synonyms.delete("shoes")
