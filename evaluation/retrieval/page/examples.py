"""What was found, to look at: the best, the middling and the worst queries of each protocol as rows of photos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import numpy as np

from evaluation.page_parts import shown
from evaluation.retrieval.judging import JudgedProducts
from evaluation.retrieval.measuring import MRR, NDCG, RECALL_1, Measured
from evaluation.retrieval.protocols import EXACT, IMAGE_TO_IMAGE, ITEM_TO_ITEM, MEANINGS, TEXT_TO_IMAGE

SHOWN = (TEXT_TO_IMAGE, IMAGE_TO_IMAGE, ITEM_TO_ITEM, EXACT)
_EACH = 3
_BY_TITLE = (TEXT_TO_IMAGE, EXACT)


def chosen(one: Measured, labels: Sequence[int]) -> dict[str, list[int]]:
    """Queries by how they went, each of another label where there are enough; none that nothing could answer.

    Parameters
    ----------
    labels: of the products of the protocol, in its order.
    """
    known = np.flatnonzero(one.ceilings[RECALL_1] > 0)
    order = known[np.lexsort((one.by_metric[MRR][known], one.by_metric[NDCG][known]))]
    middle = len(order) // 2
    outward = order[np.argsort(np.abs(np.arange(len(order)) - middle), kind="stable")]
    taken: set[int] = set()
    rows = {"best": order[::-1], "median": outward, "worst": order}
    return {name: list(_different(own.tolist(), labels, taken)) for name, own in rows.items()}


def _different(order: Sequence[int], labels: Sequence[int], taken: set[int]) -> Iterator[int]:
    """The first few of different labels that have not been taken yet."""
    seen: set[int] = set()
    for query in order:
        if len(seen) == _EACH:
            return
        if query not in taken and labels[query] not in seen:
            seen.add(labels[query])
            taken.add(query)
            yield query


def pictured(found: Mapping[str, Measured], judged: JudgedProducts) -> frozenset[str]:
    """Ids of all products that the examples show."""
    ids = set()
    for one in _examples(found):
        rows = one.protocol.rows
        for queries in chosen(one, judged.labels.codes[rows].tolist()).values():
            for query in queries:
                ids |= {judged.products[rows[place]].id for place in (query, *one.nearest[query])}
    return frozenset(ids)


def examples(found: Mapping[str, Measured], judged: JudgedProducts, photos: Mapping[str, str]) -> str:
    """All examples as HTML."""
    return "".join(
        f"<h3>{escape(one.protocol.name)}</h3><p class='dim'>{escape(MEANINGS[one.protocol.name].capitalize())}.</p>"
        + "".join(
            f"<h4>{name}</h4>{''.join(_row(one, query, judged, photos) for query in queries)}"
            for name, queries in chosen(one, judged.labels.codes[one.protocol.rows].tolist()).items()
            if queries
        )
        for one in _examples(found)
    )


def _examples(found: Mapping[str, Measured]) -> list[Measured]:
    return [found[name] for name in SHOWN if name in found]


def _row(one: Measured, query: int, judged: JudgedProducts, photos: Mapping[str, str]) -> str:
    rows, right = one.protocol.rows, one.protocol.right
    asked = judged.products[rows[query]]
    label = judged.labels.names[judged.labels.codes[rows[query]]]
    picture = "" if one.protocol.name in _BY_TITLE else f"<figure>{_picture(asked.id, asked.title, photos)}</figure>"
    hits = "".join(
        f'<figure class="{"right" if right[place] == right[query] else "wrong"}">'
        f"{_picture(judged.products[rows[place]].id, judged.products[rows[place]].title, photos)}"
        f"<figcaption>{escape(judged.labels.names[judged.labels.codes[rows[place]]])}</figcaption></figure>"
        for place in one.nearest[query]
    )
    return (
        f'<div class="asked"><div>{picture}<q>{escape(asked.title)}</q><br>{escape(label)}<br>'
        f"<small>{NDCG} {shown(float(one.by_metric[NDCG][query]))}</small></div>"
        f'<div class="hits">{hits}</div></div>'
    )


def _picture(product_id: str, title: str, photos: Mapping[str, str]) -> str:
    name = escape(title)
    if product_id not in photos:
        return f'<span class="none" title="{name}"></span>'
    return f'<img src="{photos[product_id]}" alt="{name}" title="{name}">'
