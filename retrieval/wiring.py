"""From settings to the parts that do the work, opened once and shared by every use case."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from catalog.opening import Catalog, open_catalog
from core.closing import Closing
from core.errors import ConfigurationError, EncoderUnavailable, SchemaMismatch, shown
from core.filters import ATTRIBUTE_PREFIX
from core.generations import (
    FUSED,
    IMAGE,
    LEXICAL,
    REACHED_BY_PHOTO,
    REACHED_BY_PRODUCT,
    REACHED_BY_TEXT,
    READY,
    TEXT,
    Generation,
    View,
)
from core.protocols import Encoder, LexicalEncoder, ProductEncoder, VectorStore
from core.settings import Settings
from encoders import EncoderOptions, describe_encoder, load_encoder
from encoders.batching import QueryBatcher
from encoders.fingerprints import fingerprint
from encoders.loading import whole_products_only
from retrieval.answering import Answering, Steps
from retrieval.asking import PopularQueries
from retrieval.columns.index import ColumnIndex
from retrieval.experiments import ExperimentShelf
from retrieval.feed.looking import KeptLooks
from retrieval.feed.together import TogetherShelf
from retrieval.ids import new_id
from retrieval.impressions import ImpressionLog
from retrieval.lexicon import LexiconShelf
from retrieval.popularity import PopularityShelf
from retrieval.reranking.shelf import RankerShelf
from retrieval.rules import RuleShelf
from retrieval.search.rankings import KeptRankings
from retrieval.search.recent import RecentlyFound
from retrieval.synonyms import SynonymShelf
from retrieval.taste.keeping import KeptFacts, KeptProfiles
from retrieval.taste.telling import TellingShelf
from vectorstore.opening import open_store
from words.analysis import Analyzer
from words.bm25 import Bm25

_log = logging.getLogger(__name__)

_ALL = frozenset({REACHED_BY_TEXT, REACHED_BY_PHOTO, REACHED_BY_PRODUCT})


@dataclass
class EncoderShelf:
    """Encoders by name, each loaded once, when it is first needed.

    One is loaded at a time, because the model libraries are not safe to load two at once. Whoever wants another that is
    in memory already does not wait for that.
    """

    options: EncoderOptions
    _loaded: dict[str, Encoder] = field(default_factory=dict)
    _of_products: dict[str, ProductEncoder] = field(default_factory=dict)
    _batchers: dict[str, QueryBatcher] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _loading: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str) -> Encoder:
        """The encoder of that name; raises `EncoderUnavailable` when it cannot be loaded."""
        encoder = self._in_memory(name)
        if encoder is not None:
            return encoder
        with self._loading:
            # Somebody else may have loaded it in the meantime.
            encoder = self._in_memory(name)
            if encoder is None:
                encoder = load_encoder(name, self.options)
                with self._lock:
                    self._loaded[name] = encoder
            return encoder

    def products(self, name: str) -> ProductEncoder:
        """The encoder of whole products of that name; raises `EncoderUnavailable` when it cannot be loaded."""
        from encoders.two_tower import load_two_tower

        with self._loading:
            if name not in self._of_products:
                self._of_products[name] = load_two_tower(name, self.options)
            return self._of_products[name]

    def queries(self, name: str) -> QueryBatcher:
        """The same encoder for queries: those that wait share a batch, repeated ones are remembered."""
        encoder = self.get(name)
        with self._lock:
            if name not in self._batchers:
                self._batchers[name] = QueryBatcher(encoder)
            return self._batchers[name]

    @property
    def loaded(self) -> frozenset[str]:
        """Names of the encoders that are in memory."""
        with self._lock:
            return frozenset(self._loaded)

    def close(self) -> None:
        """Stop the threads that batch queries."""
        with self._lock:
            for batcher in self._batchers.values():
                batcher.close()
            self._batchers.clear()

    def _in_memory(self, name: str) -> Encoder | None:
        with self._lock:
            return self._loaded.get(name)


@dataclass(frozen=True)
class Vitrine(Closing):
    """The opened parts. Close it when done, or use it as a context manager.

    Attributes
    ----------
    answering: which generation answers searches in this process.
    opened: ids of the generations whose collection has been opened.
    columns: all products in memory, for filters, facets and orders.
    lexicon: the words of all products in memory, for corrections and suggestions.
    synonyms: the shop's synonyms in memory. rules: its merchandising rules.
    popularity: how much each product is wanted, in memory. together: who wants what, likewise.
    telling: which facts tell shoppers apart.
    rankers: order hits by what they have learnt. experiments: what runs now.
    impressions: notes what shoppers are shown.
    popular_queries: what many shoppers search for.
    rankings: the orders that later pages of searches go on in.
    profiles: shoppers' profiles as they were a moment ago. looks, facts: what products look like,
        and what is told of them, likewise.
    recent: what searches have found a moment ago, for facets.
    indexed_fields: generation, epoch of its collection, attribute and kind of each index that was asked for.
    """

    settings: Settings
    catalog: Catalog
    store: VectorStore
    encoders: EncoderShelf
    lexical: LexicalEncoder
    columns: ColumnIndex
    lexicon: LexiconShelf
    synonyms: SynonymShelf
    rules: RuleShelf
    popularity: PopularityShelf
    together: TogetherShelf
    telling: TellingShelf
    impressions: ImpressionLog
    rankers: RankerShelf
    experiments: ExperimentShelf
    popular_queries: PopularQueries
    rankings: KeptRankings = field(default_factory=KeptRankings)
    recent: RecentlyFound = field(default_factory=RecentlyFound)
    profiles: KeptProfiles = field(default_factory=KeptProfiles)
    looks: KeptLooks = field(default_factory=KeptLooks)
    facts: KeptFacts = field(default_factory=KeptFacts)
    answering: Answering = field(default_factory=Answering)
    opened: set[str] = field(default_factory=set)
    indexed_fields: set[tuple[str, str, str, str]] = field(default_factory=set)

    def close(self) -> None:
        """Let go of the database, the store and the encoders; stored data stays."""
        self.answering.close()
        self.impressions.close()
        self.columns.close()
        self.lexicon.close()
        self.encoders.close()
        self.store.close()
        self.catalog.close()


def open_vitrine(settings: Settings) -> Vitrine:
    """Open every part; the vector store's process starts and encoders load only when they are first used.

    Raises
    ------
    CatalogUnavailable, StoreError, ConfigurationError: a part cannot be opened, and what to do about it.
    """
    catalog = open_catalog(settings.catalog_url, settings.data_dir, migrate=settings.database_url is None)
    return _closing_on_error(catalog.close, lambda: _open_around(settings, catalog))


def _open_around(settings: Settings, catalog: Catalog) -> Vitrine:
    store = open_store(settings, catalog.database_id, catalog.shop)
    options = EncoderOptions(
        device=settings.device,
        batch_size=settings.encode_batch,
        photo_pixels_max=settings.photo_pixels_max,
        precision=settings.precision,
    )
    analyzer = Analyzer(settings.language)
    columns, together = ColumnIndex(catalog), TogetherShelf(catalog)
    return Vitrine(
        settings,
        catalog,
        store,
        EncoderShelf(options),
        Bm25(analyzer),
        columns,
        LexiconShelf(catalog, analyzer),
        SynonymShelf(catalog, analyzer),
        RuleShelf(catalog, analyzer),
        PopularityShelf(catalog),
        together,
        TellingShelf(together, columns),
        ImpressionLog(catalog, settings.impressions_keep_days),
        RankerShelf(settings.data_dir),
        ExperimentShelf(catalog),
        PopularQueries(catalog),
    )


def _closing_on_error(close: Callable[[], None], build: Callable[[], Vitrine]) -> Vitrine:
    try:
        return build()
    except BaseException:
        close()
        raise


def serving_generation(v: Vitrine) -> Generation:
    """The generation that answers queries; on a new database it is created from the settings.

    The first time it is seen, its collection is opened and what an unclean end may have lost is queued again; all
    of it, if other terms were made of its words than today.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    generation = v.catalog.generations.serving() or _first_generation(v)
    if generation.id not in v.opened:
        _compare_encoders(v.settings, generation)
        generation = _with_todays_weights(v, _with_todays_terms(v, generation))
        reconcile(v, generation)
        v.opened.add(generation.id)
    return generation


