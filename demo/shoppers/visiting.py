"""Visits: a shopper comes for something, searches, scrolls, acts, looks at the feed, and leaves; all over HTTP."""

from __future__ import annotations

import http.client
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from core.closing import Closing
from core.errors import VitrineError
from demo.shoppers.behaviour import Act, Behaviour, acts_on
from demo.shoppers.tastes import Market, Shopper, Wish, appeal

_PAGE = 24
_TIMEOUT_S = 60.0
_FEED_SHARE, _NEXT_PAGE_SHARE, _COLOUR_SHARE = 0.4, 0.3, 0.25


@dataclass(frozen=True, slots=True)
class Page:
    """Products as they are shown, from the top.

    Attributes
    ----------
    cursor: of the next page; None on the last.
    """

    query_id: str
    product_ids: tuple[str, ...]
    cursor: str | None

    @classmethod
    def of(cls, answer: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> Page:
        """From an answer of the API."""
        return cls(answer["query_id"], tuple(one["id"] for one in shown), answer["next"])


class ShopClient(Closing):
    """The shop's HTTP interface, on one connection that is kept. Not thread-safe.

    Everything raises `VitrineError` when the shop does not answer as it should.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=_TIMEOUT_S)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def search(self, text: str, user_id: str, session_id: str, cursor: str | None = None) -> Page:
        """One page of a search."""
        body = {"text": text, "user_id": user_id, "session_id": session_id, "limit": _PAGE}
        answer = self._ask("POST", "/v1/search", body if cursor is None else body | {"cursor": cursor})
        return Page.of(answer, answer["hits"])

    def feed(self, user_id: str, session_id: str) -> Page:
        """The first page of a feed."""
        query = urlencode({"session_id": session_id, "limit": _PAGE})
        answer = self._ask("GET", f"/v1/users/{quote(user_id, safe='')}/feed?{query}")
        return Page.of(answer, answer["items"])

    def forget(self, user_id: str) -> None:
        """Erase a shopper."""
        self._ask("DELETE", f"/v1/users/{quote(user_id, safe='')}")

    def tell(self, events: Sequence[Mapping[str, Any]]) -> None:
        """What was done."""
        if events:
            told = self._ask("POST", "/v1/events", {"events": list(events)})
            if told["rejected"]:
                raise VitrineError(f"the shop refused an event: {told['rejected'][0]['reason']}")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        try:
            self._connection.request(method, path, content, {"content-type": "application/json"})
            answer = self._connection.getresponse()
            data = answer.read()
        except OSError as error:
            raise VitrineError(f"the shop does not answer: {error}") from error
        if answer.status >= 400:
            raise VitrineError(f"the shop answered {method} {path} with {answer.status}: {data[:300]!r}")
        found: dict[str, Any] = json.loads(data)
        return found


@dataclass(frozen=True, slots=True)
class Visits:
    """Sends shoppers into a shop.

    Attributes
    ----------
    products: by id, as they were imported.
    """

    client: ShopClient
    market: Market
    products: Mapping[str, Mapping[str, Any]]
    behaviour: Behaviour

    def visit(self, shopper: Shopper, number: int) -> int:
        """One visit with a purpose; returns how many acts it came to."""
        chance = random.Random(f"{shopper.seed}/visit {number}")
        wish = shopper.wishes[min(int(chance.expovariate(1.2)), len(shopper.wishes) - 1)]
        session_id = f"{shopper.user_id}-{number}"
        acts = 0
        if number and chance.random() < _FEED_SHARE:
            acts += self._look_at(self.client.feed(shopper.user_id, session_id), shopper, session_id, chance)
        words = words_for(wish, chance)
        page = self.client.search(words, shopper.user_id, session_id)
        acts += self._look_at(page, shopper, session_id, chance)
        if page.cursor is not None and chance.random() < _NEXT_PAGE_SHARE:
            further = self.client.search(words, shopper.user_id, session_id, page.cursor)
            acts += self._look_at(further, shopper, session_id, chance)
        return acts

    def clicks(self, shopper: Shopper, wish: Wish, session_id: str, count: int) -> int:
        """The first clicks of a visit: so many of what a search for the wish shows, wanted ones for the most part."""
        chance = random.Random(f"{shopper.seed}/{session_id}")
        page = self.client.search(query_for(wish), shopper.user_id, session_id)
        wanted = self._appeals(page, shopper)
        clicked: list[Act] = []
        while len(clicked) < min(count, len(wanted)):
            done = {act.position for act in clicked}
            acts = [act for act in acts_on(wanted, self.behaviour, chance) if act.type == "click"]
            clicked += [act for act in acts if act.position not in done][: count - len(clicked)]
        self.client.tell(self._events(clicked, page, shopper, session_id))
        return len(clicked)

    def _look_at(self, page: Page, shopper: Shopper, session_id: str, chance: random.Random) -> int:
        acts = list(acts_on(self._appeals(page, shopper), self.behaviour, chance))
        self.client.tell(self._events(acts, page, shopper, session_id))
        return len(acts)

    def _appeals(self, page: Page, shopper: Shopper) -> list[float]:
        return [appeal(self.market, shopper, self.products[product_id]) for product_id in page.product_ids]

    def _events(self, acts: Sequence[Act], page: Page, shopper: Shopper, session_id: str) -> list[dict[str, Any]]:
        return [
            {
                "user_id": shopper.user_id,
                "session_id": session_id,
                "type": act.type,
                "product_id": page.product_ids[act.position],
                "query_id": page.query_id,
                "position": act.position,
            }
            for act in acts
        ]


def query_for(wish: Wish) -> str:
    """What he types who wants to see everything of a kind."""
    return wish.category.lower()


def words_for(wish: Wish, chance: random.Random) -> str:
    """What he types: the kind of product, now and then with a colour."""
    if chance.random() < _COLOUR_SHARE:
        colour = chance.choice([name for name, wanted in wish.colours.items() if wanted > 0])
        return f"{colour} {query_for(wish)}"
    return query_for(wish)
