"""The documentation's page is whole by itself."""

from __future__ import annotations

import re

from api.documentation import render_page

SCHEMA = {
    "info": {"title": "Shop & <Co>", "version": "1", "description": "Reads `code`.\n\nAnd more."},
    "tags": [{"name": "things"}],
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "description": "of the <thing>"},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                },
            },
            "Part": {"type": "object", "properties": {"size_mm": {"type": "integer"}}},
        }
    },
    "paths": {
        "/things": {
            "post": {
                "operationId": "addThing",
                "tags": ["things"],
                "summary": "Add one",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"},
                            "examples": {"a": {"summary": "plain", "value": {"name": "</script><b>"}}},
                        }
                    }
                },
                "responses": {},
            }
        }
    },
}


def test_every_operation_and_field_is_on_the_page() -> None:
    page = render_page(SCHEMA)
    for text in ("addThing", "/things", "Add one", "name", "size_mm", "of the &lt;thing&gt;", "<code>code</code>"):
        assert text in page


def test_nothing_on_the_page_is_loaded_from_elsewhere() -> None:
    page = render_page(SCHEMA)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert "@import" not in page
    assert "url(" not in page


def test_texts_of_the_schema_cannot_become_markup() -> None:
    page = render_page(SCHEMA)
    assert "<Co>" not in page
    assert "</script><b>" not in page
