"""A season in a shop: shoppers visit, a ranker learns from what they did, and others tell what each order is worth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import Conflict
from demo.shoppers.behaviour import Behaviour
from demo.shoppers.measuring import RANKER, Asked, Gap, Panel, Share, shares
from demo.shoppers.tastes import Market, Product, Shopper, draw_shopper
from demo.shoppers.visiting import ShopClient, Visits
from evaluation.rankers import judge_ranker, require_better, train_ranker
from evaluation.ranking import as_json
from ranking.ranker import Ranker
from retrieval.reranking.promoting import put_into_service
from retrieval.wiring import Vitrine, serving_generation

VISITS = 4
CLICKS = 3
# One is asked for so many that are learnt from, and they come less often.
_ASKED_SHARE, _ASKED_MIN, _ASKED_VISITS = 2, 10, 3

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Season:
    """What came of it.

    Attributes
    ----------
    shoppers, asked: how many were learnt from, and how many others were asked.
    acts: what the first did, in all.
    refused: why the ranker was not promoted; empty: it was.
    shares: of the gap, by method; the ranker is among them if it was promoted.
    """

    shoppers: int
    asked: int
    acts: int
    ranker: str
    refused: str
    shares: Mapping[str, Share]


def hold_season(v: Vitrine, address: str, products: Sequence[Product], count: int, report: Report) -> Season:
    """Send so many shoppers through the HTTP interface of the shop at an address, and measure over the same shop.

    Whatever the same shoppers did in an earlier season is erased first, and no ranker is in service while they visit.

    Raises
    ------
    VitrineError: the shop does not answer as it should, or there is too little to learn from.
    """
    records = {str(record["id"]): record for record in products}
    market = Market.of(records.values())
    regulars = [draw_shopper(market, f"shopper-{i}", f"shopper {i}") for i in range(count)]
    asked = those_asked(market, count)
    guests = [one.shopper for one in asked]
    v.catalog.generations.set_ranker(serving_generation(v).id, "")
    v.answering.look_again()
    with ShopClient(address) as client:
        visits = Visits(client, market, records, Behaviour())
        for shopper in (*regulars, *guests):
            client.forget(shopper.user_id)
        acts = _visited(visits, regulars, VISITS, report)
        ranker = train_ranker(v, report)
        # What they will be asked about is new to them: where they had chosen before, only the rest would be left.
        _visited(visits, [replace(guest, wishes=guest.wishes[1:]) for guest in guests], _ASKED_VISITS, report)
        for one in asked:
            visits.clicks(one.shopper, one.wish, one.session_id, CLICKS)
    panel = Panel(v, market, records)
    gaps = _measured(panel, asked, report)
    refused = _promote(v, ranker)
    if not refused:
        gaps = [(one, replace(gap, by_method={**gap.by_method, RANKER: panel.of_search(one)})) for one, gap in gaps]
    return Season(len(regulars), len(guests), acts, ranker.id, refused, shares([gap for _, gap in gaps]))


def those_asked(market: Market, count: int) -> list[Asked]:
    """The guests of a season of so many shoppers, each in the visit in which he is asked."""
    drawn = (draw_shopper(market, f"guest-{i}", f"guest {i}") for i in range(max(_ASKED_MIN, count // _ASKED_SHARE)))
    return [Asked(guest, guest.wishes[0], f"{guest.user_id}-present") for guest in drawn]


def _visited(visits: Visits, shoppers: Sequence[Shopper], times: int, report: Report) -> int:
    """Everybody comes so many times, one after the other in no particular order; returns what they did in all."""
    coming = [shopper for shopper in shoppers for _ in range(times)]
    random.Random(f"{times} times {len(shoppers)}").shuffle(coming)
    been: Counter[str] = Counter()
    acts = 0
    for i, shopper in enumerate(coming):
        report("visits", i, len(coming))
        acts += visits.visit(shopper, been[shopper.user_id])
        been[shopper.user_id] += 1
    report("visits", len(coming), len(coming))
    return acts


def _measured(panel: Panel, asked: Sequence[Asked], report: Report) -> list[tuple[Asked, Gap]]:
    gaps = []
    for i, one in enumerate(asked):
        report("asking", i, len(asked))
        gap = panel.gap(one)
        if gap is not None:
            gaps.append((one, gap))
    report("asking", len(asked), len(asked))
    return gaps


def _promote(v: Vitrine, ranker: Ranker) -> str:
    """Put it into service if it is better; else why not."""
    generation = serving_generation(v)
    evaluation = judge_ranker(v, generation, ranker)
    try:
        require_better(evaluation, ranker)
    except Conflict as refused:
        return str(refused)
    put_into_service(v, generation, ranker, as_json(evaluation))
    return ""
