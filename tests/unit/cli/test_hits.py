from __future__ import annotations

import json

import pytest
from rich.console import Console

from cli.hits import show_hits
from cli.terminal import Terminal
from core.filters import Equals
from core.hits import Hit, SearchAnswer
from core.queries import SearchQuery

_HIT = Hit(
    "p1", 2.5, {"lexical": 3.0, "text": 0.5, "relevance": 0.75}, {"title": "Red shirt"}, {"text": 12, "lexical": 1}
)


def _shown(
    capsys: pytest.CaptureFixture[str], answer: SearchAnswer, query: SearchQuery, *, as_json: bool = False
) -> str:
    terminal = Terminal(as_json, Console(width=160), Console(stderr=True))
    show_hits(terminal, answer, explain=query.explain, query=query)
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_a_shop_that_has_nothing_of_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    said = _shown(capsys, SearchAnswer((), "q"), SearchQuery(text="xylophone"))
    assert 'Nothing in this shop matches "xylophone".' in said
    assert "--cutoff off" in said


def test_what_was_not_cut_or_filtered_away_is_not_blamed_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--cutoff" not in _shown(capsys, SearchAnswer((), "q"), SearchQuery(text="xylophone", cutoff="off"))
    query = SearchQuery(text="shirt", filter=Equals("category", "Bags"))
    assert "under these filters" in _shown(capsys, SearchAnswer((), "q"), query)


def test_an_explanation_shows_signals_with_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    said = _shown(capsys, SearchAnswer((_HIT,), "q", total=1), SearchQuery(text="red", explain=True))
    assert said.index("relevance") < said.index("text") < said.index("lexical")
    assert "0.500 #12" in said.replace("\n", " ")


def test_json_carries_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    said = _shown(capsys, SearchAnswer((_HIT,), "q", total=1), SearchQuery(text="red", explain=True), as_json=True)
    (hit,) = json.loads(said)["hits"]
    assert hit["ranks"] == {"text": 12, "lexical": 1}
    assert hit["signals"]["relevance"] == 0.75