def answering_generation(v: Vitrine) -> Generation:
    """The generation that a search is answered with; see `Answering`.

    Raises
    ------
    CatalogUnavailable, StoreError
    """
    return v.answering.current(Steps(v.catalog.generations.serving, partial(serving_generation, v), partial(_ready, v)))


def _ready(v: Vitrine) -> Generation:
    """The serving generation, opened and with its encoders in memory."""
    generation = serving_generation(v)
    load_encoders(v, generation)
    return generation


def _with_todays_terms(v: Vitrine, generation: Generation) -> Generation:
    """Have the lexical vectors made anew when language or version have changed; until then fewer words are found."""
    view = generation.view(LEXICAL)
    if view is None or view.encoder == v.lexical.name:
        return generation
    queued = v.catalog.generations.change_encoder(generation.id, view.name, v.lexical.name)
    if queued:
        _log.warning(
            "the words of the index were read as %r, now as %r: %d products are queued to be indexed again",
            view.encoder,
            v.lexical.name,
            queued,
        )
    return v.catalog.generations.get(generation.id)


def _with_todays_weights(v: Vitrine, generation: Generation) -> Generation:
    """Have vectors made anew when other weights stand behind an encoder's name; until then fewer products are found."""
    changed = [view for view in generation.views if _todays_weights(view) != view.weights]
    for view in changed:
        queued = v.catalog.generations.change_weights(generation.id, view.name, _todays_weights(view))
        if queued:
            _log.warning(
                "other weights than those of the index stand behind encoder %r: its %s view is made anew, %d products "
                "are queued to be indexed again",
                view.encoder,
                view.name,
                queued,
            )
    return v.catalog.generations.get(generation.id) if changed else generation


