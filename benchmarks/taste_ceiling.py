"""How much of what simulated shoppers want anybody could know: the order by taste beside that of an ideal observer.

    vitrine demo --shoppers 200 --products 1500
    python -m benchmarks.taste_ceiling --shop vitrine-data/demo --products 1500 --shoppers 200

The ideal observer knows how such shoppers are made and how they behave, every number of it, and sees all that each was
shown and did: it draws likely tastes by Markov chains (Metropolis et al. 1953) and orders by the mean of how much they
would want each product. Only which tastes this shopper has, it does not know. What it reaches is a bound for whatever a
shop could learn from these very acts. A second one sees what was done and not what was shown.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from core.events import Event
from core.impressions import Impression
from core.profiles import EVENTS_READ_MAX
from core.settings import load_settings
from demo.catalogue import plan
from demo.shoppers.behaviour import Behaviour
from demo.shoppers.measuring import Asked, Panel, shares
from demo.shoppers.season import those_asked
from demo.shoppers.tastes import PRICE_SPREAD, Market, Product, Shopper, Wish, appeal, draw_shopper
from retrieval.wiring import Vitrine, open_vitrine

_LIKED, _CARTED, _DISLIKED = "like", "cart", "dislike"
_STEPS, _BURN_IN, _EVERY = 8_000, 2_000, 10
_PAGES_MAX = 100
_PRICE_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Seen:
    """One page: what was shown, and by position what was done.

    Attributes
    ----------
    chosen: whether he clicked until he had enough, so that nothing follows from what he left.
    """

    product_ids: tuple[str, ...]
    acts: Mapping[int, frozenset[str]]
    chosen: bool


@dataclass
class Observer:
    """Draws likely tastes of one shopper.

    Parameters
    ----------
    skips: whether it sees what was shown and left.
    """

    market: Market
    products: Mapping[str, Product]
    behaviour: Behaviour
    skips: bool
    chance: random.Random
    _kinds: dict[str, list[str]] = field(default_factory=dict)
    _colours: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._colours = self.market.colours()
        for product_id, product in self.products.items():
            self._kinds.setdefault(str(product["category"]), []).append(product_id)

    def order(self, pages: Sequence[Seen], categories: Sequence[str], product_ids: Sequence[str]) -> list[str]:
        """The products, those first that he is expected to want most."""
        sums = dict.fromkeys(product_ids, 0.0)
        for shopper in self._likely(pages, categories):
            for product_id in product_ids:
                sums[product_id] += appeal(self.market, shopper, self.products[product_id])
        return sorted(product_ids, key=lambda product_id: -sums[product_id])

    def _likely(self, pages: Sequence[Seen], categories: Sequence[str]) -> Iterable[Shopper]:
        shopper = self._drawn(categories)
        known = {wish.category: self._likelihood(pages, shopper, wish) for wish in shopper.wishes}
        for step in range(_STEPS):
            changed, wishes = self._moved(shopper)
            new = known | {wish.category: self._likelihood(pages, changed, wish) for wish in wishes}
            gain = sum(new.values()) - sum(known.values()) + _prior(changed) - _prior(shopper)
            if math.log(1.0 - self.chance.random()) < gain:
                shopper, known = changed, new
            if step >= _BURN_IN and step % _EVERY == 0:
                yield shopper

    def _drawn(self, categories: Sequence[str]) -> Shopper:
        """Somebody who wishes for these very categories."""
        market = replace(self.market, categories=tuple(categories))
        while True:
            shopper = draw_shopper(market, "", str(self.chance.random()))
            if len(shopper.wishes) == len(categories):
                return shopper

    def _moved(self, shopper: Shopper) -> tuple[Shopper, list[Wish]]:
        """Somebody who is a little different, and those wishes that are. Each move is as likely as its way back."""
        which = self.chance.random()
        if which < 0.4:
            swap = self._swap(self._colours)
            wishes = [replace(wish, colours=_renamed(wish.colours, swap)) for wish in shopper.wishes]
            return replace(shopper, wishes=tuple(wishes)), wishes
        at = self.chance.randrange(len(shopper.wishes))
        wish = shopper.wishes[at]
        if which < 0.6:
            price = wish.price + self.chance.gauss(0, _PRICE_STEP)
            moved = replace(wish, price=price) if 0 <= price <= 1 else wish
        elif which < 0.7:
            moved = self._other_colour(wish, shopper)
        else:
            name = self.chance.choice(("pattern", "material", "brand"))
            values = self.market.values[name][wish.category]
            if len(values) < 2:
                return shopper, []
            change: dict[str, Any] = {f"{name}s": _renamed(getattr(wish, f"{name}s"), self._swap(values))}
            moved = replace(wish, **change)
        wishes = [*shopper.wishes[:at], moved, *shopper.wishes[at + 1 :]]
        return replace(shopper, wishes=tuple(wishes)), [moved]

    def _swap(self, values: Sequence[str]) -> dict[str, str]:
        """Two of them, each for the other."""
        one, other = self.chance.sample(values, 2)
        return {one: other, other: one}

    def _other_colour(self, wish: Wish, shopper: Shopper) -> Wish:
        """With another colour instead of the one that he wants of this category only."""
        shared = set.intersection(*(set(one.colours) for one in shopper.wishes))
        own = sorted(set(wish.colours) - shared)
        free = [colour for colour in self.market.values["colour"][wish.category] if colour not in shared]
        if len(own) != 1 or len(free) < 2:
            return wish
        kept = {colour: wanted for colour, wanted in wish.colours.items() if colour != own[0]}
        return replace(wish, colours={**kept, self.chance.choice(free): 1.0})

    def _likelihood(self, pages: Sequence[Seen], shopper: Shopper, wish: Wish) -> float:
        """How likely what he did with products of this category is, as a logarithm."""
        appeals: dict[str, float] = {}

        def of(product_id: str) -> float:
            if product_id not in appeals:
                appeals[product_id] = appeal(self.market, shopper, self.products[product_id])
            return appeals[product_id]

        return sum(self._page(page, wish.category, of) for page in pages)

    def _page(self, page: Seen, category: str, of: Callable[[str], float]) -> float:
        own = [at for at, name in enumerate(page.product_ids) if self.products[name]["category"] == category]
        if not own:
            return 0.0
        if page.chosen:
            return self._chosen(page, own, of)
        if not self.skips:
            return self._done(page, own, category, of)
        return sum(self._at(page, at, of(page.product_ids[at])) for at in own)

    def _chosen(self, page: Seen, own: Sequence[int], of: Callable[[str], float]) -> float:
        """He went through the page until he had clicked so many: one drawn after the other (Plackett 1975)."""
        weights = {
            at: (self.behaviour.looked_at(at) if self.skips else 1.0) * self.behaviour.clicked(of(page.product_ids[at]))
            for at in own
        }
        left, found = sum(weights.values()), 0.0
        for at in own:
            if page.acts.get(at):
                found += math.log(weights[at] / left)
                left -= weights[at]
        return found

    def _done(self, page: Seen, own: Sequence[int], category: str, of: Callable[[str], float]) -> float:
        """As if the acts had fallen on any products of the category."""
        kind = self._kinds[category]
        found = 0.0
        for at in own:
            types, wanted = page.acts.get(at, frozenset()), of(page.product_ids[at])
            if _DISLIKED in types:
                found += math.log(self._refused(wanted) / statistics.fmean(self._refused(of(one)) for one in kind))
            elif types:
                clicks = statistics.fmean(self.behaviour.clicked(of(one)) for one in kind)
                found += math.log(self.behaviour.clicked(wanted) / clicks) + self._after(types, wanted)
        return found

    def _at(self, page: Seen, at: int, wanted: float) -> float:
        """One position: looked at or not, clicked, disliked or left."""
        types, looked_at = page.acts.get(at, frozenset()), self.behaviour.looked_at(at)
        if _DISLIKED in types:
            return math.log(looked_at * self._refused(wanted))
        if types:
            return math.log(looked_at * self.behaviour.clicked(wanted)) + self._after(types, wanted)
        return math.log(1 - looked_at * (self.behaviour.clicked(wanted) + self._refused(wanted)))

    def _refused(self, wanted: float) -> float:
        return (1 - self.behaviour.clicked(wanted)) * self.behaviour.disliked(wanted) + 1e-9

    def _after(self, types: frozenset[str], wanted: float) -> float:
        likes, carts = self.behaviour.likes * wanted, self.behaviour.carts * wanted
        return math.log(likes if _LIKED in types else 1 - likes) + math.log(carts if _CARTED in types else 1 - carts)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taste_ceiling", description=__doc__)
    parser.add_argument("--shop", type=Path, required=True, help="folder of a demo shop that shoppers have visited")
    parser.add_argument("--products", type=int, default=3_000)
    parser.add_argument("--shoppers", type=int, default=200, help="as many as visited")
    chosen = parser.parse_args()
    products = {str(product.record["id"]): product.record for product in plan(chosen.products)}
    market = Market.of(products.values())
    with open_vitrine(load_settings({"data_dir": chosen.shop.absolute()})) as v:
        panel = Panel(v, market, products)
        gaps = []
        guests = those_asked(market, chosen.shoppers)
        for i, asked in enumerate(track(guests, "observing", console=Console(stderr=True))):
            pages = seen(v, asked)
            categories = [wish.category for wish in asked.shopper.wishes]
            orders = {}
            for name, skips in (("ideal", True), ("ideal, by acts alone", False)):
                observer = Observer(market, products, Behaviour(), skips, random.Random(f"{name} {i}"))
                orders[name] = partial(observer.order, pages, categories)
            gap = panel.gap(asked, orders)
            if gap is not None:
                gaps.append(gap)
    print(f"{len(gaps)} shoppers; share of the gap between no order and the order by appeal, 95 %")
    for name, share in shares(gaps).items():
        print(f"  {share.value:.3f}  {share.low:.3f} to {share.high:.3f}  {name}")
    return 0


def seen(v: Vitrine, asked: Asked) -> list[Seen]:
    """All pages that a shopper was shown, with what he did."""
    impressions = v.catalog.impressions.of_shopper(asked.shopper.user_id, _PAGES_MAX)
    events = v.catalog.events.latest(asked.shopper.user_id, EVENTS_READ_MAX)
    return [_seen(one, events, asked.session_id) for one in impressions]


def _seen(impression: Impression, events: Iterable[Event], present: str) -> Seen:
    acts: dict[int, set[str]] = {}
    for event in events:
        if event.query_id == impression.query_id and event.product_id in impression.items:
            acts.setdefault(impression.items.index(event.product_id), set()).add(event.type)
    frozen = {at: frozenset(types) for at, types in acts.items()}
    return Seen(impression.items, frozen, impression.session_id == present)


def _renamed(wanted: Mapping[str, float], swap: Mapping[str, str]) -> dict[str, float]:
    return {swap.get(name, name): how for name, how in wanted.items()}


def _prior(shopper: Shopper) -> float:
    """Of the prices, which lie about a level of his own; all else is as likely as anything."""
    prices = [wish.price for wish in shopper.wishes]
    middle = statistics.fmean(prices)
    return -sum((price - middle) ** 2 for price in prices) / (2 * PRICE_SPREAD**2)


if __name__ == "__main__":
    raise SystemExit(main())
