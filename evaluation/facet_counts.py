"""Whether facets count what was found: every count against the products of all pages, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.facets import FACETS_MAX, VALUES_MAX, FacetRequest, KeywordFacet
from core.filters import ATTRIBUTE_PREFIX
from core.hits import SearchAnswer
from core.products import Product
from core.queries import LIMIT_MAX, SearchQuery
from evaluation.attributes import Attributes
from evaluation.queries import JudgedQuery
from evaluation.scoring import Rows
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine


def exact_facets(v: Vitrine, attributes: Attributes, products: Sequence[Product], asked: Sequence[JudgedQuery]) -> Rows:
    """For each query 1 where all counts of all fields are equal to those counted here, else 0."""
    fields = [_field(column.name) for column in attributes.columns][:FACETS_MAX]
    requests = tuple(FacetRequest(field, limit=VALUES_MAX) for field in fields)
    known = {product.id: product for product in products}
    right = []
    for judged in asked:
        query = replace(judged.query, facets=requests, collapse=False)
        first = search(v, query)
        found = [known[product_id] for product_id in _all_pages(v, query, first)]
        right.append(all(_counted(first, field) == _expected(found, field) for field in fields))
    return np.array(right, dtype=np.float64)


def _all_pages(v: Vitrine, query: SearchQuery, first: SearchAnswer) -> Iterator[str]:
    """Ids of the products on all pages, the first given."""
    yield from (hit.product_id for hit in first.hits)
    cursor = first.next_cursor
    while cursor is not None:
        page = search(v, replace(query, cursor=cursor, limit=LIMIT_MAX))
        yield from (hit.product_id for hit in page.hits)
        cursor = page.next_cursor


def _field(column: str) -> str:
    return column if column in ("category", "brand") else f"{ATTRIBUTE_PREFIX}{column}"


def _counted(answer: SearchAnswer, field: str) -> Mapping[object, int]:
    facet = answer.facets[field]
    return {one.value: one.count for one in facet.values} if isinstance(facet, KeywordFacet) else {}


def _expected(found: Sequence[Product], field: str) -> Mapping[object, int]:
    counts: Counter[object] = Counter()
    for product in found:
        name = field.removeprefix(ATTRIBUTE_PREFIX)
        value = product.attributes.get(name) if name != field else getattr(product, field)
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        counts.update({one for one in values if one is not None})
    return counts