def _todays_weights(view: View) -> str:
    """The fingerprint of the view's encoder; as it was, where none of that name could make the view's vectors."""
    try:
        fits = not view.lexical and describe_encoder(view.encoder).dim == view.dim
        return fingerprint(view.encoder) if fits else view.weights
    except (ConfigurationError, EncoderUnavailable, OSError):
        # Whoever needs the encoder is told.
        return view.weights


def reconcile(v: Vitrine, generation: Generation) -> int:
    """Open the collection and queue again what it may have lost since it was last seen; returns how many products."""
    status = v.store.ensure(generation)
    requeued = v.catalog.generations.reconcile(generation.id, status)
    index_attributes(v, generation, status.epoch)
    return requeued


def index_attributes(v: Vitrine, generation: Generation, epoch: str) -> None:
    """Make filters on every attribute fast whose values are all of one kind.

    Each is asked for once in an epoch: a collection that was made anew has another one, and has lost its indexes.
    """
    for name, kind in v.catalog.products.attribute_kinds().items():
        wanted = (generation.id, epoch, name, kind)
        if kind != "mixed" and wanted not in v.indexed_fields:
            v.store.index_field(generation.id, f"{ATTRIBUTE_PREFIX}{name}", kind)
            v.indexed_fields.add(wanted)


def flush(v: Vitrine, generation: Generation) -> None:
    """Make everything indexed so far survive the machine's death, and note in the database how far that reaches."""
    status = v.store.status(generation.id)
    # First, because the store forgets what it has told of losses when whoever was told flushes.
    v.catalog.generations.reconcile(generation.id, status)
    reached = v.catalog.generations.write_seq(generation.id)
    v.store.flush(generation.id)
    if v.store.status(generation.id).epoch == status.epoch:
        v.catalog.generations.set_flushed(generation.id, reached, status.epoch)


