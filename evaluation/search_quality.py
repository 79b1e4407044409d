"""How good a search is: every set of queries, asked of every system over the same products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InvalidInput
from core.settings import Settings
from encoders import EncoderOptions
from evaluation.attributes import Attributes, discover
from evaluation.catalogue import Catalogue, CatalogueFile, read_catalogue
from evaluation.measures import ATTRIBUTE, ATTRIBUTE_IMPORTED, ATTRIBUTE_WORDS_OUT, OUT_OF_CATALOGUE, Measure, measures
from evaluation.queries import Answered, QuerySet
from evaluation.query_sets.attribute import attribute_queries
from evaluation.query_sets.known_item import known_item_sets
from evaluation.query_sets.out_of_catalogue import out_of_catalogue_queries
from evaluation.remembering import RememberingShelf
from evaluation.scoring import Figure, Scores, figures, score
from evaluation.shops import ShopPlan, open_shop
from evaluation.systems import PlainBm25, ShopSearch, System, ViewsAlone
from evaluation.wording import IMPORTED, TITLES, WORDS_OUT, rewordings
from words.analysis import Analyzer

Report = Callable[[str, int, int], None]
Answers = Mapping[str, Sequence[Answered]]


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to evaluate with.

    Attributes
    ----------
    cache_dir: where indexed shops and vectors are kept between runs.
    queries_max: of each set.
    seed: the same seed asks the same queries of the same products.
    sets: names of the sets to ask, or how they begin; empty for all.
    attributes: columns that queries may name; empty for all that fit.
    """

    file: CatalogueFile
    cache_dir: Path
    queries_max: int = 300
    seed: int = 7
    sets: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


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
    _opened: dict[str, tuple[System, ...]] = field(default_factory=dict)

    def systems(self, wording: str) -> tuple[System, ...]:
        """All systems over the shop of that wording, which is built if it was not kept."""
        if wording not in self._opened:

            def report(what: str, done: int, total: int) -> None:
                self.report(f"{what}, {wording}", done, total)

            plan = self.plans[wording]
            v = self.stack.enter_context(open_shop(plan, self.settings, self.cache_dir, self.shelf, report))
            self._opened[wording] = (ShopSearch(v), ViewsAlone(v), PlainBm25(plan.products, plan.reword))
        return self._opened[wording]


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
    options = EncoderOptions(settings.device, settings.encode_batch, settings.photo_pixels_max)
    shelf = RememberingShelf(options, folder=request.cache_dir / "vectors")
    with ExitStack() as stack:
        plans = {name: ShopPlan(request.file, catalogue.products, reword) for name, reword in rewords.items()}
        shops = _Shops(plans, settings, request.cache_dir, shelf, report, stack)
        sets = _chosen(list(_sets(catalogue, attributes, analyzer, request)), request.sets)
        results = [_result(asked, shops, request.seed, report) for asked in sorted(sets, key=lambda s: s.wording)]
        shelf.save()
    ordered = sorted(results, key=lambda result: [made.name for made in sets].index(result.asked.name))
    judged = measures({result.asked.name: result.scores for result in ordered}, request.seed)
    titles = {product.id: product.title for product in catalogue.products}
    return Evaluation(tuple(ordered), tuple(judged), catalogue, titles, attributes)


def _sets(
    catalogue: Catalogue, attributes: Attributes | None, analyzer: Analyzer, request: EvaluationRequest
) -> Iterator[QuerySet]:
    products, count, seed = catalogue.products, request.queries_max, request.seed
    if attributes is not None:
        judged = attribute_queries(attributes, analyzer, count, seed)
        right = "every product with these attributes"
        if judged:
            yield QuerySet(ATTRIBUTE, f"attributes in words, titles indexed: {right}", TITLES, judged)
            yield QuerySet(ATTRIBUTE_WORDS_OUT, f"the same, these words kept out: {right}", WORDS_OUT, judged)
            yield QuerySet(ATTRIBUTE_IMPORTED, f"the same, attributes indexed: {right}", IMPORTED, judged)
    yield from known_item_sets(products, analyzer, count, seed)
    judged = out_of_catalogue_queries(products, attributes, analyzer, count, seed)
    if judged:
        yield QuerySet(OUT_OF_CATALOGUE, "things that this shop does not sell: nothing", IMPORTED, judged)


def _chosen(sets: Sequence[QuerySet], wanted: Sequence[str]) -> list[QuerySet]:
    for name in wanted:
        if not any(made.name.startswith(name) for made in sets):
            raise InvalidInput(
                "there is no such set",
                field="--sets",
                value=name,
                remedy=f"With these products there are: {', '.join(made.name for made in sets) or 'none'}",
            )
    return [made for made in sets if not wanted or any(made.name.startswith(name) for name in wanted)]


def _result(asked: QuerySet, shops: _Shops, seed: int, report: Report) -> SetResult:
    systems = shops.systems(asked.wording)
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
