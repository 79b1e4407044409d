"""`vitrine similar`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import typer

from cli.conditions import Conditions, parse_conditions
from cli.declaring import command
from cli.examples import product_examples
from cli.hits import show_hits
from cli.listing import ListingOptions, facet_requests
from cli.opened import opened
from cli.terminal import Terminal


@dataclass(frozen=True, kw_only=True)
class SimilarOptions(ListingOptions):
    """Which product, and which of its like."""

    product: Annotated[str, typer.Argument(metavar="ID", help="The product to find things like.")]
    words: Annotated[str, typer.Argument(help='What to change about it, in words, like "in blue".')] = ""
    unlike: Annotated[
        list[str], typer.Option(metavar="ID", help="A product that the hits shall not be like; several.")
    ] = field(default_factory=list)
    filter: Conditions = field(default_factory=list)
    limit: Annotated[int, typer.Option(help="Hits to show, at most 1,000.")] = 10
    explain: Annotated[bool, typer.Option("--explain", help="Show the signals of every hit.")] = False


@command
def similar_products(options: SimilarOptions, terminal: Terminal) -> None:
    """Find products like one of the shop's own."""
    from core.queries import SearchQuery, parse_cutoff
    from retrieval.search.pipeline import search

    with opened() as v:
        query = SearchQuery(
            text=options.words,
            images=product_examples([options.product], "ID"),
            unlike=product_examples(options.unlike, "--unlike"),
            filter=parse_conditions(options.filter, v.catalog.products.attribute_kinds),
            limit=options.limit,
            explain=options.explain,
            facets=facet_requests(options.facet),
            sort=options.sort,
            cursor=options.cursor,
            cutoff=parse_cutoff(options.cutoff),
            collapse=options.collapse,
            diversity=options.diversity,
        )
        show_hits(terminal, search(v, query), explain=options.explain, query=query)
