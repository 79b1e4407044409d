"""`vitrine feed` over the shop that the commands share."""

from __future__ import annotations

from tests.integration.cli.conftest import COLOURS, KINDS, Vitrine


def test_a_newcomer_is_shown_something_of_every_kind_page_by_page(shop: Vitrine) -> None:
    first = shop("feed", "newcomer", "--limit", "5")
    assert "why" in first.out
    shown = shop("feed", "newcomer", "--limit", "5", "--json").data
    following = shop("feed", "newcomer", "--limit", "5", "--json", "--cursor", shown["next"]).data
    ids = [item["id"] for page in (shown, following) for item in page["items"]]
    assert len(set(ids)) == 10
    assert {item["product"]["category"] for item in shown["items"]} <= set(KINDS)
    assert all(item["reason"]["text"] and 0 < item["propensity"] <= 1 for item in shown["items"])


def test_without_a_shopper_it_shows_what_to_pick(shop: Vitrine) -> None:
    found = shop("feed", "--limit", "4", "--filter", "category=Dress", "--json").data
    assert len(found["items"]) == min(4, len(COLOURS))
    assert {item["product"]["category"] for item in found["items"]} == {"Dress"}


def test_what_cannot_be_is_refused(shop: Vitrine) -> None:
    refused = shop("feed", "newcomer", "--limit", "1000")
    assert refused.code != 0
    assert "limit" in refused.err
