"""`vitrine search`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from cli.declaring import command
from cli.examples import photo_examples, product_examples
from cli.hits import show_hits
from cli.listing import ListingOptions
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


@command
def search_products(options: SearchOptions, terminal: Terminal) -> None:
    """Search by words, by a picture, or by both; or browse by filter and order alone."""
    from retrieval.search.pipeline import search

    images = photo_examples(options.photo, options.crop, "--photo") + product_examples(options.product, "--product")
    unlike = photo_examples(options.unlike_photo, (), "--unlike-photo")
    unlike += product_examples(options.unlike_product, "--unlike-product")
    with opened() as v:
        query = options.query(v, options.words, images, unlike)
        show_hits(terminal, search(v, query), explain=options.explain, query=query)