def loaded_encoder(v: Vitrine, view: View) -> Encoder:
    """The encoder of a view, checked against what the index was built with.

    Raises
    ------
    SchemaMismatch: the weights behind the name have changed their dimension.
    """
    encoder = v.encoders.get(view.encoder)
    _check_dim(view, encoder.description.dim)
    return encoder


def loaded_product_encoder(v: Vitrine, view: View) -> ProductEncoder:
    """The encoder of a view of whole products, checked likewise.

    Raises
    ------
    SchemaMismatch: the weights behind the name have changed their dimension.
    """
    encoder = v.encoders.products(view.encoder)
    _check_dim(view, encoder.description.dim)
    return encoder


def _check_dim(view: View, dim: int) -> None:
    if dim != view.dim:
        raise SchemaMismatch(
            f"encoder {view.encoder!r} makes vectors of {dim} numbers, but the index was built with {view.dim}. Put "
            "the old weights back, or build a new one: vitrine reindex --anew"
        )


def load_encoders(v: Vitrine, generation: Generation) -> None:
    """Load all encoders of an index, so that missing weights are an error now and not an outage later.

    Raises
    ------
    EncoderUnavailable, SchemaMismatch
    """
    for view in generation.views:
        if view.name == FUSED:
            loaded_product_encoder(v, view)
        elif not view.lexical:
            loaded_encoder(v, view)


def _first_generation(v: Vitrine) -> Generation:
    made = Generation(id=new_id("g"), shop=v.catalog.shop, views=views_of(v.settings, v.lexical), status=READY)
    return v.catalog.generations.first(made)


def views_of(settings: Settings, lexical: LexicalEncoder) -> tuple[View, ...]:
    """The views of an index that is built by these settings.

    Raises
    ------
    ConfigurationError: an encoder that is not known.
    """
    eyes = describe_encoder(settings.encoder)
    words = describe_encoder(settings.text_encoder or settings.encoder)
    for encoder in (eyes, words):
        if encoder.whole:
            raise whole_products_only(encoder.name)
    views = []
    if eyes.photo:
        reached = _ALL if eyes.text else _ALL - {REACHED_BY_TEXT}
        views.append(View(IMAGE, IMAGE, eyes.dim, eyes.name, reached, fingerprint(eyes.name)))
    if words.text:
        reached = frozenset({REACHED_BY_TEXT, REACHED_BY_PRODUCT})
        views.append(View(TEXT, TEXT, words.dim, words.name, reached, fingerprint(words.name)))
    if settings.product_encoder:
        wholes = describe_encoder(settings.product_encoder)
        if not wholes.whole:
            raise ConfigurationError(
                f"product_encoder: {shown(wholes.name)} embeds no whole products. Name a model of `vitrine finetune "
                "two-tower` as two-tower:PATH"
            )
        reached = frozenset({REACHED_BY_PRODUCT})
        views.append(View(FUSED, FUSED, wholes.dim, wholes.name, reached, fingerprint(wholes.name)))
    views.append(View(LEXICAL, LEXICAL, 0, lexical.name, frozenset({REACHED_BY_TEXT})))
    return tuple(views)


def _compare_encoders(settings: Settings, generation: Generation) -> None:
    """Say when the settings ask for other encoders than the index was built with; it goes on with its own."""
    if not settings.model_fields_set & {"encoder", "text_encoder", "product_encoder"}:
        return
    wanted = {IMAGE: settings.encoder, TEXT: settings.text_encoder or settings.encoder, FUSED: settings.product_encoder}
    for view in generation.views:
        name = wanted.get(view.name)
        if name is not None and describe_encoder(name).name != view.encoder:
            _log.warning(
                "the index was built with encoder %r for its %s view and goes on with it; the settings say %r. "
                "`vitrine reindex` builds an index with that one",
                view.encoder,
                view.name,
                name,
            )
