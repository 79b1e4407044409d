"""`vitrine products`: look at the shop's products, delete them, and try failed ones again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.declaring import SharedOptions, command
from cli.opened import opened
from cli.terminal import Terminal, table
from core.errors import InvalidInput

if TYPE_CHECKING:
    from catalog.product_rows import StoredProduct
    from retrieval.wiring import Vitrine

LIMIT_MAX = 10_000


@dataclass(frozen=True, kw_only=True)
class PageOptions(SharedOptions):
    """Which part of a list."""

    limit: Annotated[int, typer.Option(help="Products to show, at most 10,000.")] = 20
    after: Annotated[str | None, typer.Option(metavar="ID", help="Go on behind this product.")] = None


@dataclass(frozen=True, kw_only=True)
class FailedOptions(SharedOptions):
    """How much of a list."""

    limit: Annotated[int, typer.Option(help="Products to show, at most 10,000.")] = 20


@dataclass(frozen=True, kw_only=True)
class OneOptions(SharedOptions):
    """Which product."""

    product: Annotated[str, typer.Argument(metavar="ID", help="The product.")]


@dataclass(frozen=True, kw_only=True)
class DeleteOptions(SharedOptions):
    """Which products to delete."""

    products: Annotated[list[str], typer.Argument(metavar="ID...", help="The products.")]
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Leave the index to a worker.")] = False


@dataclass(frozen=True, kw_only=True)
class RetryOptions(SharedOptions):
    """Which products to try again."""

    products: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The products; default: all.")] = None
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Leave the index to a worker.")] = False


@command
def list_products(options: PageOptions, terminal: Terminal) -> None:
    """List products by id."""
    limit = _checked_limit(options.limit)
    with opened() as v:
        page = v.catalog.products.page(options.after, limit)
        total = v.catalog.products.count()
    after = page[-1].product.id if len(page) == limit else None
    rows = [(p.product.id, p.product.title, p.product.category, len(p.product.photos), p.state) for p in page]
    terminal.result(
        {"products": [_product_json(stored) for stored in page], "total": total, "after": after},
        table("", ("id", "title", "category", "photos", "state"), rows),
    )
    more = f"; go on with --after {after}" if after is not None else ""
    terminal.say(f"{len(page):,} of {total:,} products{more}")


@command
def show_product(options: OneOptions, terminal: Terminal) -> None:
    """Show everything that is known of one product."""
    with opened() as v:
        stored = v.catalog.products.get(options.product)
    data = _product_json(stored)
    rows = [(name, value) for name, value in data.items() if name != "attributes" and value not in (None, "", [])]
    rows += [(f"attributes.{name}", value) for name, value in data["attributes"].items()]
    terminal.result(data, table("", ("field", "value"), [(name, _shown(value)) for name, value in rows]))


@command
def delete(options: DeleteOptions, terminal: Terminal) -> None:
    """Delete products, from the database and from the index."""
    from retrieval.deleting import delete_product, delete_products

    with opened() as v:
        if len(options.products) == 1:
            delete_product(v, options.products[0])
            deleted = 1
        else:
            deleted = delete_products(v, options.products)
        if deleted and not options.no_wait:
            _catch_up(v, terminal)
    unknown = len(set(options.products)) - deleted
    terminal.result({"deleted": deleted, "unknown": unknown}, f"{deleted:,} deleted, {unknown:,} unknown")


@command
def failed(options: FailedOptions, terminal: Terminal) -> None:
    """List products that could not be indexed, and why."""
    with opened() as v:
        found = v.catalog.products.failures(_checked_limit(options.limit))
    rows = [(p.product.id, p.product.title, p.attempts, p.error) for p in found]
    data = [_product_json(stored) for stored in found]
    if terminal.as_json or found:
        terminal.result(data, table("", ("id", "title", "attempts", "reason"), rows))
    else:
        terminal.say("No product has failed.")


@command
def retry(options: RetryOptions, terminal: Terminal) -> int:
    """Index failed products again. Ends with 1 when some have failed again."""
    from retrieval.indexing import retry_failed

    with opened() as v:
        queued = retry_failed(v, options.products or None)
        if queued and not options.no_wait:
            _catch_up(v, terminal)
        left = len(v.catalog.products.failures(LIMIT_MAX)) if not options.no_wait else 0
    terminal.result({"queued": queued, "failed": left}, f"{queued:,} queued again, {left:,} failed")
    return 1 if left else 0


def _catch_up(v: Vitrine, terminal: Terminal) -> None:
    from cli.indexing import index_waiting
    from retrieval.wiring import serving_generation

    index_waiting(v, serving_generation(v), terminal)


def _checked_limit(limit: int) -> int:
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(f"must be between 1 and {LIMIT_MAX:,}", field="--limit", value=limit)
    return limit


def _product_json(stored: StoredProduct) -> dict[str, Any]:
    product = stored.product
    return {
        **product.payload(),
        "description": product.description,
        "photos": [{"digest": photo.digest, "source": photo.source} for photo in product.photos],
        "attributes": dict(product.attributes),
        "version": stored.version,
        "state": stored.state,
        "attempts": stored.attempts,
        "error": stored.error,
        "updated_at": stored.updated_at.isoformat(),
    }


def _shown(value: object) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(item.get("source")) if isinstance(item, dict) else str(item) for item in value)
    return value if isinstance(value, bool | str) else str(value)


app = typer.Typer(help="List, show and delete products; retry failed ones.", no_args_is_help=True)
for name, run in {
    "list": list_products,
    "show": show_product,
    "delete": delete,
    "failed": failed,
    "retry": retry,
}.items():
    app.command(name)(run)
