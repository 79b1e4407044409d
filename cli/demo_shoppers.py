"""`vitrine demo --shoppers`: simulated shoppers in the open demo shop, and what their tastes are worth to others."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.progress import Stages, duration
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from demo.shoppers.season import Season
    from retrieval.wiring import Vitrine

# Fewer leave a ranker too few pages to learn from.
SHOPPERS_MIN, SHOPPERS_MAX = 20, 5_000


def send_shoppers(v: Vitrine, address: str, products: int, count: int, terminal: Terminal) -> None:
    """Let so many shoppers visit the shop of so many products at an address, and tell what came of it.

    Raises
    ------
    VitrineError: the shop does not answer as it should, or there is too little to learn from.
    """
    from demo.catalogue import plan
    from demo.shoppers.season import hold_season

    began_s = time.monotonic()
    records = [product.record for product in plan(products)]
    with Stages(terminal) as stages:
        season = hold_season(v, address, records, count, stages.report)
    _tell(season, time.monotonic() - began_s, terminal)


def _tell(season: Season, took_s: float, terminal: Terminal) -> None:
    rows = [(name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}") for name, one in season.shares.items()]
    terminal.result(
        {**asdict(season), "took_s": round(took_s, 3)},
        f"{season.shoppers:,} shoppers did {season.acts:,} things; {season.asked:,} others were asked how well their "
        f"first ten products suit them ({duration(took_s)}).\n",
        table("0: in no order, 1: as their tastes would have it", ("order by", "share", "95 %"), rows),
    )
    terminal.say(f"Ranker {season.ranker} orders hits now." if not season.refused else season.refused)
