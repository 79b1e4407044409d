from __future__ import annotations

import pytest

from retrieval.search import timing
from retrieval.search.timing import StageClock


def test_a_stage_that_comes_again_is_added_to(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([1.0, 1.25, 2.0, 2.5, 3.0, 3.125])
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(moments))
    clock = StageClock()
    for name in ("recall", "recall", "fusion"):
        with clock.stage(name):
            pass
    assert clock.took_ms == {"recall": 750.0, "fusion": 125.0}
