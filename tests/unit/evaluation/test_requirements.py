"""What a run has to reach, and the reports it writes."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from core.errors import InvalidInput
from core.products import Product
from core.queries import SearchQuery
from evaluation.catalogue import Catalogue
from evaluation.measures import Measure
from evaluation.queries import Answered, JudgedQuery, QuerySet
from evaluation.report import as_json, named_figures
from evaluation.report_page import as_page
from evaluation.requirements import figure_of, parse_requirement
from evaluation.scoring import NDCG, figures, score
from evaluation.search_quality import Evaluation, SetResult
from evaluation.wording import TITLES

EVIL = '<script>alert("boots")</script>'


@pytest.fixture
def evaluation() -> Evaluation:
    asked = QuerySet(
        "attribute",
        "attributes in words",
        TITLES,
        tuple(JudgedQuery(text, SearchQuery(text=text), frozenset({"1"})) for text in (EVIL, "red boots")),
    )
    answers = {
        "hybrid": [Answered(("2", "1"), 2), Answered(("1",), 1)],
        "image": [Answered(("2",), 1), Answered(("2",), 1)],
    }
    scores = {name: score(asked, given) for name, given in answers.items()}
    made = {name: figures(one, seed=1) for name, one in scores.items()}
    products = (Product("1", "Red boots"), Product("2", EVIL))
    measure = Measure("attribute_over_bm25", "hybrid over BM25", float("nan"), float("nan"), float("nan"), 1.6)
    result = SetResult(asked, answers, scores, made)
    return Evaluation((result,), (measure,), Catalogue(products, 3), {p.id: p.title for p in products}, None)


@pytest.mark.parametrize(
    ("text", "kept", "missed"),
    [
        ("attribute.hybrid.ndcg@10>=0.8", 0.8, 0.79),
        ("wrongly_cut_to_nothing <= 0.02", 0.02, 0.021),
        ("a.b-c.mrr>.5", 0.51, 0.5),
        ("x<1e-3", 0.0, 0.001),
    ],
)
def test_a_requirement_is_a_figure_and_its_bound(text: str, kept: float, missed: float) -> None:
    requirement = parse_requirement(text)
    assert requirement.met_by(kept)
    assert not requirement.met_by(missed)
    assert not requirement.met_by(float("nan"))


@pytest.mark.parametrize("text", ["", "attribute", "attribute>=", ">=1", "a>=nan", "a=1", "a>=1>=2", "a>=x", "a>=inf"])
def test_what_is_no_requirement_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="Write attribute"):
        parse_requirement(text)


def test_figures_are_found_by_set_system_and_metric_or_by_the_name_of_a_measure(evaluation: Evaluation) -> None:
    value = figure_of(named_figures(evaluation), parse_requirement("attribute.hybrid.recall@10>=0"))
    assert value == 1.0
    assert np.isnan(figure_of(named_figures(evaluation), parse_requirement("attribute_over_bm25>=1")))
    with pytest.raises(InvalidInput, match=re.escape("attribute.image.ndcg@10")):
        figure_of(named_figures(evaluation), parse_requirement("attribute.images.ndcg@10>=0"))


def test_data_for_machines_is_plain_json_by_set_system_and_metric(evaluation: Evaluation) -> None:
    data = json.loads(json.dumps(as_json(evaluation), allow_nan=False))
    figure = data["sets"]["attribute"]["hybrid"][NDCG]
    assert figure["low"] <= figure["value"] <= figure["high"] <= figure["ceiling"] == 1.0
    assert "found_precision" not in data["sets"]["attribute"]["image"]
    assert data["measures"]["attribute_over_bm25"]["value"] is None
    assert data["measures"]["attribute_over_bm25"]["met"] is False
    assert data["about"]["products"] == 2
    assert data["about"]["rejected"] == 3


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing_from_the_catalogue(evaluation: Evaluation) -> None:
    page = as_page(evaluation)
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=|url\(|@import|https?://", page)
    assert page.count("<svg") == 1


def test_the_page_shows_what_the_search_answered_worst(evaluation: Evaluation) -> None:
    (worst,) = re.findall(r"<details>.*?</details>", as_page(evaluation))
    assert "Red boots" in worst
    assert "0.631" in worst
    assert "red boots" not in worst
