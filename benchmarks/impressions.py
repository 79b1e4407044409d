"""What learning from shoppers costs a search: noting what was shown, and ranking by what was learnt.

In this process, over a copy of the full index, 20 products a search. No query comes twice, since repeated ones are
remembered; both sides take turns. The thread that writes impressions works beside the searches of its side, so that
what it takes from them counts, and so does the writing of the last ones. Scores are those of 200 hits with every signal
there is, by 300 trees at most.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.context import Context
from benchmarks.full_index import copy_of, full_index
from benchmarks.measures import Measure, Target, alternated, ratios
from core.hits import SIGNALS
from core.queries import SearchQuery
from core.settings import load_settings
from ranking.boosting import Boosting, RankingRows, boost
from ranking.ranker import Ranker
from retrieval.impressions import ImpressionLog, note_search
from retrieval.reranking.ordering import reranked
from retrieval.search.candidates import Candidates
from retrieval.search.diversity import WINDOW
from retrieval.search.pipeline import search
from retrieval.wiring import Vitrine, open_vitrine

_NOTING = Target(1.05)
_SCORING_MS = Target(3.0)
_KEEP_DAYS = 90.0
_WARM = 20
_SCORED_TIMES = 50


def measure(context: Context) -> list[Measure]:
    """The ratio, and how long ranking takes."""
    index = copy_of(full_index(context), context.work_dir / "impressions")
    with open_vitrine(load_settings({"data_dir": index})) as v:
        columns = v.columns.latest()
        titles = iter(dict.fromkeys(str(title) for title in columns.by_field["title"].vocabulary.values))  # type: ignore[union-attr]
        count = context.sized(60, 6)
        logs = {"noted": ImpressionLog(v.catalog, _KEEP_DAYS), "not noted": ImpressionLog(v.catalog, 0.0)}
        for log in logs.values():
            _searched(v, log, itertools.islice(titles, _WARM))
        took = alternated(
            context.rounds,
            {name: lambda _, log=log: _searched(v, log, itertools.islice(titles, count)) for name, log in logs.items()},  # type: ignore[misc]
        )
        for log in logs.values():
            log.close()
    ranker, found = _ranker(), _found()
    scoring = tuple(_scoring_ms(ranker, found) for _ in range(context.rounds))
    return [
        ratios(f"{count} searches with impressions over as many without", took["noted"], took["not noted"], _NOTING),
        Measure("one search with impressions, mean", tuple(ms / count for ms in took["noted"]), "ms"),
        Measure(f"ranking {WINDOW} hits, processor time", scoring, "ms", _SCORING_MS),
    ]


def _searched(v: Vitrine, log: ImpressionLog, titles: Iterator[str]) -> float:
    began_s = time.perf_counter()
    for title in titles:
        query = SearchQuery(text=title, user_id="shopper")
        note_search(log, query, search(v, query))
    log.flush()
    return (time.perf_counter() - began_s) * 1_000


def _scoring_ms(ranker: Ranker, found: Candidates) -> float:
    took_ms = []
    for _ in range(_SCORED_TIMES):
        began_ns = time.process_time_ns()
        reranked(found, ranker)
        took_ms.append((time.process_time_ns() - began_ns) / 1e6)
    return statistics.median(took_ms)


def _found() -> Candidates:
    rng = np.random.default_rng(1)
    signals = {name: rng.normal(size=WINDOW).astype(np.float32) for name in SIGNALS}
    scores = np.sort(rng.normal(size=WINDOW).astype(np.float32))[::-1]
    return Candidates(tuple(f"p{i}" for i in range(WINDOW)), signals, scores)


def _ranker() -> Ranker:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(4_000, len(SIGNALS))).astype(np.float32)
    gains = (features[:, :3].sum(axis=1) + rng.normal(size=4_000) > 2).astype(np.float64)
    rows = RankingRows(features, np.repeat(np.arange(200), 20), gains)
    model = boost(rows, rows, tuple(SIGNALS), Boosting(trees=300))
    return Ranker("benchmark", model, tuple(SIGNALS), {})
