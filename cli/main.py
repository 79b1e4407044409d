"""The command line. Commands import their parts when they run, so that `vitrine --help` is instant."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import (
    doctor,
    encoders,
    evaluate,
    events,
    experiments,
    feed,
    finetune,
    importing,
    migrate,
    products,
    rank,
    reindex,
    rules,
    search,
    serve,
    settings,
    similar,
    suggest,
    synonyms,
    try_demo,
    users,
    worker,
)
from cli.exit_codes import explained

app = typer.Typer(
    name="vitrine",
    help="Search a shop's products by words, by picture, or both.",
    epilog=explained(),
    no_args_is_help=True,
    # Rich pages take three times as long to come up as the plain ones; help has to be instant.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for name, run in {
    "serve": serve.serve,
    "worker": worker.worker,
    "import": importing.import_products,
    "search": search.search_products,
    "similar": similar.similar_products,
    "feed": feed.show_feed,
    "suggest": suggest.suggest_words,
    "reindex": reindex.reindex,
    "settings": settings.show_settings,
    "doctor": doctor.doctor,
    "migrate": migrate.migrate_database,
    "demo": try_demo.demo,
}.items():
    app.command(name)(run)
app.add_typer(products.app, name="products")
app.add_typer(encoders.app, name="encoders")
app.add_typer(evaluate.app, name="eval")
app.add_typer(experiments.app, name="experiments")
app.add_typer(finetune.app, name="finetune")
app.add_typer(rank.app, name="rank")
app.add_typer(rules.app, name="rules")
app.add_typer(synonyms.app, name="synonyms")
app.add_typer(events.app, name="events")
app.add_typer(users.app, name="users")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"vitrine {version('vitrine')}")
        except PackageNotFoundError:
            typer.echo("vitrine, run from its source folder without being installed")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Search a shop's products by words, by picture, or both."""


def main() -> None:
    """Entry point of the `vitrine` command."""
    app()


if __name__ == "__main__":
    main()
