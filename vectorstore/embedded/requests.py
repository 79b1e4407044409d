"""The operations that clients may ask for, from wire values to shards and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import StoreError
from vectorstore.embedded.library import Library
from vectorstore.embedded.rows import PointRow, QueryRow
from vectorstore.embedded.shard import Shard
from vectorstore.embedded.wire import filter_from_wire, generation_from_wire, generation_to_wire

_Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """Who is calling: a client of one database."""

    library: Library
    database_id: str

    def shard(self, arguments: _Arguments) -> Shard:
        """The shard a request is about."""
        return self.library.shard(self.database_id, arguments["generation_id"])


def answer(client: Client | None, operation: str, arguments: _Arguments) -> Any:
    """Do what was asked for.

    Raises
    ------
    StoreError: nobody said hello, or there is no such operation.
    """
    if client is None:
        raise StoreError("a client has to say hello first")
    handler = _OPERATIONS.get(operation)
    if handler is None:
        raise StoreError(f"the engine does not know the operation {operation!r}. Upgrade it, or the client")
    return handler(client, arguments)


def _ensure(client: Client, arguments: _Arguments) -> Any:
    return client.library.ensure(client.database_id, generation_from_wire(arguments["generation"])).status()


def _describe(client: Client, arguments: _Arguments) -> Any:
    return generation_to_wire(client.shard(arguments).generation)


def _drop(client: Client, arguments: _Arguments) -> None:
    client.library.drop(client.database_id, arguments["generation_id"])


def _upsert(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).upsert([PointRow(*row) for row in arguments["points"]])


def _set_payloads(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).set_payloads(arguments["payloads"])


def _delete(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).delete(arguments["product_ids"])


def _query(client: Client, arguments: _Arguments) -> Any:
    rows = [QueryRow(*row) for row in arguments["queries"]]
    return client.shard(arguments).query(rows, filter_from_wire(arguments["where"]), arguments["payload"])


def _score_together(client: Client, arguments: _Arguments) -> Any:
    rows = [QueryRow(*row) for row in arguments["queries"]]
    return client.shard(arguments).score_together(rows, filter_from_wire(arguments["where"]))


def _retrieve(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).retrieve(arguments["product_ids"], arguments["vectors"], arguments["payload"])


def _count(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).count(filter_from_wire(arguments["where"]))


def _product_ids(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).product_ids(arguments["after"], arguments["limit"])


def _index_field(client: Client, arguments: _Arguments) -> None:
    client.shard(arguments).index_field(arguments["field"], arguments["kind"])


def _flush(client: Client, arguments: _Arguments) -> None:
    client.shard(arguments).flush(by_client=True)


def _status(client: Client, arguments: _Arguments) -> Any:
    return client.shard(arguments).status()


_OPERATIONS: Mapping[str, Callable[[Client, _Arguments], Any]] = {
    "ensure": _ensure,
    "describe": _describe,
    "drop": _drop,
    "upsert": _upsert,
    "set_payloads": _set_payloads,
    "delete": _delete,
    "query": _query,
    "score_together": _score_together,
    "retrieve": _retrieve,
    "count": _count,
    "product_ids": _product_ids,
    "index_field": _index_field,
    "flush": _flush,
    "status": _status,
}
