"""The API's documentation as one page that loads nothing from elsewhere."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from litestar import Request
from litestar.enums import MediaType
from litestar.openapi.plugins import OpenAPIRenderPlugin

_METHODS = ("get", "post", "patch", "put", "delete")


class PagePlugin(OpenAPIRenderPlugin):
    """Renders the schema on the server; a small script sends requests from the page."""

    def __init__(self) -> None:
        super().__init__(path="/", media_type=MediaType.HTML, favicon="", style="")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page."""
        del request
        return render_page(openapi_schema).encode()


def render_page(schema: Mapping[str, Any]) -> str:
    """The whole page, with its style and script inside."""
    style = files("api").joinpath("documentation.css").read_text(encoding="utf-8")
    script = files("api").joinpath("documentation.js").read_text(encoding="utf-8")
    info = schema["info"]
    body = "\n".join(_operations(schema))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{_text(info["title"])} API</title><link rel="icon" href="data:,"><style>{style}</style></head><body>'
        f"<header><h1>{_text(info['title'])} <small>{_text(info['version'])}</small></h1>"
        f"<p>{_prose(info.get('description', ''))}</p>"
        '<p><a href="/docs/openapi.json">OpenAPI schema</a> · '
        '<label>API key <input id="key" type="password" autocomplete="off" placeholder="none"></label></p></header>'
        f"<main>{body}</main><script>{script}</script></body></html>"
    )


def _operations(schema: Mapping[str, Any]) -> Iterator[str]:
    for tag in schema.get("tags", ()):
        yield f"<h2>{_text(tag['name'])}</h2>"
        for path, item in sorted(schema["paths"].items()):
            for method in _METHODS:
                operation = item.get(method)
                if operation is not None and tag["name"] in operation.get("tags", ()):
                    yield _operation(schema, path, method, operation)


def _operation(schema: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> str:
    parts = [f"<p>{_prose(operation.get('description', ''))}</p>"]
    parts += _parameters(operation.get("parameters", ()))
    parts += _body(schema, operation.get("requestBody"))
    parts += _responses(schema, operation.get("responses", {}))
    return (
        f'<details id="{_text(operation["operationId"])}"><summary><b class="{method}">{method.upper()}</b> '
        f"<code>{_text(path)}</code> {_text(operation.get('summary', ''))}</summary>"
        f'<form data-method="{method.upper()}" data-path="{_text(path)}">{"".join(parts)}'
        "<p><button>Send</button></p><pre hidden></pre></form></details>"
    )


def _parameters(parameters: Any) -> Iterator[str]:
    if not parameters:
        return
    yield "<h3>Parameters</h3><table>"
    for parameter in parameters:
        default = parameter.get("schema", {}).get("default", "")
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        yield (
            f"<tr><th><label>{_text(parameter['name'])}"
            f' <input name="{_text(parameter["name"])}" data-in="{_text(parameter["in"])}" placeholder="{_text(shown)}"'
            f"{' required' if parameter.get('required') else ''}></label></th>"
            f"<td>{_prose(parameter.get('description', ''))}</td></tr>"
        )
    yield "</table>"


def _body(schema: Mapping[str, Any], body: Mapping[str, Any] | None) -> Iterator[str]:
    for media_type, content in (body or {}).get("content", {}).items():
        yield f"<h3>Body, {_text(media_type)}</h3>{_fields(schema, content.get('schema', {}))}"
        examples = list(content.get("examples", {}).values())
        if media_type == "application/json":
            yield from _editor(examples)
        else:
            yield from _form_fields(schema, content.get("schema", {}))


def _editor(examples: list[Mapping[str, Any]]) -> Iterator[str]:
    if len(examples) > 1:
        options = "".join(
            f'<option value="{_text(_pretty(example["value"]))}">{_text(example["summary"])}</option>'
            for example in examples
        )
        yield f"<p><label>Example <select>{options}</select></label></p>"
    first = _pretty(examples[0]["value"]) if examples else "{}"
    yield f'<textarea name="body" spellcheck="false" rows="10" aria-label="body">{_text(first)}</textarea>'


def _form_fields(schema: Mapping[str, Any], reference: Mapping[str, Any]) -> Iterator[str]:
    yield '<div class="fields">'
    for name, field in _resolved(schema, reference).get("properties", {}).items():
        kind = "file" if field.get("format") == "binary" or field.get("contentMediaType") else "text"
        yield f'<label>{_text(name)} <input type="{kind}" name="{_text(name)}" data-in="form"></label> '
    yield "</div>"


def _responses(schema: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[str]:
    for status, response in responses.items():
        if status.startswith("2"):
            for media_type, content in (response.get("content") or {}).items():
                fields = _fields(schema, content.get("schema", {}))
                yield f"<h3>Answer {_text(status)}, {_text(media_type)}</h3>{fields}"


def _fields(schema: Mapping[str, Any], reference: Mapping[str, Any], depth: int = 0) -> str:
    """A struct's fields as nested lists; anything else as its type."""
    found = _resolved(schema, reference)
    properties = found.get("properties")
    if not properties or depth > 3:
        return ""
    required = set(found.get("required", ()))
    items = []
    for name, field in properties.items():
        inner = next((_fields(schema, part, depth + 1) for part in _alternatives(schema, field)), "")
        note = "" if name not in required or depth else " <i>required</i>"
        items.append(
            f"<li><code>{_text(name)}</code> <i>{_text(_type(schema, field))}</i>{note} "
            f"{_prose(_description(field))}{inner}</li>"
        )
    return f"<ul>{''.join(items)}</ul>"


def _alternatives(schema: Mapping[str, Any], field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The structs a field may hold."""
    for part in [field, *field.get("oneOf", ()), *field.get("anyOf", ())]:
        target = _resolved(schema, part)
        if target.get("type") == "array":
            target = _resolved(schema, target.get("items", {}))
        if target.get("properties"):
            yield target


def _type(schema: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    parts = [*field.get("oneOf", ()), *field.get("anyOf", ())] or [field]
    names = [_resolved(schema, part).get("type", "") for part in parts]
    flat = [name for entry in names for name in (entry if isinstance(entry, list) else [entry]) if name]
    return " or ".join(dict.fromkeys(flat))


def _description(field: Mapping[str, Any]) -> str:
    if field.get("description"):
        return str(field["description"])
    parts = [*field.get("oneOf", ()), *field.get("anyOf", ())]
    return next((str(part["description"]) for part in parts if part.get("description")), "")


def _resolved(schema: Mapping[str, Any], reference: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(reference.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = schema["components"]["schemas"][name] if name else reference
    return found


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _prose(text: str) -> str:
    """Text with its `code` marked, and blank lines as paragraphs."""
    pieces = _text(text).split("`")
    marked = "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))
    return marked.replace("\n\n", "</p><p>")


def _text(value: object) -> str:
    return html.escape(str(value), quote=True)
