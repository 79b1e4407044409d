"""`vitrine search`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from cli.conditions import Conditions, parse_conditions, parse_weights
from cli.declaring import command
from cli.examples import photo_examples, product_examples
from cli.hits import show_hits
from cli.listing import ListingOptions, facet_requests
from cli.opened import opened
from cli.terminal import Terminal


@dataclass(frozen=True, kw_only=True)
class SearchOptions(ListingOptions):
    """What to look for, and how."""

    words: Annotated[str, typer.Argument(help="What to look for, in words.")] = ""
    photo: Annotated[list[Path], typer.Option(help="A picture of what to look for; several count as one.")] = field(
        default_factory=list
    )
    crop: Annotated[
        list[str],
        typer.Option(
            metavar="L,T,W,H",
            help="The part of a --photo that counts: left, top, width, height as shares from 0 to 1, or whole. The "
            "first --crop belongs to the first --photo, and so on.",
        ),
    ] = field(default_factory=list)
    product: Annotated[
        list[str], typer.Option(metavar="ID", help="A product to look for things like; several count as one.")
    ] = field(default_factory=list)
    unlike_photo: Annotated[list[Path], typer.Option(help="A picture that the hits shall not be like; several.")] = (
        field(default_factory=list)
    )
    unlike_product: Annotated[
        list[str], typer.Option(metavar="ID", help="A product that the hits shall not be like; several.")
    ] = field(default_factory=list)
    filter: Conditions = field(default_factory=list)
    limit: Annotated[int, typer.Option(help="Hits to show, at most 1,000.")] = 10
    weights: Annotated[str, typer.Option(help="Of words and picture, like text=1,image=0.5.")] = ""
    explain: Annotated[bool, typer.Option("--explain", help="Show the signals of every hit.")] = False
    include_unavailable: Annotated[
        bool, typer.Option("--include-unavailable", help="Also what cannot be bought now.")
    ] = False
    user: Annotated[str, typer.Option(metavar="ID", help="The shopper who asks, as events name him.")] = ""
    session: Annotated[str, typer.Option(metavar="ID", help="His visit; default: that of his latest event.")] = ""
    personalize: Annotated[
        float | None,
        typer.Option(help="How much his taste decides about the order, 0 to 1; default: as the settings say."),
    ] = None


@command
def search_products(options: SearchOptions, terminal: Terminal) -> None:
    """Search by words, by a picture, or by both; or browse by filter and order alone."""
    from core.queries import SearchQuery, parse_cutoff
    from retrieval.search.pipeline import search

    images = photo_examples(options.photo, options.crop, "--photo") + product_examples(options.product, "--product")
    unlike = photo_examples(options.unlike_photo, (), "--unlike-photo")
    unlike += product_examples(options.unlike_product, "--unlike-product")
    with opened() as v:
        query = SearchQuery(
            text=options.words,
            images=images,
            unlike=unlike,
            weights=parse_weights(options.weights),
            filter=parse_conditions(options.filter, v.catalog.products.attribute_kinds),
            limit=options.limit,
            include_unavailable=options.include_unavailable,
            explain=options.explain,
            facets=facet_requests(options.facet),
            sort=options.sort,
            cursor=options.cursor,
            cutoff=parse_cutoff(options.cutoff),
            collapse=options.collapse,
            diversity=options.diversity,
            user_id=options.user,
            session_id=options.session,
            personalize=options.personalize,
        )
        show_hits(terminal, search(v, query), explain=options.explain, query=query)
