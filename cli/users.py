"""`vitrine users`: what is known of a shopper, and forgetting it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.terminal import Terminal, table

if TYPE_CHECKING:
    from core.profiles import Affinity
    from retrieval.taste.shoppers import Portrait

_AFFINITIES_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class UserOptions(SharedOptions):
    """Which shopper."""

    user: Annotated[str, typer.Argument(metavar="ID", help="The shopper, as events name him.")]


@dataclass(frozen=True, kw_only=True)
class MergeOptions(UserOptions):
    """Which shopper, and who he was."""

    guest: Annotated[str, typer.Argument(metavar="GUEST", help="The name of the guest he was before he signed in.")]


@command
def show(options: UserOptions, terminal: Terminal) -> None:
    """Show what is known of a shopper."""
    from retrieval.taste.shoppers import portrait

    with opened() as v:
        shown = portrait(v, options.user)
    if terminal.as_json:
        terminal.result(_json(shown))
    else:
        _show(terminal, shown)


@command
def merge(options: MergeOptions, terminal: Terminal) -> None:
    """Take over what a guest did who has signed in."""
    from retrieval.taste.shoppers import merge_shoppers

    with opened() as v:
        moved = merge_shoppers(v, options.guest, options.user)
    terminal.result(asdict(moved), f"{moved.events:,} events of {options.guest} are {options.user}'s now")


@command
def erase(options: UserOptions, terminal: Terminal) -> None:
    """Erase everything that is kept of a shopper."""
    from retrieval.taste.shoppers import erase_shopper

    with opened() as v:
        erased = erase_shopper(v, options.user)
    terminal.result(asdict(erased), f"{erased.events:,} events and {erased.impressions:,} answers shown are erased")


def _show(terminal: Terminal, shown: Portrait) -> None:
    profile = shown.profile
    if not profile.events:
        terminal.say("Nothing is known of this shopper.")
        return
    rows = [
        (f"{interest.weight:.0%}", interest.product_id, _title(shown, interest.product_id), len(interest.members))
        for interest in shown.shown_interests()
    ]
    terminal.result(None, table("interests", ("weight", "in its middle", "title", "products"), rows))
    about = [_told(one) for one in profile.affinities[:_AFFINITIES_SHOWN]]
    terminal.result(None, table("likes and dislikes", ("field", "value", "score", "liked", "disliked"), about))
    disliked = [(name, _title(shown, name)) for name in shown.shown(profile.disliked_ids)]
    if disliked:
        terminal.result(None, table("disliked products", ("id", "title"), disliked))
    if profile.prices is not None:
        terminal.say(f"Prices: {profile.prices.low:g} to {profile.prices.high:g}, mostly {profile.prices.middle:g}")
    terminal.say(f"made of the latest {profile.events:,} events", style="dim")


def _told(one: Affinity) -> tuple[object, ...]:
    return one.field, one.value, f"{one.score:+.2f}", one.liked_products, one.disliked_products


def _title(shown: Portrait, product_id: str) -> str:
    return str(shown.products[product_id].get("title", ""))


def _json(shown: Portrait) -> dict[str, object]:
    profile = shown.profile
    return {
        "user_id": shown.user_id,
        "events": profile.events,
        "interests": [asdict(interest) for interest in profile.interests],
        "affinities": [asdict(one) for one in profile.affinities],
        "prices": None if profile.prices is None else asdict(profile.prices),
        "liked": dict(profile.liked),
        "disliked": list(profile.disliked_ids),
        "hidden": sorted(profile.hidden),
    }


app = typer.Typer(help="What is known of a shopper, and forgetting it.", no_args_is_help=True)
for name, run in {"show": show, "merge": merge, "erase": erase}.items():
    app.command(name)(run)
