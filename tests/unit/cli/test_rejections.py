"""The file of rejected records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.rejections import rejections_file
from core.errors import InvalidSource
from core.jobs import Rejection


def test_every_rejection_is_kept_however_many_there_are(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    with rejections_file(path) as keep:
        for batch in range(5):
            keep([Rejection(batch * 500 + i, f"p{i}", "price", "'-1'", "größer") for i in range(500)])
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["line"] for line in lines] == list(range(2_500))
    assert lines[0] == {"line": 0, "id": "p0", "field": "price", "value": "'-1'", "reason": "größer"}


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="--rejected"), rejections_file(tmp_path / "no" / "such" / "folder"):
        pytest.fail("nothing may be imported")
