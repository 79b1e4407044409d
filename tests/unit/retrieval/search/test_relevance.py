from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.examples import Example
from core.queries import AUTO, OFF, SearchQuery
from core.relevance import MEANING, PHOTO, WORDS, Calibration, Logistic
from core.vectors import FloatArray
from retrieval.relevance.features import Asked
from retrieval.search.candidates import Candidates
from retrieval.search.relevance import CUTOFFS, MEANING_TRUST, NEAREST_MIN, RELEVANCE, Judge

# What each model looks at, in its order.
_OPEN, _SHUT = Logistic((0.0,) * 6, 50.0), Logistic((0.0,) * 6, -50.0)
_DENSE_OPEN, _DENSE_SHUT = Logistic((0.0,) * 4, 50.0), Logistic((0.0,) * 4, -50.0)
# Relevant is what lies above a cosine of 0.5 by words: the sum of the best and the distance from it.
_BY_TEXT = Logistic((20.0, 20.0, 0.0, 0.0, 0.0), -10.0)
_BY_TEXT_ALONE = Logistic((20.0, 20.0, 0.0, 0.0), -10.0)


def found(*text: float) -> Candidates:
    scores = np.array(text, dtype=np.float32)
    ids = tuple(f"p{i}" for i in range(len(text)))
    return Candidates(ids, {"text": scores, "lexical": np.zeros_like(scores)}, np.zeros_like(scores))


def judge(
    cutoff: str | float = AUTO,
    *,
    known: Logistic = _OPEN,
    unknown: Logistic = _DENSE_SHUT,
    meaning: Logistic | None = None,
    photo: bytes | None = None,
    said: Asked = Asked(1.0),  # noqa: B008 - frozen
    nonsense: bool = False,
) -> Judge:
    relevance = {WORDS: _BY_TEXT, PHOTO: _BY_TEXT_ALONE} | ({} if meaning is None else {MEANING: meaning})
    query = SearchQuery(text="" if photo else "red", images=(Example(photo),) if photo else (), cutoff=cutoff)
    spreads = {WORDS: {"text": 0.1, "lexical": 0.25}, PHOTO: {"image": 0.1}}
    calibration = Calibration(known, unknown, relevance, spreads, 200)
    return Judge(calibration, PHOTO if photo else WORDS, query, said, nonsense)


def left(judge: Judge, candidates: Candidates) -> tuple[str, ...]:
    return judge.kept(judge.judged(candidates).ranked(len(candidates))).ids


def relevance_of(judged: Candidates) -> FloatArray:
    return judged.signals[RELEVANCE]


def test_hits_carry_how_sure_it_is() -> None:
    judged = judge().judged(found(0.4, 0.6))
    assert relevance_of(judged) == pytest.approx([1 / (1 + np.exp(2)), 1 / (1 + np.exp(-2))], abs=1e-5)


def test_the_order_weighs_each_view_over_its_usual_spread() -> None:
    two = Candidates(
        ("p0", "p1"),
        {"text": np.array([0.5, 0.4], dtype=np.float32), "lexical": np.array([1.0, 4.0], dtype=np.float32)},
        np.zeros(2, dtype=np.float32),
    )
    assert judge().judged(two).scores == pytest.approx([0.8 * 5 + 0.25 / 0.25, 0.8 * 4 + 1 / 0.25], abs=1e-5)


def test_what_else_was_found_changes_no_order() -> None:
    few, many = found(0.55, 0.5, 0.6), found(0.55, 0.5, 0.6, 0.1, -0.3, 0.58)
    assert judge().judged(few).scores == pytest.approx(judge().judged(many).scores[:3])


def test_auto_ends_the_hits_where_they_are_rather_not_relevant() -> None:
    assert left(judge(), found(0.45, 0.55, 0.7, 0.1)) == ("p2", "p1")


def test_where_something_is_found_the_best_stays() -> None:
    assert left(judge(), found(0.2, 0.3, 0.1)) == ("p1",)


def test_off_keeps_everything() -> None:
    assert left(judge(OFF, known=_SHUT), found(0.2, 0.3)) == ("p1", "p0")


@pytest.mark.parametrize(("cutoff", "kept"), [(0, 3), (0.5, 2), (0.9, 1), (1, 0), (1.0, 0)])
def test_a_number_is_the_least_relevance_whatever_the_gate_says(cutoff: float, kept: int) -> None:
    assert len(left(judge(cutoff, known=_SHUT), found(0.1, 0.55, 0.65))) == kept


def test_a_shut_gate_leaves_nothing() -> None:
    assert left(judge(known=_SHUT), found(0.9, 0.8)) == ()


def test_either_gate_lets_a_query_in() -> None:
    assert left(judge(known=_SHUT, unknown=_DENSE_OPEN), found(0.9, 0.8)) == ("p0", "p1")


def test_of_a_picture_the_nearest_are_always_shown() -> None:
    nothing_like_it = [0.2 - i / 1000 for i in range(3 * NEAREST_MIN)]
    shown = left(judge(known=_SHUT, photo=b"picture"), found(0.9, *nothing_like_it))
    assert set(shown) == {f"p{i}" for i in range(NEAREST_MIN)}
    assert left(judge(known=_SHUT, photo=b"picture"), found(0.9, 0.2)) == ("p0", "p1")
    much_like_it = [0.9 - i / 1000 for i in range(3 * NEAREST_MIN)]
    assert len(left(judge(photo=b"picture"), found(*much_like_it, 0.2))) == 3 * NEAREST_MIN


