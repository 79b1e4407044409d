"""Request bodies: read once, decoded straight to what the handler declares, refused with the field named."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import ClientException, HTTPException

from core.errors import InvalidInput

if TYPE_CHECKING:
    from api.service import Service

_PLACE = re.compile(r" - at `(?P<path>[^`]*)`\Z")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`\Z", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
# Below this, decoding takes less time than handing it to a thread and back.
_DECODED_INLINE_BYTES = 128 * 1024
_FORM = "multipart/form-data"
_JSON = "application/json"


@dataclass
class BodyDecoders:
    """JSON decoders by the type they decode to, each made once."""

    _made: dict[Any, msgspec.json.Decoder[Any]] = field(default_factory=dict)

    def decode(self, body: bytes, wanted: Any) -> Any:
        """The body as `wanted`.

        Raises
        ------
        InvalidInput: JSON of another shape; names the field and its value.
        ClientException: no JSON, answered with 400.
        """
        decoder = self._made.get(wanted)
        if decoder is None:
            decoder = self._made.setdefault(wanted, msgspec.json.Decoder(wanted))
        try:
            return decoder.decode(body)
        except msgspec.ValidationError as error:
            raise _of_another_shape(error, _tolerant(body), wanted) from error
        except (msgspec.DecodeError, RecursionError):
            pass
        return converted(_tolerant(body), wanted)


def check_batch(batch: Sequence[object], field: str, most: int) -> None:
    """Refuse more of something than one request may bring.

    Raises
    ------
    InvalidInput: names the field, how many there are and how many may be.
    """
    if len(batch) > most:
        raise InvalidInput(
            f"has {len(batch):,} entries, at most {most:,} are taken at once",
            field=field,
            remedy="Send them in several requests",
        )


def converted(value: Any, wanted: Any) -> Any:
    """Plain values, as JSON has them, as `wanted`; raises as `BodyDecoders.decode`."""
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        raise _of_another_shape(error, value, wanted) from error
    except RecursionError as error:
        raise _malformed("is nested too deeply") from error


class ApiRequest(Request[Any, Any, State]):
    """A request that decodes its own JSON.

    Litestar would decode to plain values first and convert them a second time, laxly (`"5"` as a limit), and would not
    say which key was unknown.
    """

    @property
    def service(self) -> Service:
        """What the application was made with."""
        service: Service = self.app.state["service"]
        return service

    async def json(self) -> Any:
        """The body as the type of the handler's `data`.

        Raises
        ------
        HTTPException: 415, the body is not announced as JSON.
        InvalidInput, ClientException: see `BodyDecoders.decode`.
        """
        media_type, _ = self.content_type
        if media_type != _JSON and not media_type.endswith("+json"):
            # A web page may post any other type to a foreign server without asking it first.
            raise unsupported(media_type, _JSON)
        wanted = self.route_handler.parsed_data_field
        declared = Any if wanted is None else wanted.annotation
        body = await self.body()
        if len(body) <= _DECODED_INLINE_BYTES:
            return self.service.decoders.decode(body, declared)
        return await self.service.writes.run(lambda: self.service.decoders.decode(body, declared))


def unsupported(media_type: str, wanted: str) -> HTTPException:
    """The error for a body of the wrong media type."""
    return HTTPException(
        status_code=415,
        detail=f"the body is sent as {media_type or 'no media type'}",
        extra={"field": "Content-Type", "remedy": f"Send it as {wanted}"},
    )


def _tolerant(body: bytes) -> Any:
    """The same body read by the standard library, which takes NaN and half surrogate pairs.

    A batch with one such value is then refused where it stands, and the rest of the batch goes on.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else f"is not JSON: {error}"
        raise _malformed(reason) from error


def _malformed(reason: str) -> ClientException:
    return ClientException(f"the body {reason}", extra={"remedy": "Send one JSON object, encoded as UTF-8"})


def _of_another_shape(error: msgspec.ValidationError, value: Any, wanted: Any) -> InvalidInput:
    message = str(error)
    place = _PLACE.search(message)
    path = place.group("path").removeprefix("$").removeprefix(".") if place else ""
    reason = _PLACE.sub("", message)
    refused = refusal(reason, path, _at(value, path))
    if unknown := _UNKNOWN.match(reason):
        refused.remedy = _known(wanted, path, unknown.group("name"))
    return refused


def refusal(reason: str, path: str, value: Any = None) -> InvalidInput:
    """What msgspec says of a value, as an error that names the field.

    Parameters
    ----------
    path: where it found it, `image.base64`; empty for the whole body.
    value: what stands there.
    """
    if unknown := _UNKNOWN.match(reason):
        name = unknown.group("name")
        given = value.get(name) if isinstance(value, Mapping) else None
        return InvalidInput("unknown field", field=_joined(path, name), value=given)
    if missing := _MISSING.match(reason):
        return InvalidInput("is missing", field=_joined(path, missing.group("name")))
    return InvalidInput(_readable(reason), field=path or "body", value=value)


def _readable(reason: str) -> str:
    words = reason.replace("`", "")
    return words[:1].lower() + words[1:]


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _at(value: Any, path: str) -> Any:
    """What stands at a place like `image.base64` or `products[3]`; None where it cannot be followed."""
    for name, position in _STEP.findall(f".{path}" if path else ""):
        if name and isinstance(value, Mapping):
            value = value.get(name)
        elif position and isinstance(value, Sequence) and int(position) < len(value):
            value = value[int(position)]
        else:
            return None
    return value


def _known(wanted: Any, path: str, name: str) -> str:
    fields = _fields_of(wanted, path)
    near = get_close_matches(name, fields, n=1)
    return (f"Did you mean {near[0]}? " if near else "") + (f"Fields: {', '.join(fields)}" if fields else "")


def _fields_of(wanted: Any, path: str) -> tuple[str, ...]:
    """The fields of the struct at `path`."""
    found = msgspec.inspect.type_info(wanted)
    for name, _ in _STEP.findall(f".{path}" if path else ""):
        if not isinstance(found, msgspec.inspect.StructType):
            return ()
        inner = next((item.type for item in found.fields if item.encode_name == name), None)
        if isinstance(inner, msgspec.inspect.UnionType):
            inner = next((item for item in inner.types if isinstance(item, msgspec.inspect.StructType)), None)
        if inner is None:
            return ()
        found = inner
    if not isinstance(found, msgspec.inspect.StructType):
        return ()
    return tuple(item.encode_name for item in found.fields)
