"""What `search` and `similar` share: filtering, counting, sorting and paging through what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.conditions import Conditions, json_of, parse_conditions, parse_weights
from cli.declaring import SharedOptions
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.examples import Example
    from core.facets import Facet, FacetRequest
    from core.queries import SearchQuery
    from retrieval.wiring import Vitrine

_BAR_CHARS = 24


@dataclass(frozen=True, kw_only=True)
class ListingOptions(SharedOptions):
    """What is left out, and how what was found is counted, sorted and cut into pages."""

    facet: Annotated[
        list[str],
        typer.Option(
            metavar="FIELD",
            help='A field to count over all that was found, like category, price or attributes.colour; or JSON like {"'
            'field": "brand", "limit": 5, "query": "ac"}. May be given several times.',
        ),
    ] = field(default_factory=list)
    sort: Annotated[
        str, typer.Option(help="relevance, price, -price, newest, oldest or popular. Without words or picture: newest.")
    ] = "relevance"
    cursor: Annotated[str | None, typer.Option(help="Where the page before has ended, as it was shown.")] = None
    cutoff: Annotated[str, typer.Option(help="Where hits end: auto, off, or the least relevance from 0 to 1.")] = "auto"
    collapse: Annotated[
        bool, typer.Option("--collapse/--no-collapse", help="Products of one group_id take one place among the hits.")
    ] = True
    diversity: Annotated[
        float, typer.Option(help="From 0, relevance alone, to 1, hits as unlike each other as can be.")
    ] = 0.0
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

    def query(self, v: Vitrine, text: str, images: tuple[Example, ...], unlike: tuple[Example, ...]) -> SearchQuery:
        """What is asked for.

        Raises
        ------
        InvalidQuery, InvalidFilter: an option that cannot be, and why.
        """
        from core.queries import SearchQuery, parse_cutoff

        return SearchQuery(
            text=text,
            images=images,
            unlike=unlike,
            weights=parse_weights(self.weights),
            filter=parse_conditions(self.filter, v.catalog.products.attribute_kinds),
            limit=self.limit,
            include_unavailable=self.include_unavailable,
            explain=self.explain,
            facets=facet_requests(self.facet),
            sort=self.sort,
            cursor=self.cursor,
            cutoff=parse_cutoff(self.cutoff),
            collapse=self.collapse,
            diversity=self.diversity,
            user_id=self.user,
            session_id=self.session,
            personalize=self.personalize,
        )


def facet_requests(texts: Sequence[str]) -> tuple[FacetRequest, ...]:
    """The fields to count, each a name or JSON.

    Raises
    ------
    InvalidQuery: no JSON, an unknown field, or one without a facet.
    """
    from core.facets import parse_facets

    return parse_facets([json_of(text, "facets") if text.lstrip().startswith("{") else text for text in texts])


def show_facets(terminal: Terminal, facets: Mapping[str, Facet]) -> None:
    """Print the counts of every field as a table with bars."""
    for name, facet in facets.items():
        rows = _rows(facet)
        most = max((count for _, count in rows), default=0)
        shown: list[tuple[str, int | None, str]] = [
            (value, count, "█" * round(_BAR_CHARS * count / most) if most else "") for value, count in rows
        ]
        more = getattr(facet, "more", 0)
        if more:
            shown.append((f"{more:,} more", None, ""))
        terminal.result(None, table(name, ("value", "products", ""), shown))


def facet_json(facet: Facet) -> dict[str, Any]:
    """One facet as the HTTP API writes it."""
    from core.facets import NumberFacet

    if isinstance(facet, NumberFacet):
        bins = [{"from": item.low, "to": item.high, "count": item.count} for item in facet.bins]
        return {"kind": "number", "min": facet.low, "max": facet.high, "count": facet.count, "bins": bins}
    values = [{"value": item.value, "count": item.count} for item in facet.values]
    return {"kind": "keyword", "values": values, "more": facet.more}


def _rows(facet: Facet) -> list[tuple[str, int]]:
    from core.facets import NumberFacet

    if isinstance(facet, NumberFacet):
        return [(_range(item.low, item.high), item.count) for item in facet.bins]
    return [(_text(item.value), item.count) for item in facet.values]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"below {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"
