"""`vitrine search`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from cli.conditions import parse_conditions, parse_weights
from cli.declaring import command
from cli.hits import show_hits
from cli.listing import ListingOptions, facet_requests
from cli.opened import opened
from cli.terminal import Terminal
from core.errors import InvalidPhoto


@dataclass(frozen=True, kw_only=True)
class SearchOptions(ListingOptions):
    """What to look for, and how."""

    words: Annotated[str, typer.Argument(help="What to look for, in words.")] = ""
    photo: Annotated[Path | None, typer.Option(help="A picture of what to look for.")] = None
    product: Annotated[str | None, typer.Option(metavar="ID", help="A product to look for things like.")] = None
    filter: Annotated[
        list[str],
        typer.Option(metavar="CONDITION", help="JSON, or field=value, price<50, ...; all of several have to hold."),
    ] = field(default_factory=list)
    limit: Annotated[int, typer.Option(help="Hits to show, at most 1,000.")] = 10
    weights: Annotated[str, typer.Option(help="Of words and picture, like text=1,image=0.5.")] = ""
    explain: Annotated[bool, typer.Option("--explain", help="Show the signals of every hit.")] = False
    include_unavailable: Annotated[
        bool, typer.Option("--include-unavailable", help="Also what cannot be bought now.")
    ] = False


@command
def search_products(options: SearchOptions, terminal: Terminal) -> None:
    """Search by words, by a picture, or by both; or browse by filter and order alone."""
    from core.queries import SearchQuery, parse_cutoff
    from retrieval.search.pipeline import search

    photo = None if options.photo is None else _read_photo(options.photo)
    with opened() as v:
        query = SearchQuery(
            text=options.words,
            photo=photo,
            product_id=options.product,
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
        )
        show_hits(terminal, search(v, query), explain=options.explain, query=query)


def _read_photo(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidPhoto(
            f"cannot be read: {error.strerror}", field="photo", value=str(path), remedy="Check the path"
        ) from error
