"""Every example of docs/rules.md does what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from litestar.testing import TestClient
from typer.testing import CliRunner

from api.app import create_app
from cli.main import app
from core.queries import SearchQuery
from core.rules import FACTOR_MAX, FACTOR_MIN, PINS_MAX, POSITION_MAX, Rule, rule_of
from retrieval.previewing import preview
from retrieval.rules import RULES_MAX, Rules, RuleShelf
from retrieval.wiring import Vitrine
from tests.integration.documentation.documents import ROOT, Command, curl, examples

DOCUMENT = "docs/rules.md"
TEXT = (ROOT / DOCUMENT).read_text(encoding="utf-8")
BLOCKS = examples(DOCUMENT)
FILES = dict(re.findall(r"^`([a-z]+\.json)`:\n\n```json\n(.*?)```$", TEXT, re.DOTALL | re.MULTILINE))


@pytest.fixture
def ruled(shop: Vitrine, settled: None) -> Iterator[Vitrine]:
    """The shop, which reads its rules at every look; the files of the page lie in the folder."""
    for name, text in FILES.items():
        Path(name).write_text(text)
    yield replace(shop, rules=RuleShelf(shop.catalog, shop.rules.analyzer, count(step=10).__next__))
    for rule in shop.catalog.rules.all():
        shop.catalog.rules.delete(rule.id)


def summer() -> Rule:
    body = json.loads(FILES["summer.json"])
    return rule_of(body.pop("id"), body)


@pytest.mark.parametrize("block", BLOCKS, ids=[" ".join(block[0])[:60] for block in BLOCKS])
def test_the_commands_of_a_block_do_what_they_say(ruled: Vitrine, block: list[Command]) -> None:
    with TestClient(create_app(ruled), base_url="http://127.0.0.1") as client:
        for program, *arguments in block:
            if program == "curl":
                answer = curl(client, tuple(arguments))
                assert answer.status_code in (200, 204), answer.text
            else:
                ended = CliRunner().invoke(app, arguments)
                assert ended.exit_code == 0, ended.output
    assert ruled.catalog.rules.all() == []


def test_the_first_example_pins_hides_and_filters(ruled: Vitrine) -> None:
    query = SearchQuery(text="blue cotton shirts", limit=100, cutoff="off", collapse=False)
    shown = preview(ruled, query, summer())
    hits = shown.after.hits
    assert (hits[0].product_id, hits[2].product_id) == ("sku-13", "sku-9")
    assert not {hit.product_id for hit in hits} & {"sku-12", "sku-22"}
    assert {hit.product["category"] for hit in hits} == {"Shirts", "Bags"}
    moved = {hit.product_id for hit in hits if hit.rules}
    assert moved >= {hit.product_id for hit in hits if hit.product["brand"] == "Acme"}


@pytest.mark.parametrize(
    ("when", "meant", "not_meant"),
    [
        ({"words": "cotton shirt"}, ("blue cotton shirts", "shirt of cotton"), ("shirt", "cotton")),
        ({"query": "shirt"}, ("shirts", "the shirt"), ("blue shirt",)),
    ],
)
def test_the_table_of_conditions_holds(
    shop: Vitrine, when: dict[str, str], meant: tuple[str, ...], not_meant: tuple[str, ...]
) -> None:
    ((kind, text),) = when.items()
    assert f'{{"{kind}": "{text}"}}' in TEXT
    rules = Rules.of([rule_of("r", {"when": when, "pin": {"sku-1": 1}})], shop.rules.analyzer)
    assert all(f"`{query}`" in TEXT for query in meant)
    assert all(rules.applying(query, None) for query in meant)
    assert not any(rules.applying(query, None) for query in not_meant)


def test_all_rules_are_written_and_read_again(ruled: Vitrine) -> None:
    CliRunner().invoke(app, ["rules", "put", "summer.json"])
    Path("rules.json").write_text(CliRunner().invoke(app, ["rules", "list", "--json"]).stdout)
    ruled.catalog.rules.delete("summer")
    assert CliRunner().invoke(app, ["rules", "put", "rules.json"]).exit_code == 0
    assert ruled.catalog.rules.all() == [summer()]


def test_the_limits_are_those_of_the_code() -> None:
    assert f"Up to {PINS_MAX} in a rule, places up to {POSITION_MAX:,}" in TEXT
    assert f"above 1 up to {FACTOR_MAX:g}, 2 when left out" in TEXT
    assert f"below 1 down to {FACTOR_MIN:g}, 0.5 when left out" in TEXT
    assert f"up to {RULES_MAX:,} rules" in TEXT
