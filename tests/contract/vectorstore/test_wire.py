"""What the served store really sends, and what it makes of a server that is old, away or gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import NotFound, StoreError, StoreUnavailable
from core.generations import IMAGE, LEXICAL, PHOTOS, TEXT, Generation
from core.indexing import ViewQuery
from core.vectors import SparseVector
from tests.contract.vectorstore.builders import full_point, point, unit, views
from tests.contract.vectorstore.wire import Bridge, served
from vectorstore.served.store import ServedStore

pytestmark = pytest.mark.filterwarnings("ignore:(Payload indexes have no effect|Local mode)")

GENERATION = Generation("g1", "default", views())


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, Bridge]]:
    with served() as running:
        yield running


@pytest.fixture
def bridge(server: tuple[int, Bridge]) -> Bridge:
    server[1].requests.clear()
    return server[1]


@pytest.fixture
def store(server: tuple[int, Bridge]) -> Iterator[ServedStore]:
    opened = ServedStore.connect(f"http://127.0.0.1:{server[0] - 1}", None, "database", "default")
    yield opened
    opened.drop(GENERATION.id)
    opened.close()


def sent(bridge: Bridge, kind: str) -> list[Any]:
    return [request for request in bridge.requests if type(request).__name__ == kind]


def test_a_collection_is_laid_out_as_the_architecture_says(store: ServedStore, bridge: Bridge) -> None:
    store.ensure(GENERATION)
    (create,) = sent(bridge, "CreateCollection")
    assert create.collection_name == "vitrine_g1"
    assert create.on_disk_payload
    vectors = create.vectors_config.params_map.map
    assert {name: params.size for name, params in vectors.items()} == {IMAGE: 32, TEXT: 24, PHOTOS: 32}
    for name in (IMAGE, TEXT):
        assert vectors[name].quantization_config.HasField("turboquant")
        assert not vectors[name].HasField("hnsw_config")
    assert vectors[PHOTOS].HasField("multivector_config")
    assert vectors[PHOTOS].hnsw_config.m == 0
    assert create.sparse_vectors_config.map[LEXICAL].modifier == 1
    assert create.metadata["vitrine_database"].string_value == "database"


def test_payload_indexes_are_built_for_what_is_filtered(store: ServedStore, bridge: Bridge) -> None:
    store.ensure(GENERATION)
    fields = {request.field_name for request in sent(bridge, "CreateFieldIndexCollection")}
    assert fields == {
        *("_version", "brand", "category", "currency", "group_id", "price", "available", "created_at"),
    }


def test_writes_wait_and_carry_their_guard(store: ServedStore, bridge: Bridge) -> None:
    store.ensure(GENERATION)
    store.upsert(GENERATION.id, [point("a", version=3), point("b", version=7), point("c", version=3)])
    store.set_payloads(GENERATION.id, {"a": (4, {"id": "a"})})
    store.delete(GENERATION.id, ["b"])
    upserts = sent(bridge, "UpsertPoints")
    assert [len(request.points) for request in upserts] == [2, 1]
    assert [request.update_filter.must[0].field.range.lte for request in upserts] == [3.0, 7.0]
    (batch,) = sent(bridge, "UpdateBatchPoints")
    guard = batch.operations[0].overwrite_payload.points_selector.filter.must
    assert guard[1].field.range.lte == 4.0
    assert all(request.wait for request in [*upserts, batch, *sent(bridge, "DeletePoints")])


def test_a_search_is_one_request_with_rescoring(store: ServedStore, bridge: Bridge) -> None:
    store.ensure(GENERATION)
    store.upsert(GENERATION.id, [full_point("a", 1)])
    bridge.requests.clear()
    queries = [ViewQuery(IMAGE, unit(1), 5), ViewQuery(LEXICAL, SparseVector.of({2: 1.0}), 5)]
    store.query(GENERATION.id, queries, None, payload=False)
    (request,) = bridge.requests
    dense, sparse = request.query_points
    assert dense.params.quantization.rescore
    assert dense.params.quantization.oversampling == 4.0
    assert not sparse.HasField("params")
    assert dense.with_payload.include.fields == ["id"]


def test_many_points_are_sent_in_several_requests(store: ServedStore, bridge: Bridge) -> None:
    store.ensure(GENERATION)
    store.upsert(GENERATION.id, [point(f"p{i}", seed=i) for i in range(1_100)])
    assert [len(request.points) for request in sent(bridge, "UpsertPoints")] == [500, 500, 100]
    assert store.count(GENERATION.id) == 1_100


@pytest.mark.parametrize("version", ["1.17.3", "1.9.0", "0.11.0"])
def test_a_server_that_would_ignore_the_guard_is_refused(store: ServedStore, bridge: Bridge, version: str) -> None:
    current, bridge.version = bridge.version, version
    try:
        with pytest.raises(StoreError, match=rf"version {version}.*Upgrade"):
            store.ensure(GENERATION)
    finally:
        bridge.version = current
    assert not sent(bridge, "CreateCollection")


@pytest.mark.parametrize("version", ["1.18.0", "1.20.1-dev", "2.0.0"])
def test_later_servers_are_taken(store: ServedStore, bridge: Bridge, version: str) -> None:
    current, bridge.version = bridge.version, version
    try:
        assert store.ensure(GENERATION).points == 0
    finally:
        bridge.version = current


def test_a_collection_that_somebody_deleted_is_not_found_and_made_anew(store: ServedStore, bridge: Bridge) -> None:
    before = store.ensure(GENERATION)
    bridge.client.delete_collection("vitrine_g1")
    with pytest.raises(NotFound, match="g1"):
        store.upsert(GENERATION.id, [point("a")])
    after = store.ensure(GENERATION)
    assert after.epoch != before.epoch
    assert after.lost_all


def test_a_server_that_is_away_says_which_setting_names_it() -> None:
    with served() as (port, _):
        store = ServedStore.connect(f"http://127.0.0.1:{port - 1}", None, "database", "default")
        store.ensure(GENERATION)
    for call in (lambda: store.ensure(GENERATION), lambda: store.count(GENERATION.id)):
        with pytest.raises(StoreUnavailable, match="VITRINE_QDRANT_URL"):
            call()
    store.close()


def test_a_closed_store_knows_no_generation() -> None:
    with served() as (port, _):
        store = ServedStore.connect(f"http://127.0.0.1:{port - 1}", None, "database", "default")
        store.ensure(GENERATION)
        store.close()
        with pytest.raises(NotFound):
            store.count(GENERATION.id)
