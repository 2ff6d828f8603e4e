"""The page of curators: what the index holds, what was left out, and what readers asked in vain.

It is whole without its script; the script sends files, follows the index and renews the page's parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import FileResponse

from assistant.errors import RecordsUnavailable
from assistant.inbox import SUFFIXES
from assistant.records.audit import Gap, gaps
from assistant.web.api_curate import status_payload
from assistant.web.api_parts import Parts
from assistant.web.identity import User, requires
from assistant.web.security import PAGE_POLICY

if TYPE_CHECKING:
    from assistant.index.documents import Summary

MOST_ROWS = 500
"""Documents that are listed; the search finds the others."""

MOST_GAPS = 100

_ASSETS = Path(__file__).parent / "assets"

_CHANGED = {"added": "Added", "replaced": "Replaced", "removed": "Removed", "undone": "Taken back: the change of"}


def router(parts: Parts) -> APIRouter:
    """Return the routes of the page and of what it is made of."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/curate")
    def curate(
        user: Annotated[User, Depends(requires("curator"))], search: Annotated[str, Query(max_length=200)] = ""
    ) -> Response:
        """Return the page."""
        headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
        return Response(page(parts, search.strip()), media_type="text/html", headers=headers)

    @routes.get("/curate/curate.js")
    def script() -> FileResponse:
        """Return the page's script."""
        return FileResponse(_ASSETS / "curate.js", media_type="text/javascript")

    @routes.get("/curate/curate.css")
    def style() -> FileResponse:
        """Return the page's style."""
        return FileResponse(_ASSETS / "curate.css", media_type="text/css")

    return routes


def page(parts: Parts, search: str = "") -> str:
    """Return the page; `search` narrows its list of documents."""
    status = status_payload(parts)
    documents = [d for d in parts.live.documents() if search.lower() in f"{d.title} {d.id}".lower()]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Documents · Sourcing assistant</title>"
        '<link rel="stylesheet" href="curate/curate.css"><link rel="icon" href="favicon.ico">'
        '<script src="curate/curate.js" defer></script></head><body>'
        '<header><h1>Documents</h1><a href="./">Back to the assistant</a></header><main>'
        f"{_upload(parts)}{_status(status)}{_documents(documents, search)}{_left_out(status['left_out'])}"
        f"{_gaps(parts)}</main>"
        '<dialog id="preview" aria-labelledby="preview-title"><form method="dialog"><h2 id="preview-title"></h2>'
        "<button>Close</button></form><ol></ol></dialog></body></html>"
    )


def _upload(parts: Parts) -> str:
    kinds, most = ", ".join(sorted(SUFFIXES)), f"{parts.settings.max_file_mb:g}"
    return (
        '<section id="upload" aria-labelledby="upload-title"><h2 id="upload-title">Add documents</h2>'
        '<div class="drop"><label for="files" class="button">Choose files</label>'
        f'<input id="files" type="file" multiple accept="{kinds}" aria-describedby="kinds">'
        f'<p>or drop them here</p><p id="kinds" class="muted">{kinds}; at most {most} MB each. A file is read before '
        "it is taken.</p></div>"
        '<input id="replacement" type="file" hidden aria-label="The file to put in its place">'
        '<ul id="results" role="status"></ul>'
        "<noscript><p>Adding and removing documents needs JavaScript.</p></noscript></section>"
    )


def _status(status: dict[str, Any]) -> str:
    change = status["last_change"]
    files = ", ".join(change["files"][:3]) + (" …" if len(change["files"]) > 3 else "") if change else ""
    undo = (
        f'<p id="last">{_CHANGED[change["kind"]]} <b>{escape(files)}</b> <span class="muted">by '
        f'{escape(change["by"])}, {_time(change["at"])}</span> <button type="button" id="undo">Undo</button></p>'
        if change
        else ""
    )
    return (
        '<section id="index" aria-labelledby="index-title"><h2 id="index-title">Index</h2>'
        f'<p id="state" role="status">{escape(told(status))}</p><progress id="progress" hidden aria-label="Indexing">'
        f"</progress>{undo}</section>"
    )


