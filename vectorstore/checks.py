"""What must hold of points and queries before any engine sees them.

The engines accept NaN and zero vectors in silence, and a sparse vector whose two halves differ in length destroys an
embedded shard. So everything is checked here first, for a whole batch at once, and a refused batch has written nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from core.errors import InvalidInput, InvalidVector
from core.generations import IMAGE, LEXICAL, PHOTOS, Generation
from core.incoming import ID_CHARS_MAX
from core.indexing import Point, ViewQuery
from core.vectors import FloatArray, SparseVector

LIMIT_MAX = 100_000
VERSION_MAX = 2**53
PAYLOAD_DEPTH_MAX = 8
RESERVED_PREFIX = "_"
_INTEGER_MAX = 2**63
_UNIT_TOLERANCE = 1e-3
_REBUILD = "If the encoder has changed, build a new generation for it"


def dense_dims(generation: Generation) -> dict[str, int]:
    """Dimension by name of every dense and multivector of a generation: its views, and `photos` beside `image`."""
    dims = generation.dense_dims
    return dims | {PHOTOS: dims[IMAGE]} if IMAGE in dims else dims


def has_lexical(generation: Generation) -> bool:
    """Whether points of this generation hold term weights."""
    return any(view.lexical for view in generation.views)


def check_points(points: Sequence[Point], generation: Generation) -> None:
    """Check a batch before it is written.

    Raises
    ------
    InvalidVector: an unknown vector name, a wrong size or dtype, numbers that are not finite, a length other than one.
    InvalidInput: a product id, version or payload that cannot be stored.
    """
    dims = dense_dims(generation)
    single = {name: dim for name, dim in dims.items() if name != PHOTOS}
    several = {name: dim for name, dim in dims.items() if name == PHOTOS}
    rows: dict[str, list[tuple[str, FloatArray]]] = {name: [] for name in dims}
    sparse: list[tuple[str, SparseVector]] = []
    for point in points:
        owner = f"product {point.product_id}"
        check_product_id(point.product_id)
        check_version(point.product_id, point.version)
        check_payload(point.product_id, point.payload)
        for name, vector in point.vectors.dense.items():
            row = _check_shape(vector, name, owner, single)
            rows[name].append((owner, row[None, :]))
        for name, matrix in point.vectors.multi.items():
            checked = _check_rows(matrix, name, owner, several)
            rows[name].append((owner, checked))
        for name, weights in point.vectors.sparse.items():
            _check_sparse_name(name, owner, generation)
            sparse.append((owner, weights))
    for name, owned in rows.items():
        _check_units(owned, name)
    _check_sparse(sparse)


def check_queries(queries: Sequence[ViewQuery], generation: Generation) -> None:
    """Check the queries of one call.

    Raises
    ------
    InvalidVector: as for `check_points`.
    InvalidInput: a limit that is no whole number from 1 to 100,000.
    """
    dims = dense_dims(generation)
    for query in queries:
        owner = "the query"
        _check_limit(query.limit, f"limit of the query for {query.using}")
        if query.using == LEXICAL or isinstance(query.vector, SparseVector):
            _check_sparse_name(query.using, owner, generation)
            _check_sparse([(owner, query.vector)])
        else:
            row = _check_shape(query.vector, query.using, owner, dims)
            _check_units([(owner, row[None, :])], query.using)


def _check_limit(limit: object, field: str) -> None:
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(
            f"must be a whole number from 1 to {LIMIT_MAX:,}",
            field=field,
            value=limit,
            remedy="Ask for fewer hits",
        )


def check_product_id(product_id: object) -> None:
    """A product id is a text of 1 to 200 characters that UTF-8 can hold.

    Raises
    ------
    InvalidInput: it is not.
    """
    if not isinstance(product_id, str) or not 1 <= len(product_id) <= ID_CHARS_MAX or not _encodable(product_id):
        raise InvalidInput(f"must be a text of 1 to {ID_CHARS_MAX} characters", field="product id", value=product_id)


def check_version(product_id: str, version: object) -> None:
    """A version is a whole number that engines, which compare it as a float64, hold exactly.

    Raises
    ------
    InvalidInput: it is not.
    """
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version <= VERSION_MAX:
        raise InvalidInput(
            "must be a whole number from 0 to 2^53", field=f"version of product {product_id}", value=version
        )


def check_payload(product_id: str, payload: Mapping[str, object]) -> None:
    """Check what is to be stored beside the vectors: JSON-like, finite, not too deep, and of this product.

    Raises
    ------
    InvalidInput: names the field, the value and the remedy.
    """
    where = f"payload of product {product_id}"
    if not isinstance(payload, Mapping):
        raise InvalidInput("must be an object", field=where, value=payload)
    if payload.get("id", product_id) != product_id:
        raise InvalidInput("is not the product's id", field=f"{where}.id", value=payload["id"])
    reserved = next((key for key in payload if str(key).startswith(RESERVED_PREFIX)), None)
    if reserved is not None:
        raise InvalidInput(
            f"names that begin with {RESERVED_PREFIX} are the store's own",
            field=where,
            value=reserved,
            remedy="Rename it",
        )
    _check_json(payload, where, 0)


def check_payloads(payloads: Mapping[str, tuple[int, Mapping[str, object]]]) -> None:
    """Check payloads by product id, each with its version; see `check_payload`."""
    for product_id, (version, payload) in payloads.items():
        check_product_id(product_id)
        check_version(product_id, version)
        check_payload(product_id, payload)


def check_vector_names(names: Sequence[str], generation: Generation) -> None:
    """Check that these are dense vectors or multivectors of the generation.

    Raises
    ------
    InvalidVector: one of them is not.
    """
    dims = dense_dims(generation)
    for name in names:
        _dim(name, "the request", dims)


def check_page(limit: object) -> None:
    """Check the size of a page of product ids.

    Raises
    ------
    InvalidInput: no whole number from 1 to 100,000.
    """
    _check_limit(limit, "limit")


def _check_json(value: object, where: str, depth: int) -> None:
    if depth > PAYLOAD_DEPTH_MAX:
        raise InvalidInput(f"is nested deeper than {PAYLOAD_DEPTH_MAX}", field=where, remedy="Flatten it")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not _encodable(key):
                raise InvalidInput("has a key that is no text", field=where, value=key)
            _check_json(item, f"{where}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_json(item, where, depth + 1)
    else:
        reason, remedy = _fault_of_scalar(value)
        if reason:
            raise InvalidInput(reason, field=where, value=value, remedy=remedy)


def _fault_of_scalar(value: object) -> tuple[str, str]:
    if isinstance(value, str):
        return ("", "") if _encodable(value) else ("is no valid Unicode", "Decode it with the right encoding")
    if value is None or isinstance(value, bool):
        return "", ""
    if isinstance(value, int):
        fits = -_INTEGER_MAX <= value < _INTEGER_MAX
        return ("", "") if fits else ("must fit 64 bits", "Write it as a text")
    if isinstance(value, float):
        return ("", "") if math.isfinite(value) else ("must be finite", "Leave it out")
    return "must be a text, number, boolean, list or object", "Convert it first"


def _encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _check_shape(vector: object, name: str, owner: str, dims: Mapping[str, int]) -> FloatArray:
    dim = _dim(name, owner, dims)
    row = _floats(vector, name, owner)
    if row.shape != (dim,):
        raise InvalidVector(
            f"must have {dim} numbers, has shape {row.shape}", field=_place(name, owner), remedy=_REBUILD
        )
    return row


def _check_rows(matrix: object, name: str, owner: str, dims: Mapping[str, int]) -> FloatArray:
    dim = _dim(name, owner, dims)
    rows = _floats(matrix, name, owner)
    if rows.ndim != 2 or len(rows) == 0 or rows.shape[1] != dim:
        raise InvalidVector(
            f"must be at least one row of {dim} numbers, has shape {rows.shape}",
            field=_place(name, owner),
            remedy=_REBUILD,
        )
    return rows


def _dim(name: str, owner: str, dims: Mapping[str, int]) -> int:
    if name not in dims:
        raise InvalidVector(
            "is not one of its generation's vectors", field=_place(name, owner), value=name, remedy=_known(dims)
        )
    return dims[name]


def _floats(vector: object, name: str, owner: str) -> FloatArray:
    if not isinstance(vector, np.ndarray) or vector.dtype != np.float32:
        kind = vector.dtype if isinstance(vector, np.ndarray) else type(vector).__name__
        raise InvalidVector(f"must be a float32 array, is {kind}", field=_place(name, owner))
    return vector


def _check_units(owned: Sequence[tuple[str, FloatArray]], name: str) -> None:
    if not owned:
        return
    stacked = np.concatenate([rows for _, rows in owned])
    # A sum of squares is infinite or NaN exactly when the numbers are not finite or too large to be of length one.
    squares = np.einsum("ij,ij->i", stacked, stacked, dtype=np.float64)
    wrong = ~(np.abs(np.sqrt(squares) - 1.0) <= _UNIT_TOLERANCE)
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    owners = np.repeat(np.arange(len(owned)), [len(rows) for _, rows in owned])
    place = _place(name, owned[int(owners[row])][0])
    if not np.isfinite(stacked[row]).all():
        raise InvalidVector("has numbers that are not finite", field=place, remedy="Encode the product again")
    raise InvalidVector(
        "must have length one", field=place, value=round(float(np.sqrt(squares[row])), 4), remedy="Normalise it first"
    )


def _check_sparse_name(name: str, owner: str, generation: Generation) -> None:
    if name != LEXICAL or not has_lexical(generation):
        known = {LEXICAL: 0} if has_lexical(generation) else {}
        raise InvalidVector(
            "is not a sparse vector of its generation", field=_place(name, owner), value=name, remedy=_known(known)
        )


def _check_sparse(owned: Sequence[tuple[str, object]]) -> None:
    for owner, vector in owned:
        if not isinstance(vector, SparseVector):
            raise InvalidVector("must be term weights", field=_place(LEXICAL, owner), value=type(vector).__name__)
        try:
            # Its arrays can have been changed since they were checked, and this one mistake is never forgiven.
            vector.__post_init__()
        except InvalidVector as error:
            raise InvalidVector(
                error.reason, field=_place(LEXICAL, owner), remedy="Encode the product again"
            ) from error


def _place(name: str, owner: str) -> str:
    return f"vector {name} of {owner}"


def _known(names: Iterable[str]) -> str:
    return f"Vectors: {', '.join(names) or 'none'}"
