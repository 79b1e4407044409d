"""The plan of the drawn shop."""

from __future__ import annotations

from collections import defaultdict

from core.incoming import parse_product
from demo.catalogue import DrawnProduct, plan
from demo.colours import SHADES
from demo.kinds.all_kinds import KINDS
from demo.looks import Look


def test_every_record_is_a_product() -> None:
    products = plan(3000)
    assert len({parse_product(product.record).product.id for product in products}) == 3000


def test_the_same_seed_plans_the_same_shop() -> None:
    assert plan(50, seed=3) == plan(50, seed=3)
    assert plan(50, seed=3) != plan(50, seed=4)


def test_a_larger_shop_begins_with_the_smaller_one() -> None:
    assert plan(3000)[:300] == plan(300)


def test_the_first_three_hundred_show_every_kind_and_colour() -> None:
    products = plan(300)
    assert {_look(product).kind for product in products} == set(KINDS)
    assert {product.record["attributes"]["colour"] for product in products} >= {
        shade.basic for shade in SHADES.values()
    }


def test_a_third_has_more_than_one_photo_and_none_more_than_four() -> None:
    counts = [len(product.shots) for product in plan(3000)]
    assert 0.3 < sum(count > 1 for count in counts) / len(counts) < 0.37
    assert max(counts) == 4


def test_variants_differ_in_colour_alone() -> None:
    groups: dict[str, list[DrawnProduct]] = defaultdict(list)
    for product in plan(3000):
        groups[product.record["group_id"]].append(product)
    assert sum(len(group) > 1 for group in groups.values()) > 500
    for group in groups.values():
        looks = [_look(product) for product in group]
        assert len({(look.kind, look.pattern, look.material, look.cut, look.style) for look in looks}) == 1
        assert len({look.shade for look in looks}) == len(looks)
        assert len({(product.record["brand"], product.record["price"]) for product in group}) == 1


def test_a_title_and_a_description_say_what_is_drawn_and_that_it_is_drawn() -> None:
    for product in plan(600):
        look, record = _look(product), product.record
        assert look.shade in record["title"]
        assert look.pattern in ("plain", "leopard") or look.pattern in record["title"].lower()
        assert look.cut in record["title"].lower() or look.cut == "V-neck"
        assert "demo shop" in record["description"]
        assert "draw" in record["description"].lower()


def _look(product: DrawnProduct) -> Look:
    return product.shots[0].look
