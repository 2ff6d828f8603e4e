"""The documents behind the answers: as data for a program, as a page with the quote marked for a reader."""

from __future__ import annotations

from html import escape
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from assistant.errors import BadInput
from assistant.types import Document, Span
from assistant.web.api_ask import json_response
from assistant.web.api_body import JsonRoute
from assistant.web.api_parts import Parts
from assistant.web.problems import INVALID, NO_DOCUMENT, documented
from assistant.web.schemas_answer import DocumentOut, DocumentsOut
from assistant.web.security import REPORT_POLICY

Offset = Annotated[int | None, Query(ge=0, le=1_000_000_000, description="In characters of the text.")]

PAGE: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}

STYLE = """
:root{color-scheme:light dark}
body{font:1.0625rem/1.6 system-ui,"Segoe UI",sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}
header{border-bottom:1px solid #8888;margin-bottom:1.5rem}
header p{color:light-dark(#555,#bbb)}
article{white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:#ffe08a;color:#222;scroll-margin:30vh}
"""


def router(parts: Parts) -> APIRouter:
    """Return the routes of documents."""
    routes = APIRouter(prefix="/api/documents", tags=["documents"], route_class=JsonRoute)

    @routes.get("", summary="List the documents", responses={200: {"model": DocumentsOut}})
    def documents() -> Response:
        """Return what the index holds, by id."""
        generation = str(parts.live.info()["generation"])
        found = [
            {
                "id": d.id,
                "title": d.title,
                "kind": d.kind,
                "as_of": d.as_of,
                "passages": d.passages,
                "url": address(d.id),
            }
            for d in parts.live.documents()
        ]
        return json_response({"generation": generation, "documents": found})

    @routes.get(
        "/{document_id:path}",
        summary="Read a document",
        responses={200: {"model": DocumentOut, "content": PAGE}, **documented(NO_DOCUMENT, INVALID)},
    )
    async def document(request: Request, document_id: str, start: Offset = None, end: Offset = None) -> Response:
        """Return a document's text and sections; a browser gets a page. `start` and `end` mark a stretch of it."""
        found = await run_in_threadpool(parts.live.document, document_id)
        marked = _span(found, start, end)
        if "text/html" in request.headers.get("accept", ""):
            headers = {"Content-Security-Policy": REPORT_POLICY, "Vary": "Accept"}
            return Response(page(found, marked), media_type="text/html", headers=headers)
        return json_response(document_payload(found, marked))

    return routes


def address(document_id: str, span: Span | None = None) -> str:
    """Return the address of a document below the server's own, with a stretch of it marked."""
    place = f"?start={span.start}&end={span.end}#mark" if span else ""
    return f"/api/documents/{quote(document_id)}{place}"


def document_payload(document: Document, marked: Span | None = None) -> dict[str, Any]:
    """Return a document as plain data; `marked` is told apart from it."""
    payload: dict[str, Any] = {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "as_of": document.as_of,
        "topics": list(document.topics),
        "url": document.url,
        "text": document.text,
        "sections": [
            {"title": s.title, "level": s.level, "role": s.role, "start": s.span.start, "end": s.span.end}
            for s in document.sections
        ],
    }
    if marked:
        around = [s.title for s in document.sections if s.level > 1 and s.span.covers(marked)]
        payload["marked"] = {
            "start": marked.start,
            "end": marked.end,
            "text": marked.of(document.text),
            "headings": around,
            "page": document.origin.page(marked.start),
        }
    return payload


def page(document: Document, marked: Span | None) -> str:
    """Return a document as a page of its own, without script; the marked words can be jumped to with `#mark`."""
    text, span = document.text, marked or Span(0, 0)
    words = f'<mark id="mark">{escape(span.of(text))}</mark>' if marked else ""
    told = " · ".join(filter(None, (document.kind, document.as_of and f"checked up to {document.as_of}")))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(document.title)}</title><style>{STYLE}</style>"
        f"<header><h1>{escape(document.title)}</h1><p>{escape(told)}</p></header>"
        f"<main><article>{escape(text[: span.start])}{words}{escape(text[span.end :])}</article></main></html>"
    )


def _span(document: Document, start: int | None, end: int | None) -> Span | None:
    if start is None and end is None:
        return None
    if start is None or end is None or not start < end <= len(document.text):
        length = len(document.text)
        raise BadInput(
            "start and end name no stretch of this document",
            hint=f"Give both, with start before end and end at most {length}.",
        )
    return Span(start, end)
