"""`vitrine similar`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import typer

from cli.declaring import command
from cli.examples import product_examples
from cli.hits import show_hits
from cli.listing import ListingOptions
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


@command
def similar_products(options: SimilarOptions, terminal: Terminal) -> None:
    """Find products like one of the shop's own."""
    from retrieval.search.pipeline import search

    with opened() as v:
        examples = product_examples([options.product], "ID")
        query = options.query(v, options.words, examples, product_examples(options.unlike, "--unlike"))
        show_hits(terminal, search(v, query), explain=options.explain, query=query)
