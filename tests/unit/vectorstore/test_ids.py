from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from vectorstore.ids import point_id

NAMES = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=20)


def test_an_id_never_changes_between_releases() -> None:
    assert point_id("default", "15970") == "9b751ab2-584b-58bd-b42d-a256a4008320"


def test_an_id_is_a_version_5_uuid_in_its_canonical_form() -> None:
    identifier = point_id("default", "日本/🧦")
    assert UUID(identifier).version == 5
    assert str(UUID(identifier)) == identifier


@given(NAMES, NAMES, NAMES, NAMES)
def test_different_products_have_different_ids(shop: str, product: str, other_shop: str, other_product: str) -> None:
    same = (shop, product) == (other_shop, other_product)
    assert (point_id(shop, product) == point_id(other_shop, other_product)) == same


def test_the_border_between_shop_and_product_counts() -> None:
    assert point_id("a", "bc") != point_id("ab", "c")
