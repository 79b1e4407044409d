from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.hits import VARIANTS_SHOWN, Hit
from retrieval.search.variants import (
    alone,
    families_of_names,
    families_of_rows,
    variants_of,
    with_shown_variants,
    with_variants,
)
from tests.unit.retrieval.columns.products import columns_of, product

GROUPS = st.lists(st.none() | st.sampled_from("abcd"), max_size=30)


@given(GROUPS)
def test_the_first_of_each_group_and_all_without_one_take_a_place(groups: list[str | None]) -> None:
    families = families_of_names(groups)
    expected = [i for i, group in enumerate(groups) if group is None or groups.index(group) == i]
    assert families.firsts().tolist() == expected
    assert len(families) == len(expected)


@given(GROUPS, st.randoms(use_true_random=False))
def test_in_another_order_the_one_that_comes_first_there_takes_the_place(
    groups: list[str | None], chance: Random
) -> None:
    keys = np.array([chance.choice([1.0, 2.0, 3.0]) for _ in groups])
    places = np.array(chance.sample(range(len(groups)), len(groups)), dtype=np.intp)
    order = sorted(range(len(groups)), key=lambda i: (keys[i], places[i]))
    expected = [i for i in order if groups[i] is None or groups[i] not in {groups[j] for j in order[: order.index(i)]}]
    assert families_of_names(groups).firsts(keys, places).tolist() == sorted(expected)


def test_products_in_memory_and_by_name_have_the_same_families() -> None:
    groups = ["scarf", None, "hat", "scarf", None, "hat", "scarf"]
    columns = columns_of([product(f"p{i}", group_id=group) for i, group in enumerate(groups)])
    rows, known = columns.rows_of([f"p{i}" for i in range(len(groups))])
    families = families_of_rows(columns, rows)
    assert families.firsts().tolist() == families_of_names(groups).firsts().tolist() == [0, 1, 2, 4]
    assert families.others(3).tolist() == [0, 6]
    assert families.others(1).tolist() == []
    assert families.of.min() >= 0
    assert len(known) == len(groups)


def test_a_product_stands_for_its_whole_group() -> None:
    families = families_of_names(["scarf", None, "hat", "scarf", "scarf"])
    assert families.without_those_of_the_last(1).tolist() == [1, 2]
    assert families.without_those_of_the_last(3).tolist() == [1]
    assert families_of_names(["scarf", None, None]).without_those_of_the_last(1).tolist() == [0, 1]


def test_a_hit_carries_the_first_of_its_variants_and_counts_all() -> None:
    names = [f"p{i}" for i in range(VARIANTS_SHOWN + 3)]
    families = families_of_names(["scarf"] * len(names))
    variants = variants_of(families, np.array([0]), names.__getitem__)
    assert variants == {"p0": tuple(names[1:])}
    shown = with_shown_variants(["p0"], variants)
    assert shown == names[: VARIANTS_SHOWN + 1]
    payloads = {name: {"title": name} for name in shown if name != "p2"}
    (hit,) = with_variants([Hit("p0", 1.0, {}, payloads["p0"])], variants, payloads)
    assert hit.variants == VARIANTS_SHOWN + 2
    assert list(hit.variant_products) == ["p1", *names[3 : VARIANTS_SHOWN + 1]]


def test_products_that_are_no_variants_stay_as_they_are() -> None:
    hits = (Hit("a", 1.0, {}, {}), Hit("b", 0.5, {}, {}))
    assert variants_of(alone(2), np.array([0, 1]), "ab".__getitem__) == {}
    assert with_variants(hits, {}, {}) == hits
