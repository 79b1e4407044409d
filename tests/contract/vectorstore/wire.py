"""Qdrant's gRPC protocol on a loopback port, answered by the client's local mode.

No server can be installed where this is built. With this, every request of the served store still travels through the
real gRPC client, its conversions and its errors; what it cannot show is how a real server behaves.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from qdrant_client import QdrantClient
from qdrant_client import grpc as q
from qdrant_client.conversions.conversion import GrpcToRest, RestToGrpc
from qdrant_client.grpc import (
    collections_service_pb2_grpc,
    points_service_pb2_grpc,
    qdrant_pb2,
    qdrant_pb2_grpc,
)
from qdrant_client.http import models

SERVER_VERSION = "1.18.0"


class Bridge:
    """What the three services share: one client in local mode, one caller at a time, and all requests so far."""

    def __init__(self, client: QdrantClient) -> None:
        self.client = client
        self.version = SERVER_VERSION
        self.lock = threading.Lock()
        self.requests: list[Any] = []

    @contextmanager
    def answering(self, request: Any, context: grpc.ServicerContext) -> Iterator[QdrantClient]:
        with self.lock:
            self.requests.append(request)
            try:
                yield self.client
            except ValueError as error:
                missing = str(error).startswith("Collection ") and str(error).endswith(" not found")
                code = grpc.StatusCode.NOT_FOUND if missing else grpc.StatusCode.INVALID_ARGUMENT
                context.abort(code, str(error))


class Root(qdrant_pb2_grpc.QdrantServicer):
    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge

    def HealthCheck(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC names its methods so.
        with self.bridge.answering(request, context):
            return qdrant_pb2.HealthCheckReply(title="qdrant", version=self.bridge.version)


class Collections(collections_service_pb2_grpc.CollectionsServicer):
    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge

    def CollectionExists(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            exists = client.collection_exists(request.collection_name)
            return q.CollectionExistsResponse(result=q.CollectionExists(exists=exists))

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            done = client.create_collection(
                request.collection_name,
                vectors_config=GrpcToRest.convert_vectors_config(request.vectors_config),
                sparse_vectors_config=GrpcToRest.convert_sparse_vector_config(request.sparse_vectors_config),
                metadata=GrpcToRest.convert_payload(request.metadata),
            )
            return q.CollectionOperationResponse(result=done)

    def Get(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            info = client.get_collection(request.collection_name)
            return q.GetCollectionInfoResponse(result=RestToGrpc.convert_collection_info(info))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            return q.CollectionOperationResponse(result=client.delete_collection(request.collection_name))


class Points(points_service_pb2_grpc.PointsServicer):
    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge

    def Upsert(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            where = GrpcToRest.convert_filter(request.update_filter) if request.HasField("update_filter") else None
            points = [GrpcToRest.convert_point_struct(point) for point in request.points]
            return _updated(client.upsert(request.collection_name, points, update_filter=where))

    def UpdateBatch(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            operations = [GrpcToRest.convert_points_update_operation(item) for item in request.operations]
            results = client.batch_update_points(request.collection_name, operations)
            return q.UpdateBatchResponse(result=[RestToGrpc.convert_update_result(result) for result in results])

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            selector = GrpcToRest.convert_points_selector(request.points)
            return _updated(client.delete(request.collection_name, selector))

    def CreateFieldIndex(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context):
            return _updated(models.UpdateResult(operation_id=0, status=models.UpdateStatus.COMPLETED))

    def QueryBatch(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            asked = [GrpcToRest.convert_query_points(query) for query in request.query_points]
            answers = client.query_batch_points(request.collection_name, asked)
            batches = [
                q.BatchResult(result=[RestToGrpc.convert_scored_point(point) for point in answer.points])
                for answer in answers
            ]
            return q.QueryBatchResponse(result=batches)

    def Get(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            records = client.retrieve(
                request.collection_name,
                [GrpcToRest.convert_point_id(item) for item in request.ids],
                with_payload=GrpcToRest.convert_with_payload_selector(request.with_payload),
                with_vectors=GrpcToRest.convert_with_vectors_selector(request.with_vectors),
            )
            return q.GetResponse(result=[RestToGrpc.convert_record(record) for record in records])

    def Count(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            where = GrpcToRest.convert_filter(request.filter) if request.HasField("filter") else None
            found = client.count(request.collection_name, where, exact=request.exact)
            return q.CountResponse(result=q.CountResult(count=found.count))

    def Scroll(self, request: Any, context: Any) -> Any:  # noqa: N802
        with self.bridge.answering(request, context) as client:
            records, following = client.scroll(
                request.collection_name,
                limit=request.limit,
                offset=GrpcToRest.convert_point_id(request.offset) if request.HasField("offset") else None,
                with_payload=GrpcToRest.convert_with_payload_selector(request.with_payload),
            )
            page = [RestToGrpc.convert_record(record) for record in records]
            after = None if following is None else RestToGrpc.convert_extended_point_id(following)
            return q.ScrollResponse(result=page, next_page_offset=after)


def _updated(result: models.UpdateResult) -> Any:
    return q.PointsOperationResponse(result=RestToGrpc.convert_update_result(result))


@contextmanager
def served() -> Iterator[tuple[int, Bridge]]:
    """Serve on a free loopback port until the end; yields the port of gRPC."""
    bridge = Bridge(QdrantClient(":memory:"))
    server = grpc.server(ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", -1)])
    qdrant_pb2_grpc.add_QdrantServicer_to_server(Root(bridge), server)
    collections_service_pb2_grpc.add_CollectionsServicer_to_server(Collections(bridge), server)
    points_service_pb2_grpc.add_PointsServicer_to_server(Points(bridge), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port, bridge
    finally:
        server.stop(None).wait()
        bridge.client.close()
