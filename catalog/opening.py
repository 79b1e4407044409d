"""Opening a catalogue: from a URL and a folder to everything that lives in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from catalog.changes import ProductChanges
from catalog.database import Clock, Database
from catalog.events import Events
from catalog.experiments import Experiments
from catalog.generations import Generations
from catalog.impressions import Impressions
from catalog.jobs import Jobs
from catalog.migrating import apply_migrations, check_revision, database_id
from catalog.photos import PhotoStore
from catalog.product_words import ProductWords
from catalog.products import Products
from catalog.queue import SqlJobQueue
from catalog.rules import StoredRules
from catalog.shoppers import Shoppers
from catalog.synonyms import SynonymRules
from catalog.wants import Wants

PHOTOS_FOLDER = "photos"


@dataclass(frozen=True, slots=True)
class Catalog:
    """One shop's truth: products, jobs, generations, the queue, what shoppers did and saw, photo bytes. Thread-safe.

    Attributes
    ----------
    database_id: random, made with the database; marks everything derived from it.
    """

    shop: str
    database_id: str
    products: Products
    changes: ProductChanges
    words: ProductWords
    synonyms: SynonymRules
    rules: StoredRules
    jobs: Jobs
    generations: Generations
    queue: SqlJobQueue
    events: Events
    wants: Wants
    impressions: Impressions
    experiments: Experiments
    shoppers: Shoppers
    photos: PhotoStore
    _database: Database = field(repr=False)

    def close(self) -> None:
        """Let go of the database; what is stored stays."""
        self._database.close()

    def ping(self) -> None:
        """Return when the database answers.

        Raises
        ------
        CatalogUnavailable
        """
        with self._database.reading() as connection:
            connection.execute(sa.text("SELECT value FROM meta LIMIT 1"))


def open_catalog(
    url: str, data_dir: Path, *, shop: str = "default", migrate: bool = True, clock: Clock | None = None
) -> Catalog:
    """Open the catalogue of one shop; its photos lie in `data_dir`.

    Parameters
    ----------
    url: `sqlite:///FILE` or `postgresql+psycopg://...`.
    migrate: bring the tables up to date first; else they must be so.
    clock: epoch seconds, for tests; default: the database's own.

    Raises
    ------
    ConfigurationError: the URL names no database that is supported.
    CatalogUnavailable: it cannot be reached, or has other tables than this version needs; names the remedy.
    """
    database = Database(url, clock=clock)
    try:
        if migrate:
            apply_migrations(database)
        else:
            check_revision(database)
        return Catalog(
            shop=shop,
            database_id=database_id(database),
            products=Products(database, shop),
            changes=ProductChanges(database, shop),
            words=ProductWords(database, shop),
            synonyms=SynonymRules(database, shop),
            rules=StoredRules(database, shop),
            jobs=Jobs(database, shop),
            generations=Generations(database, shop),
            queue=SqlJobQueue(database, shop),
            events=Events(database, shop),
            wants=Wants(database, shop),
            impressions=Impressions(database, shop),
            experiments=Experiments(database, shop),
            shoppers=Shoppers(database, shop),
            photos=PhotoStore(data_dir / PHOTOS_FOLDER),
            _database=database,
        )
    except BaseException:
        database.close()
        raise


def migrate(url: str) -> None:
    """Bring the tables of a database to what this version needs; does nothing when they are.

    Raises
    ------
    ConfigurationError, CatalogUnavailable
    """
    database = Database(url)
    try:
        apply_migrations(database)
    finally:
        database.close()
