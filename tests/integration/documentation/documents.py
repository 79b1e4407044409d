"""Shell examples in documents: found, taken apart, and sent to the application as curl would send them."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

ROOT = Path(__file__).parents[3]
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)

Command = tuple[str, ...]


def examples(document: str) -> list[list[Command]]:
    """The commands of every shell block of a document, block by block, split into words as a shell does."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [list(_commands(block)) for block in _BLOCK.findall(text)]


def _commands(block: str) -> Iterator[Command]:
    """A command ends with its line, unless a backslash or an open quotation mark goes on in the next."""
    begun = ""
    for line in block.splitlines():
        begun += line + "\n"
        if line.endswith("\\"):
            continue
        try:
            words = shlex.split(begun.replace("\\\n", " "), comments=True)
        except ValueError:
            continue
        begun = ""
        if words:
            yield tuple(words)
    assert not begun, begun


def curl(client: TestClient[Litestar], words: Command) -> Any:
    """The answer to a request as curl would make it of these arguments."""
    parser = argparse.ArgumentParser(prog="curl")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-G", dest="as_query", action="store_true")
    parser.add_argument("-X", dest="method")
    for option, dest in (("-H", "headers"), ("-d", "data"), ("-F", "form"), ("--data-urlencode", "pairs")):
        parser.add_argument(option, dest=dest, action="append", default=[])
    parser.add_argument("url")
    given = parser.parse_args(words)
    url = re.sub(r"^localhost:8000", "http://127.0.0.1", given.url)
    if given.as_query:
        return client.get(url, params=dict(pair.split("=", 1) for pair in given.pairs))
    headers = dict(header.split(": ", 1) for header in given.headers)
    if given.form:
        fields = dict(pair.split("=", 1) for pair in given.form)
        files = {name: Path(value[1:]).read_bytes() for name, value in fields.items() if value.startswith("@")}
        return client.post(url, files=files, data={name: fields[name] for name in fields.keys() - files.keys()})
    method = given.method or ("POST" if given.data else "GET")
    return client.request(method, url, content="&".join(given.data).encode() or None, headers=headers)