def test_what_means_the_same_is_kept_without_its_words_but_trusted_less() -> None:
    blind = Logistic((0.0,) * 4, 50.0)
    judged = judge(meaning=blind).judged(found(0.1, 0.9))
    assert relevance_of(judged) == pytest.approx([MEANING_TRUST, 1.0], abs=1e-3)
    assert judged.scores[0] < judged.scores[1]
    assert CUTOFFS[WORDS] < MEANING_TRUST


def test_what_is_not_wanted_changes_the_order_and_not_what_is_relevant() -> None:
    plain = found(0.9, 0.8, 0.1)
    away = replace(plain, signals={**plain.signals, "away_text": np.array([0.2, 0.7, 0.6], dtype=np.float32)})
    assert left(judge(), plain) == ("p0", "p1")
    assert left(judge(), away) == ("p1", "p0")
    assert relevance_of(judge().judged(away)) == pytest.approx(relevance_of(judge().judged(plain)))


def test_nothing_found_stays_nothing() -> None:
    for cutoff in (AUTO, OFF, 0.5):
        assert left(judge(cutoff), found()) == ()


def test_a_model_number_means_nothing_but_itself() -> None:
    sure = Logistic((0.0,) * 4, 50.0)
    assert left(judge(meaning=sure), found(0.1, 0.9)) == ("p1", "p0")
    assert left(judge(meaning=sure, said=Asked(1.0, 1.0, names_code=True)), found(0.1, 0.9)) == ("p1",)


def test_nonsense_has_to_look_more_like_something() -> None:
    likely = Logistic((0.0,) * 4, float(np.log(0.8 / 0.2)))
    assert left(judge(known=_SHUT, unknown=likely), found(0.9)) == ("p0",)
    assert left(judge(known=_SHUT, unknown=likely, nonsense=True), found(0.9)) == ()
    assert left(judge(known=_SHUT, unknown=_DENSE_OPEN, nonsense=True), found(0.9)) == ("p0",)


def test_all_is_found_where_the_last_in_every_view_is_not_relevant() -> None:
    asks, candidates = judge(), found(0.9, 0.6, 0.3)
    judged = asks.judged(candidates)
    assert asks.is_all(judged, candidates, depth=3)
    # The second nearest is relevant, so that another may lie just behind it.
    assert not asks.is_all(judged, candidates, depth=2)
    # A view that has found less than it was asked for has nothing more.
    assert asks.is_all(judged, candidates, depth=4)


def test_where_nothing_ends_the_hits_there_may_always_be_more() -> None:
    candidates = found(0.9, 0.1)
    assert not judge(OFF).is_all(judge(OFF).judged(candidates), candidates, depth=2)


def test_what_was_found_but_does_not_count_still_says_how_near_others_are() -> None:
    asks, candidates = judge(), found(0.95, 0.9, 0.3)
    judged = asks.judged(candidates.take(np.array([2])))
    assert not asks.is_all(judged, candidates, depth=2)
    assert asks.is_all(asks.judged(candidates), candidates, depth=3)


def test_a_model_that_holds_nearness_against_a_product_tells_nothing_of_others() -> None:
    asks, candidates = judge(), found(0.9, 0.1)
    against = Logistic((20.0, 20.0, -1.0, 0.0, 0.0), -10.0)
    older = replace(asks, calibration=replace(asks.calibration, relevance={WORDS: against}))
    assert asks.is_all(asks.judged(candidates), candidates, depth=2)
    assert not older.is_all(older.judged(candidates), candidates, depth=2)


_NEARNESS = st.floats(-1.0, 1.0, width=32)


@given(
    st.lists(st.tuples(_NEARNESS, _NEARNESS, st.floats(0.0, 30.0, width=32)), min_size=1, max_size=12),
    st.tuples(_NEARNESS, _NEARNESS, st.floats(0.0, 30.0, width=32)),
    st.tuples(*[st.floats(0.0, 20.0)] * 3, st.floats(-20.0, 20.0)),
    st.sampled_from([AUTO, 0.3, 0.9]),
    st.integers(1, 12),
)
def test_where_all_is_found_no_product_that_lies_deeper_would_be_kept(
    rows: list[tuple[float, float, float]],
    other: tuple[float, float, float],
    weights: tuple[float, float, float, float],
    cutoff: str | float,
    depth: int,
) -> None:
    by_view = dict(zip(("text", "image", "lexical"), np.array(rows, dtype=np.float32).T, strict=True))
    candidates = Candidates(tuple(f"p{i}" for i in range(len(rows))), by_view, np.zeros(len(rows), dtype=np.float32))
    near_text, near_image, words, bias = weights
    model = Logistic((near_text, 1.0, near_image, 1.0, words), bias)
    asks = judge(cutoff)
    asks = replace(asks, calibration=replace(asks.calibration, relevance={WORDS: model}))
    kept = left(asks, candidates)
    if len(rows) < depth or not asks.is_all(asks.judged(candidates), candidates, depth):
        return
    # In no view nearer than the last of those that were found.
    lasts = [np.sort(values)[-depth] for values in by_view.values()]
    deeper = np.minimum(np.array(other, dtype=np.float32), lasts).astype(np.float32)
    more = Candidates(
        (*candidates.ids, "other"),
        {view: np.append(values, score) for (view, values), score in zip(by_view.items(), deeper, strict=True)},
        np.zeros(len(rows) + 1, dtype=np.float32),
    )
    assert left(asks, more) == kept
