"""How much any fusion of the views could win: the search beside orders that know more than a search can.

    python -m benchmarks.fusion_ceiling --data ../shared/data/fashion

Attribute queries over a shop that has titles and photos alone, as in `vitrine eval search`. What the views find is put
in order by the weighted sum that serves these very queries best, and by trees that learnt from the same scores of
other queries, and of their right answers, what is right. Neither can be had by a shop, whose queries come without
answers; what they reach over the best view alone is a bound for any rule that goes by these scores.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.generations import IMAGE, LEXICAL, TEXT
from core.indexing import ViewQuery
from core.ranking_metrics import ndcg
from core.settings import load_settings
from core.vectors import FloatArray
from evaluation.attributes import discover
from evaluation.catalogue import CatalogueFile, read_catalogue
from evaluation.queries import DEPTH, JudgedQuery
from evaluation.query_sets.attribute import attribute_queries
from evaluation.retrieval.encoding import remembering_shelf
from evaluation.shops import ShopPlan, open_shop
from evaluation.systems import embed_ahead
from evaluation.wording import TITLES, rewordings
from ranking.boosting import Boosted, Boosting, RankingRows, boost
from retrieval.search.encode import encode_query
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, serving_generation
from words.analysis import Analyzer

VIEWS = (TEXT, IMAGE, LEXICAL)
_FIRST = 10
_SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
_SEED, _LEARNT_FROM, _VALIDATED_ON = 7, (8, 9, 10), 11


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: the scores of all that any view has found, float32 (n, views), 0 for none, and what is right."""

    scores: FloatArray
    right: FloatArray
    relevant: int

    def ndcg(self, order_by: FloatArray) -> float:
        """Of the order by these scores (n,)."""
        gains = self.right[np.argsort(-order_by, kind="stable")][:_FIRST]
        padded = np.pad(gains, (0, _FIRST - len(gains)))
        return float(ndcg(padded[None], np.ones((1, self.relevant)), _FIRST)[0])

    @property
    def standard(self) -> FloatArray:
        """The scores of each view over their spread: (n, views)."""
        spread = self.scores.std(axis=0)
        centred: FloatArray = (self.scores - self.scores.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        return centred

    @property
    def features(self) -> FloatArray:
        """What trees go by: scores, standard scores, what is lacking to the best, and ranks: (n, 4 views)."""
        ranks = np.argsort(np.argsort(-self.scores, axis=0, kind="stable"), axis=0)
        lacking = self.scores.max(axis=0) - self.scores
        return np.hstack([self.scores, self.standard, lacking, np.log1p(ranks)]).astype(np.float32)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fusion_ceiling", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with products.csv and images.zip")
    parser.add_argument("--split", default="val")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument(
        "--cache", type=Path, default=Path("vitrine-data/evaluation"), help="keeps vectors between runs"
    )
    chosen = parser.parse_args()
    settings = load_settings()
    file = CatalogueFile(chosen.data / "products.csv", photos=chosen.data / "images.zip", split=chosen.split)
    products, analyzer = read_catalogue(file).products, Analyzer(settings.language)
    attributes = discover(products, analyzer)
    if attributes is None:
        sys.exit("no column says what a product is")
    plan = ShopPlan(file, products, rewordings(attributes, analyzer)[TITLES])
    shelf = remembering_shelf(settings, chosen.cache)
    with open_shop(plan, settings, chosen.cache, shelf, lambda *_: None) as v:

        def made(seed: int) -> tuple[JudgedQuery, ...]:
            return attribute_queries(attributes, analyzer, chosen.queries, seed)

        judged = made(_SEED)
        asked = _asked(v, judged)
        told = {query.label for query in judged}
        others = {query.label: query for seed in _LEARNT_FROM for query in made(seed) if query.label not in told}
        watched = [query for query in made(_VALIDATED_ON) if query.label not in told | others.keys()]
        learnt = _trees(_asked(v, tuple(others.values())), _asked(v, watched))
        hybrid = float(np.mean([_searched(v, query) for query in judged]))
    alone = {view: _mean(asked, [one.scores[:, at] for one in asked]) for at, view in enumerate(VIEWS)}
    shares = {pair: _mean(asked, [_sum(one, pair) for one in asked]) for pair in itertools.product(_SHARES, _SHARES)}
    best = max(shares, key=shares.__getitem__)
    figures = {
        **{f"{view} alone": value for view, value in alone.items()},
        "the search": hybrid,
        f"text + {best[0]:g} image + {best[1]:g} lexical, best for these queries": shares[best],
        f"trees that learnt from {len(others)} other queries and their answers": _mean(
            asked, [learnt.score(one.features) for one in asked]
        ),
    }
    print(
        f"{len(asked)} attribute queries, titles indexed, {len(products):,} products: NDCG@{_FIRST}, over the best view"
    )
    for name, value in figures.items():
        print(f"  {value:.3f}  {value / max(alone.values()):.3f}  {name}")
    return 0


def _asked(v: Vitrine, queries: Sequence[JudgedQuery]) -> list[Asked]:
    embed_ahead(v, queries)
    generation = serving_generation(v)
    vector_of = {view.name: view.vector for view in generation.views}
    found = []
    for judged in queries:
        vectors = encode_query(v, generation, judged.query)
        asked = [ViewQuery(vector_of[view], vectors[view], DEPTH) for view in VIEWS]
        together = v.store.score_together(generation.id, asked, None)
        right = np.array([product_id in judged.relevant for product_id in together.product_ids], dtype=np.float32)
        found.append(Asked(np.nan_to_num(together.scores.T), right, len(judged.relevant)))
    return found


def _searched(v: Vitrine, judged: JudgedQuery) -> float:
    ids = [hit.product_id for hit in search(v, judged.query).hits[:_FIRST]]
    gains = np.array([product_id in judged.relevant for product_id in ids], dtype=np.float32)
    return Asked(np.zeros((len(ids), 0), np.float32), gains, len(judged.relevant)).ndcg(-np.arange(len(ids)))


def _trees(training: Sequence[Asked], validation: Sequence[Asked]) -> Boosted:
    names = [f"{kind} {view}" for kind in ("score", "standard", "lacking", "rank") for view in VIEWS]
    return boost(_rows(training), _rows(validation), names, Boosting())


def _rows(asked: Sequence[Asked]) -> RankingRows:
    groups = np.repeat(np.arange(len(asked)), [len(one.right) for one in asked])
    features = np.concatenate([one.features for one in asked])
    return RankingRows(features, groups, np.concatenate([one.right for one in asked]).astype(np.float64))


def _sum(one: Asked, shares: tuple[float, float]) -> FloatArray:
    weighted: FloatArray = one.standard @ np.array([1.0, *shares], dtype=np.float32)
    return weighted


def _mean(asked: Sequence[Asked], orders: Sequence[FloatArray]) -> float:
    return float(np.mean([one.ndcg(order) for one, order in zip(asked, orders, strict=True)]))


if __name__ == "__main__":
    sys.exit(main())
