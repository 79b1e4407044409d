"""The errors of `qdrant-client` and gRPC as Vitrine's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import grpc  # type: ignore[import-untyped]  # It ships no type information.
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from core.errors import NotFound, StoreError, StoreUnavailable, shown

_COLLECTION_MISSING = re.compile(r"^Collection \S+ not found$")
_RETRY_LATER = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.ABORTED,
    }
)
_REFUSED = frozenset({grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED})
_HTTP_RETRY_LATER = frozenset({408, 429, 502, 503, 504})
_CHECK_KEY = "the Qdrant server refuses the key. Set VITRINE_QDRANT_API_KEY to one that may read and write"
_CHECK_SERVER = "Check that it runs and that VITRINE_QDRANT_URL names it; its gRPC port has to be open"


@contextmanager
def translated(generation_id: str) -> Iterator[None]:
    """Run calls of the client; what they raise leaves as an error of this project.

    Raises
    ------
    StoreUnavailable: no answer, or one that says to come back later.
    NotFound: the collection is gone.
    StoreError: anything else the server refuses.
    """
    try:
        yield
    except grpc.RpcError as error:
        raise _of_grpc(error, generation_id) from error
    except ResourceExhaustedResponse as error:
        raise StoreUnavailable(f"the Qdrant server is busy: {error}. Try again in {error.retry_after_s} s") from error
    except UnexpectedResponse as error:
        raise _of_http(error, generation_id) from error
    except (ResponseHandlingException, ApiException, OSError) as error:
        raise StoreUnavailable(f"the Qdrant server did not answer: {_cause(error)}. {_CHECK_SERVER}") from error
    except ValueError as error:
        # The client's local mode, and its own checks, complain with ValueErrors.
        if _COLLECTION_MISSING.search(str(error)):
            raise NotFound("generation", generation_id) from error
        raise StoreError(f"Qdrant refused: {shown(str(error))}") from error
    except RuntimeError as error:
        raise StoreUnavailable(f"the Qdrant client is closed: {error}") from error


def _of_grpc(error: grpc.RpcError, generation_id: str) -> Exception:
    # An RpcError that reaches a caller is a Call as well, but the class itself does not say so.
    code = error.code() if isinstance(error, grpc.Call) else grpc.StatusCode.UNKNOWN
    details = str(error.details() if isinstance(error, grpc.Call) else error)
    if code in _RETRY_LATER:
        return StoreUnavailable(f"the Qdrant server cannot be reached ({code.name}: {details}). {_CHECK_SERVER}")
    if code in _REFUSED:
        return StoreError(_CHECK_KEY)
    if code is grpc.StatusCode.NOT_FOUND:
        return NotFound("generation", generation_id)
    return StoreError(f"the Qdrant server refused ({code.name}): {details}")


def _of_http(error: UnexpectedResponse, generation_id: str) -> Exception:
    if error.status_code in _HTTP_RETRY_LATER:
        return StoreUnavailable(f"the Qdrant server answered {error.status_code}. {_CHECK_SERVER}")
    if error.status_code in (401, 403):
        return StoreError(_CHECK_KEY)
    if error.status_code == 404:
        return NotFound("generation", generation_id)
    return StoreError(f"the Qdrant server refused: {error}")


def _cause(error: Exception) -> object:
    return error.source if isinstance(error, ResponseHandlingException) else error
