"""How good a search is: every set of queries, asked of every system over the same products."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from core.settings import Settings
from evaluation.attributes import Attributes, discover
from evaluation.catalogue import Catalogue, CatalogueFile, read_catalogue
from evaluation.facet_counts import exact_facets
from evaluation.measures import Measure, facets_exact, measures
from evaluation.queries import Answered, QuerySet
from evaluation.query_sets.making import Pictures, SetMaker
from evaluation.remembering import RememberingShelf
from evaluation.retrieval.encoding import remembering_shelf
from evaluation.scoring import Figure, Scores, figures, score
from evaluation.shops import ShopPlan, open_shop
from evaluation.systems import PlainBm25, ShopSearch, System, ViewsAlone, embed_ahead
from evaluation.wording import IMPORTED, rewordings
from retrieval.wiring import Vitrine
from words.analysis import Analyzer

Report = Callable[[str, int, int], None]
Answers = Mapping[str, Sequence[Answered]]

FACETS = "facets"
_FACET_QUERIES = 50


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to evaluate with.

    Attributes
    ----------
    cache_dir: where indexed shops and vectors are kept between runs.
    queries_max: of each set.
    seed: the same seed asks the same queries of the same products.
    sets: names of the sets to ask, or how they begin, and `facets`; empty for all.
    attributes: columns that queries may name; empty for all that fit.
    sharper_photos: other files of the products' photos, named by product id: a folder, a tar or a zip.
    """

    file: CatalogueFile
    cache_dir: Path
    queries_max: int = 300
    seed: int = 7
    sets: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    sharper_photos: Path | None = None


@dataclass(frozen=True, slots=True)
class SetResult:
    """One set: what was asked, what each system answered, and how good that was."""

    asked: QuerySet
    answers: Answers
    scores: Mapping[str, Scores]
    figures: Mapping[str, Mapping[str, Figure]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was measured.

    Attributes
    ----------
    titles: by product id, for people.
    attributes: the columns that queries were made of; None where none was fit.
    """

    results: tuple[SetResult, ...]
    measures: tuple[Measure, ...]
    catalogue: Catalogue
    titles: Mapping[str, str]
    attributes: Attributes | None


@dataclass
class _Shops:
    """The shops of a run, each opened when its first query is asked."""

    plans: Mapping[str, ShopPlan]
    settings: Settings
    cache_dir: Path
    shelf: RememberingShelf
    report: Report
    stack: ExitStack
    _opened: dict[str, tuple[Vitrine, tuple[System, ...]]] = field(default_factory=dict)

    def get(self, wording: str) -> tuple[Vitrine, tuple[System, ...]]:
        """The shop of that wording, built if it was not kept, and all systems over it."""
        if wording not in self._opened:

            def report(what: str, done: int, total: int) -> None:
                self.report(f"{what}, {wording}", done, total)

            plan = self.plans[wording]
            v = self.stack.enter_context(open_shop(plan, self.settings, self.cache_dir, self.shelf, report))
            self._opened[wording] = (v, (ShopSearch(v), ViewsAlone(v), PlainBm25(plan.products, plan.reword)))
        return self._opened[wording]

    def photos(self, product_ids: Sequence[str]) -> dict[str, bytes]:
        """The first photo of each product that has one, by product id."""
        v, _ = self.get(IMPORTED)
        products = v.catalog.products.get_many(product_ids)
        return {
            product_id: v.catalog.photos.get(products[product_id].photos[0].digest)
            for product_id in product_ids
            if product_id in products and products[product_id].photos
        }


def evaluate_search(settings: Settings, request: EvaluationRequest, report: Report) -> Evaluation:
    """Ask every set of every system.

    Parameters
    ----------
    settings: the user's; only where data lies is another place.
    report: what is being done, and how much of it is done.

    Raises
    ------
    InvalidSource, InvalidInput: the products cannot be read, or there is no such set or column.
    EncoderUnavailable, StoreError, ConfigurationError: the shop cannot be built.
    """
    report("reading", 0, 1)
    catalogue = read_catalogue(request.file)
    analyzer = Analyzer(settings.language)
    attributes = discover(catalogue.products, analyzer, request.attributes)
    rewords = rewordings(attributes, analyzer)
    shelf = remembering_shelf(settings, request.cache_dir)
    with ExitStack() as stack:
        plans = {name: ShopPlan(request.file, catalogue.products, reword) for name, reword in rewords.items()}
        shops = _Shops(plans, settings, request.cache_dir, shelf, report, stack)
        pictures = Pictures(shops.photos, request.sharper_photos, settings.photo_bytes_max)
        maker = SetMaker(catalogue.products, attributes, analyzer, request.queries_max, request.seed, pictures)
        results = [_result(asked, shops, request.seed, report) for asked in _sets(maker, request)]
        judged = measures({result.asked.name: result.scores for result in results}, request.seed)
        judged += _facets(maker, shops, request, report)
    titles = {product.id: product.title for product in catalogue.products}
    return Evaluation(tuple(results), tuple(judged), catalogue, titles, attributes)


def _sets(maker: SetMaker, request: EvaluationRequest) -> list[QuerySet]:
    wanted = [name for name in request.sets if name != FACETS]
    return maker.make(wanted) if wanted or not request.sets else []


def _facets(maker: SetMaker, shops: _Shops, request: EvaluationRequest, report: Report) -> list[Measure]:
    """Whether facets count right; nothing where no query names attributes, or facets are not wanted."""
    asked = maker.attribute_queries[:_FACET_QUERIES]
    if maker.attributes is None or not asked or (request.sets and FACETS not in request.sets):
        return []
    report("counting facets", 0, len(asked))
    v, _ = shops.get(IMPORTED)
    return [facets_exact(exact_facets(v, maker.attributes, maker.products, asked), request.seed)]


def _result(asked: QuerySet, shops: _Shops, seed: int, report: Report) -> SetResult:
    v, systems = shops.get(asked.wording)
    report(f"asking, {asked.name}", 0, len(asked.queries))
    embed_ahead(v, asked.queries)
    # Kept at once, for a run that is stopped half way.
    shops.shelf.save()
    answers: dict[str, list[Answered]] = {}
    for number, judged in enumerate(asked.queries):
        report(f"asking, {asked.name}", number, len(asked.queries))
        for system in systems:
            for name, answer in system.answer(judged).items():
                answers.setdefault(name, []).append(answer)
    # A view that some of the queries do not reach is not compared over the others.
    complete = {name: given for name, given in answers.items() if len(given) == len(asked.queries)}
    scores = {name: score(asked, given) for name, given in complete.items()}
    return SetResult(asked, complete, scores, {name: figures(made, seed) for name, made in scores.items()})
