"""`VectorStore` on a Qdrant server."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from qdrant_client import QdrantClient, models

from core.errors import ConfigurationError, InvalidInput, NotFound, StoreError
from core.filters import AnyOf, Filter, field_kind
from core.generations import LEXICAL, Generation
from core.indexing import CollectionStatus, Point, ScoredPoint, ScoredTogether, StoredPoint, ViewQuery
from vectorstore.checks import check_page, check_payloads, check_points, check_queries, check_vector_names
from vectorstore.ids import point_id
from vectorstore.served.errors import translated
from vectorstore.served.filters import field_path, to_qdrant
from vectorstore.served.points import (
    newest,
    not_newer_than,
    product_id_of,
    scored_together,
    stored_payload,
    to_hits,
    to_request,
    to_stored,
    to_struct,
)
from vectorstore.served.schema import (
    INDEX_KINDS,
    PAYLOAD_INDEXES,
    SERVER_VERSION_MIN,
    Ownership,
    check_ownership,
    check_schema,
    collection_name,
    sparse_config,
    vectors_config,
)

_T = TypeVar("_T")

TIMEOUT_S = 30.0
_POINTS_PER_REQUEST = 500
_IDS_PER_REQUEST = 5_000


class ServedStore:
    """Collections on a Qdrant server of version 1.18 or later. Thread-safe, as the client is.

    Every method but `ensure`, `drop` and `close` raises `NotFound` for a generation that this store has not ensured.
    The versions of points guard their writes on the server itself, so writers on several machines need no lock.

    Parameters
    ----------
    client: connected to a server, or in local mode, which tests use.
    database_id: of the SQL database; a collection of another one is refused.
    """

    def __init__(self, client: QdrantClient, database_id: str, shop: str) -> None:
        self._client = client
        self._database_id = database_id
        self._shop = shop
        self._generations: dict[str, tuple[Generation, Ownership]] = {}

    @classmethod
    def connect(cls, url: str, api_key: str | None, database_id: str, shop: str) -> ServedStore:
        """A store on the server at `url` (its HTTP address; gRPC is expected on the port after it, as 6333 and 6334).

        Nothing is sent yet: an unreachable server is reported by the first call.

        Raises
        ------
        ConfigurationError: no such address can be.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or 6333
        except ValueError as error:
            raise ConfigurationError(f"qdrant_url: {url!r} is no address ({error})") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(f"qdrant_url: {url!r} is no address. Write it like http://localhost:6333")
        client = QdrantClient(
            url=url,
            grpc_port=port + 1,
            prefer_grpc=True,
            api_key=api_key,
            timeout=math.ceil(TIMEOUT_S),
            check_compatibility=False,
        )
        return cls(client, database_id, shop)

    def ensure(self, generation: Generation) -> CollectionStatus:
        """Open or create the generation's collection and its payload indexes.

        Raises
        ------
        SchemaMismatch, ForeignStore: a collection of that name exists and is another one.
        StoreError: the server is too old.
        """
        name = collection_name(generation.id)
        with translated(generation.id):
            self._check_server_version()
            if not self._client.collection_exists(name):
                self._create(generation)
            info = self._client.get_collection(name)
        owner = check_ownership(info, self._database_id, generation.id)
        check_schema(info, generation)
        with translated(generation.id):
            for field in PAYLOAD_INDEXES.keys() - info.payload_schema.keys():
                self._client.create_payload_index(name, field, PAYLOAD_INDEXES[field], wait=True)
        self._generations[generation.id] = (generation, owner)
        return self.status(generation.id)

    def drop(self, generation_id: str) -> None:
        """Delete a collection, unless it is another database's."""
        name = collection_name(generation_id)
        self._generations.pop(generation_id, None)
        with translated(generation_id):
            info = self._client.get_collection(name) if self._client.collection_exists(name) else None
        if info is not None:
            check_ownership(info, self._database_id, generation_id)
            with translated(generation_id):
                self._client.delete_collection(name)

    def upsert(self, generation_id: str, points: Sequence[Point]) -> str:
        """Write points; the server skips those of which it has a newer version."""
        generation, owner = self._known(generation_id)
        check_points(points, generation)
        by_version = sorted(newest(points), key=lambda point: point.version)
        for version, group in groupby(by_version, key=lambda point: point.version):
            for chunk in _chunks(list(group), _POINTS_PER_REQUEST):
                with translated(generation_id):
                    self._client.upsert(
                        collection_name(generation_id),
                        [to_struct(point, self._shop) for point in chunk],
                        wait=True,
                        update_filter=models.Filter(must=[not_newer_than(version)]),
                    )
        return owner.epoch

    def set_payloads(self, generation_id: str, payloads: Mapping[str, tuple[int, Mapping[str, Any]]]) -> str:
        """Replace payloads; the server skips those of which it has a newer version."""
        _, owner = self._known(generation_id)
        check_payloads(payloads)
        for chunk in _chunks(list(payloads), _POINTS_PER_REQUEST):
            operations = [self._overwrite(product_id, *payloads[product_id]) for product_id in chunk]
            with translated(generation_id):
                self._client.batch_update_points(collection_name(generation_id), operations, wait=True)
        return owner.epoch

    def delete(self, generation_id: str, product_ids: Sequence[str]) -> str:
        """Delete points by product id."""
        _, owner = self._known(generation_id)
        for chunk in _chunks(product_ids, _IDS_PER_REQUEST):
            selector = models.PointIdsList(points=[point_id(self._shop, product_id) for product_id in chunk])
            with translated(generation_id):
                self._client.delete(collection_name(generation_id), selector, wait=True)
        return owner.epoch

    def query(
        self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None, *, payload: bool = True
    ) -> list[list[ScoredPoint]]:
        """Answer several queries in one request."""
        generation, _ = self._known(generation_id)
        check_queries(queries, generation)
        condition = to_qdrant(where, self._shop)
        # A query without words finds nothing; servers refuse it.
        asked = [i for i, query in enumerate(queries) if query.using != LEXICAL or len(query.vector)]
        answers: list[list[ScoredPoint]] = [[] for _ in queries]
        if asked:
            requests = [to_request(queries[i], condition, payload) for i in asked]
            with translated(generation_id):
                responses = self._client.query_batch_points(collection_name(generation_id), requests)
            for i, response in zip(asked, responses, strict=True):
                answers[i] = to_hits(response.points, payload)
        return answers

    def score_together(self, generation_id: str, queries: Sequence[ViewQuery], where: Filter | None) -> ScoredTogether:
        """What any of several queries finds, scored by all of them; two requests."""
        answers = self.query(generation_id, queries, where, payload=False)
        product_ids = list(dict.fromkeys(hit.product_id for answer in answers for hit in answer))
        if len(queries) > 1 and product_ids:
            these = AnyOf("id", tuple(product_ids))
            wider = [replace(query, limit=len(product_ids)) for query in queries]
            answers = self.query(generation_id, wider, these, payload=False)
        return scored_together(product_ids, answers)

    def retrieve(
        self, generation_id: str, product_ids: Sequence[str], *, vectors: Sequence[str] = (), payload: bool = False
    ) -> dict[str, StoredPoint]:
        """Fetch points by product id."""
        generation, _ = self._known(generation_id)
        check_vector_names(vectors, generation)
        found: dict[str, StoredPoint] = {}
        for chunk in _chunks(product_ids, _POINTS_PER_REQUEST):
            with translated(generation_id):
                records = self._client.retrieve(
                    collection_name(generation_id),
                    [point_id(self._shop, product_id) for product_id in chunk],
                    with_payload=payload or ["id"],
                    with_vectors=list(vectors) or False,
                )
            found |= {stored.product_id: stored for stored in (to_stored(record, payload) for record in records)}
        return found

    def count(self, generation_id: str, where: Filter | None = None) -> int:
        """How many points match, exactly."""
        self._known(generation_id)
        with translated(generation_id):
            return self._client.count(collection_name(generation_id), to_qdrant(where, self._shop), exact=True).count

    def product_ids(self, generation_id: str, after: str | None, limit: int) -> tuple[list[str], str | None]:
        """One page of product ids, in the order of their point ids; the cursor is the next page's first point id."""
        self._known(generation_id)
        check_page(limit)
        with translated(generation_id):
            records, following = self._client.scroll(
                collection_name(generation_id),
                limit=limit,
                offset=None if after is None else _checked_cursor(after),
                with_payload=["id"],
                with_vectors=False,
            )
        return [product_id_of(record.payload) for record in records], None if following is None else str(following)

    def index_field(self, generation_id: str, field: str, kind: str) -> None:
        """Build a payload index; `id` needs none."""
        self._known(generation_id)
        field_kind(field, "field")
        if kind not in INDEX_KINDS:
            raise InvalidInput("unknown kind", field=field, value=kind, remedy=f"Kinds: {', '.join(INDEX_KINDS)}")
        if field != "id":
            with translated(generation_id):
                self._client.create_payload_index(
                    collection_name(generation_id), field_path(field), INDEX_KINDS[kind], wait=True
                )

    def flush(self, generation_id: str) -> None:
        """Nothing to do: a server decides itself when it writes through to its disk, and has no call to hurry it."""
        self._known(generation_id)

    def status(self, generation_id: str) -> CollectionStatus:
        """Size and epoch; the epoch is the collection's for life, so another one says that everything was lost."""
        _, owner = self._known(generation_id)
        return CollectionStatus(epoch=owner.epoch, points=self.count(generation_id), lost_all=True)

    def close(self) -> None:
        """Close the connections."""
        self._generations.clear()
        self._client.close()

    def _known(self, generation_id: str) -> tuple[Generation, Ownership]:
        if generation_id not in self._generations:
            raise NotFound("generation", generation_id)
        return self._generations[generation_id]

    def _check_server_version(self) -> None:
        version = self._client.info().version
        numbers = tuple(int(part) for part in version.split("-")[0].split(".")[:2] if part.isdecimal())
        if numbers < SERVER_VERSION_MIN:
            needed = ".".join(map(str, SERVER_VERSION_MIN))
            raise StoreError(f"the Qdrant server has version {version}, needed is {needed}. Upgrade the server")

    def _create(self, generation: Generation) -> None:
        owner = Ownership(self._database_id, generation.id, uuid4().hex)
        name = collection_name(generation.id)
        try:
            self._client.create_collection(
                name,
                vectors_config=vectors_config(generation),
                sparse_vectors_config=sparse_config(generation),
                on_disk_payload=True,
                metadata=owner.as_metadata(),
            )
        except Exception:
            # Two processes may create it at once; the loser uses the winner's. Any other failure is raised as it is.
            if not self._client.collection_exists(name):
                raise

    def _overwrite(self, product_id: str, version: int, payload: Mapping[str, Any]) -> models.UpdateOperation:
        this = models.HasIdCondition(has_id=[point_id(self._shop, product_id)])
        return models.OverwritePayloadOperation(
            overwrite_payload=models.SetPayload(
                payload=stored_payload(product_id, version, payload),
                filter=models.Filter(must=[this, not_newer_than(version)]),
            )
        )


def _checked_cursor(after: str) -> str:
    try:
        return str(UUID(after))
    except ValueError as error:
        raise InvalidInput(
            "is no cursor", field="after", value=after, remedy="Pass what the page before it returned"
        ) from error


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
