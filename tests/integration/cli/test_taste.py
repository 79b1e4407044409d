"""Events and shoppers from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.integration.cli.conftest import Vitrine


def test_events_of_a_file_change_what_their_shopper_finds(shop: Vitrine) -> None:
    when = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    rows = [f"anna,bag-red,like,{when}", f"anna,shirt-red,like,{when}", f"anna,bag-blue,dislike,{when}"]
    Path("events.csv").write_text("\n".join(["user,item,type,time", *rows, f"anna,nothing,like,{when}"]) + "\n")
    imported = shop("events", "import", "events.csv", "--rejected", "bad.jsonl", "--json")
    assert (imported.code, imported.data["accepted"], imported.data["rejected"]) == (1, 3, 1)
    assert json.loads(Path("bad.jsonl").read_text())["line"] == 5
    again = shop("events", "import", "events.csv")
    assert ("known before" in again.out, "nothing" in again.out, again.code) == (True, True, 1)

    found = shop("search", "--filter", "price<1000", "bag", "--user", "anna", "--explain", "--cutoff", "off")
    assert ("taste" in found.out, "why" in found.out) == (True, True)
    plain = shop("search", "bag", "--explain", "--cutoff", "off")
    assert "taste" not in plain.out
    assert shop("search", "bag", "--personalize", "0.5").code == 2

    shown = shop("users", "show", "anna")
    assert "bag-blue" in shown.out
    assert set(shop("users", "show", "anna", "--json").data["liked"]) == {"bag-red", "shirt-red"}
    assert shop("users", "merge", "berta", "anna", "--json").data["events"] == 3
    assert "Nothing is known" in shop("users", "show", "anna").err
    assert shop("users", "erase", "berta", "--json").data["events"] == 3
    assert shop("users", "erase", "berta").out.startswith("0 events")


def test_types_that_contradict_each_other_are_refused(shop: Vitrine) -> None:
    Path("events.csv").write_text("user,item,type,time\n")
    refused = shop("events", "import", "events.csv", "--type", "like", "--type", "a=view")
    assert (refused.code, "--type" in refused.err) == (2, True)
    assert shop("events", "import", "nothing.csv").code == 2
