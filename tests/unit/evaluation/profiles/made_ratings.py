"""Small ratings whose right answers can be told by hand, and larger ones drawn by lot."""

from __future__ import annotations

import numpy as np

from evaluation.profiles.ratings import Ratings

DAY_S = 86_400.0


def ratings(events: list[tuple[str, str, float, float]], *, products: tuple[str, ...] = ()) -> Ratings:
    """From shopper, product, stars and day; 4 stars are a like, 2 a dislike. Given by shopper and time."""
    shopper_ids = tuple(sorted({event[0] for event in events}))
    product_ids = tuple(sorted({event[1] for event in events} | set(products)))
    stars = np.array([event[2] for event in events])
    return Ratings(
        shopper_ids,
        product_ids,
        np.array([shopper_ids.index(event[0]) for event in events]),
        np.array([product_ids.index(event[1]) for event in events]),
        np.array([event[3] for event in events]) * DAY_S,
        stars >= 4,
        stars <= 2,
    )


def drawn(seed: int, shoppers: int = 40, products: int = 30, kinds: int = 3) -> Ratings:
    """Shoppers who like one kind of products each and dislike the others; each met a third of all, in random order."""
    random = np.random.default_rng(seed)
    events = []
    for shopper in range(shoppers):
        met = random.permutation(products)[: products // 3]
        for day, product in enumerate(met):
            stars = 5.0 if product % kinds == shopper % kinds else random.choice([1.0, 3.0])
            events.append((f"s{shopper:03}", f"p{product:03}", stars, float(day)))
    return ratings(events, products=tuple(f"p{number:03}" for number in range(products)))
