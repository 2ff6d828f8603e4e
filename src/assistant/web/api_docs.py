"""The description of the API: as OpenAPI for programs, and as one page without script for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.utils import get_openapi

from assistant import __version__
from assistant.web.problems import Problem
from assistant.web.security import REPORT_POLICY

TITLE = "Sourcing assistant"

ABOUT = """\
Answers from the corpus, each sentence with the quote that carries it. Every error is `application/problem+json`; below
`/v1`, it is an error of the OpenAI protocol. Every response has `X-Request-Id`. `start` and `end` count Unicode code
points, end exclusive."""

_FRAMEWORKS = ("HTTPValidationError", "ValidationError")
"""How the framework tells that a request is wrong, which no route of ours does."""

STYLE = """
:root{color-scheme:light dark}
body{font:1rem/1.55 system-ui,"Segoe UI",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font-family:ui-monospace,Consolas,monospace;font-size:.9rem}
pre{background:#8881;padding:.75rem;overflow-x:auto;border-radius:.4rem}
summary{cursor:pointer;padding:.5rem 0}
details{border-top:1px solid #8884}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-top:1px solid #8884}
.method{display:inline-block;min-width:4.5rem;font-weight:700}
"""


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description of the application's own routes."""
    if not app.openapi_schema:
        found = get_openapi(title=TITLE, version=__version__, description=ABOUT, routes=app.routes)
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem
        for name in _FRAMEWORKS:
            schemas.pop(name, None)
        for operation in (o for methods in found["paths"].values() for o in methods.values()):
            if _FRAMEWORKS[0] in json.dumps(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
        app.openapi_schema = found
    return app.openapi_schema


def router(app: FastAPI) -> APIRouter:
    """Return the routes that describe the others."""
    routes = APIRouter(prefix="/api", include_in_schema=False)

    @routes.get("/openapi.json")
    def openapi() -> dict[str, Any]:
        """Return the description for programs."""
        return app.openapi()

    @routes.get("/docs")
    def docs() -> Response:
        """Return the description for people."""
        return Response(page(app.openapi()), media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})

    return routes


def page(description: Mapping[str, Any]) -> str:
    """Return the description as a page; it loads nothing."""
    info = description["info"]
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    )
    schemas = "".join(_schema(name, s) for name, s in sorted(description["components"]["schemas"].items()))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])}: API</title><style>{STYLE}</style>"
        f"<header><h1>{escape(info['title'])}: API</h1><p>{_prose(info['description'])}</p>"
        f'<p>Version {escape(info["version"])} · <a href="openapi.json">OpenAPI description</a></p></header>'
        f"<main><h2>Routes</h2>{operations}<h2>Objects</h2>{schemas}</main></html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = [_row(p["name"], p["in"], p["schema"], p.get("description", "")) for p in operation.get("parameters", ())]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    taken = f"<p>Takes {_kind(body)}</p>" if body else ""
    answers = "".join(_answer(status, told) for status, told in sorted(operation["responses"].items()))
    return (
        f"<details><summary><span class=method>{method.upper()}</span> <code>{escape(path)}</code> "
        f"{escape(operation.get('summary', ''))}</summary><p>{_prose(operation.get('description', ''))}</p>"
        f"{_table(rows)}{taken}<table>{answers}</table></details>"
    )


def _answer(status: str, told: Mapping[str, Any]) -> str:
    kinds = ", ".join(
        f"{escape(media)} {_kind(content['schema']) if content.get('schema') else ''}"
        for media, content in told.get("content", {}).items()
    )
    return f"<tr><td><code>{escape(status)}</code><td>{_prose(told.get('description', ''))}<td>{kinds}"


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        _row(field, "required" if field in required else "", part, part.get("description", ""))
        for field, part in schema.get("properties", {}).items()
    ]
    about = f"<p>{_prose(schema.get('description', ''))}</p>"
    return f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{about}{_table(rows)}</details>'


def _table(rows: list[str]) -> str:
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _row(name: str, place: str, schema: Mapping[str, Any], about: str) -> str:
    return f"<tr><td><code>{escape(name)}</code><td>{escape(place)}<td>{_kind(schema)}<td>{_prose(about)}"


def _kind(schema: Mapping[str, Any]) -> str:
    """Return what values a schema admits, in a few words."""
    return " or ".join(dict.fromkeys(_kinds(schema)))


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        yield f'<a href="#{name}">{name}</a>'
    elif "anyOf" in schema:
        for part in schema["anyOf"]:
            yield from _kinds(part)
    elif "enum" in schema or "const" in schema:
        yield " | ".join(f"<code>{escape(json.dumps(v))}</code>" for v in schema.get("enum", [schema.get("const")]))
    elif schema.get("type") == "array":
        yield f"list of {_kind(schema.get('items', {})) or 'anything'}"
    else:
        bounds = (("minimum", "at least"), ("maximum", "at most"), ("maxLength", "characters at most"))
        told = [f"{words} {schema[name]}" for name, words in bounds if name in schema]
        yield escape(", ".join([str(schema.get("type", "anything")), *told]))


def _prose(text: str) -> str:
    """Return Markdown of one paragraph as HTML: only its code marks mean anything here."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