def told(status: dict[str, Any]) -> str:
    """Return how far the index is, in a sentence; the script says the same while a build goes on."""
    held = f"{status['documents']} documents, {status['passages']} passages"
    if status["state"] == "building":
        return f"Bringing the index up to date; answers come from {held} meanwhile."
    if status["state"] == "failed":
        words = f"The index could not be brought up to date: {status['message']}. {status['hint']}".strip()
        return f"{words} Answers still come from {held}."
    return f"Up to date: {held}."


def _documents(documents: Sequence[Summary], search: str) -> str:
    rows = "".join(_row(document) for document in documents[:MOST_ROWS])
    more = len(documents) - MOST_ROWS
    note = f"<p>{more} more; search to see them.</p>" if more > 0 else ""
    empty = "" if documents else "<p>No document has these words in its title or path.</p>"
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Document", "As of", "Passages", "Actions"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if documents else ""
    return (
        '<section id="documents" aria-labelledby="documents-title"><h2 id="documents-title">In the index</h2>'
        '<form method="get" role="search"><label for="search">Title or path</label>'
        f'<input id="search" name="search" type="search" maxlength="200" value="{escape(search)}">'
        f"<button>Search</button></form>{table}{empty}{note}</section>"
    )


def _row(document: Summary) -> str:
    address, title = f"api/documents/{quote(document.id)}", escape(document.title)

    def button(action: str, words: str) -> str:
        return (
            f'<button type="button" data-do="{action}" data-url="{address}" data-id="{escape(document.id)}" '
            f'aria-label="{words} {title}">{words}</button>'
        )

    changes = button("replace", "Replace") + button("remove", "Remove") if document.kind != "record" else ""
    return (
        f'<tr><th scope="row"><a href="{address}">{title}</a><span class="muted">{escape(document.id)}</span></th>'
        f'<td data-label="As of">{escape(document.as_of) or "–"}</td><td data-label="Passages">{document.passages}</td>'
        f'<td class="actions">{button("preview", "Passages")}{changes}</td></tr>'
    )


def _left_out(files: Iterable[dict[str, str]]) -> str:
    items = "".join(f"<li><b>{escape(f['path'])}</b>: {escape(f['reason'])}</li>" for f in files)
    shown = f"<ul>{items}</ul>" if items else "<p>Every file was read.</p>"
    return f'<section id="left-out" aria-labelledby="left-title"><h2 id="left-title">Left out</h2>{shown}</section>'


def _gaps(parts: Parts) -> str:
    title = '<section id="gaps" aria-labelledby="gaps-title"><h2 id="gaps-title">What to write next</h2>'
    try:
        found = gaps(parts.records.database)
    except RecordsUnavailable:
        return f"{title}<p>The kept questions cannot be read at the moment.</p></section>"
    if not found:
        return f"{title}<p>No kept question was refused or marked as not helpful.</p></section>"
    names = ("Question", "Asked in vain", "Not helpful", "Last asked")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_gap(gap) for gap in found[:MOST_GAPS])
    return (
        f'{title}<p class="muted">Kept questions that were refused or marked as not helpful, those alike together.</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _gap(gap: Gap) -> str:
    others = "".join(f"<li>{escape(question)}</li>" for question in gap.questions[1:])
    reasons = "".join(f"<li>“{escape(reason)}”</li>" for reason in gap.reasons)
    more = f"<ul>{others}{reasons}</ul>" if others or reasons else ""
    return (
        f'<tr><th scope="row">{escape(gap.questions[0])}{more}</th><td data-label="Asked in vain">{gap.refused}</td>'
        f'<td data-label="Not helpful">{gap.thumbed_down}</td><td data-label="Last asked">{_time(gap.latest)}</td></tr>'
    )


def _time(moment: str) -> str:
    return f'<time datetime="{escape(moment)}">{escape(moment[:16].replace("T", " "))} UTC</time>'
