"""What curators do: add, replace and remove documents, take that back, and see what is missing.

After each change the index is brought up to date in the background, and the answers follow.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from assistant.curating import Change, Curator, Taken
from assistant.errors import Rejected
from assistant.records.audit import gaps
from assistant.web.api_ask import json_response
from assistant.web.api_body import JsonRoute
from assistant.web.api_parts import Parts
from assistant.web.identity import User, permit, requires
from assistant.web.problems import (
    CONFLICT,
    INVALID,
    NO_DOCUMENT,
    NOT_FORM,
    TOO_LARGE,
    WRONG_FILE,
    Kind,
    Refused,
    documented,
)
from assistant.web.schemas_curate import ChangedOut, CuratedOut, GapsOut, IndexStatusOut, PassagesOut

MOST_FILES = 50
"""Of one request."""

KIND_OF: dict[str, Kind] = {"size": TOO_LARGE, "kind": WRONG_FILE, "content": INVALID, "conflict": CONFLICT}

OF_FILES = documented(NOT_FORM, TOO_LARGE, WRONG_FILE, INVALID, CONFLICT)

As = Annotated[User, Depends(requires("curator"))]


class FileRoute(APIRoute):
    """A route that takes files: whoever may not send any is refused before they are read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what handles a request."""
        handle = super().get_route_handler()

        async def read_first(request: Request) -> Response:
            permit(request, "curator")
            if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
                raise Refused(WRONG_FILE, "The body is no form with files", hint="Send multipart/form-data.")
            try:
                await request.form(max_files=MOST_FILES, max_fields=MOST_FILES)
            except HTTPException as error:
                raise Refused(NOT_FORM, str(error.detail), hint=f"Send at most {MOST_FILES} files.") from error
            try:
                return await handle(request)
            finally:
                await request.close()

        return read_first


def router(parts: Parts) -> APIRouter:
    """Return the routes of curators."""
    routes = APIRouter(prefix="/api", tags=["curators"])
    _add_files(APIRouter(route_class=FileRoute), routes, parts)
    _add_changes(APIRouter(route_class=JsonRoute), routes, parts)
    _add_reports(APIRouter(route_class=JsonRoute), routes, parts)
    return routes


def _add_files(own: APIRouter, routes: APIRouter, parts: Parts) -> None:
    curator: Curator = parts.curator

    @own.post("/documents", summary="Add documents", responses={200: {"model": CuratedOut}, **OF_FILES})
    def add(user: As, files: Annotated[list[UploadFile], File(description="At least one.")]) -> Response:
        """Take files into the corpus; one that cannot be read does not keep the others out.

        If none is taken, the answer is the problem of the first.
        """
        outcome = curator.add([(file.filename or "", file.file) for file in files], by=user.name)
        if not outcome.taken and outcome.refused:
            raise refusal(outcome.refused[0])
        told = [_refused(error) for error in outcome.refused]
        return json_response(_curated(parts, outcome.taken) | {"refused": told})

    @own.put(
        "/documents/{document_id:path}",
        summary="Replace a document",
        responses={200: {"model": CuratedOut}, **OF_FILES, **documented(NO_DOCUMENT)},
    )
    def replace(user: As, document_id: str, file: Annotated[UploadFile, File()]) -> Response:
        """Put a file in the place of a document; its id stays."""
        try:
            taken = curator.replace(document_id, file.filename or "", file.file, by=user.name)
        except Rejected as error:
            raise refusal(error) from error
        return json_response(_curated(parts, (taken,)))

    routes.include_router(own)


def _add_changes(own: APIRouter, routes: APIRouter, parts: Parts) -> None:
    @own.delete(
        "/documents/{document_id:path}",
        summary="Remove a document",
        responses={200: {"model": ChangedOut}, **documented(NO_DOCUMENT, CONFLICT)},
    )
    def remove(user: As, document_id: str) -> Response:
        """Take a file out of the corpus; a record goes with its file alone. It can be taken back."""
        return _changed(parts, lambda: parts.curator.remove(document_id, by=user.name))

    @own.post(
        "/index/undo",
        summary="Take the last change of the documents back",
        responses={200: {"model": ChangedOut}, **documented(CONFLICT)},
    )
    def undo(user: As) -> Response:
        """Take back what was added, replaced or removed last; doing it again brings it back."""
        return _changed(parts, lambda: parts.curator.undo(by=user.name))

    routes.include_router(own)


def _add_reports(own: APIRouter, routes: APIRouter, parts: Parts) -> None:
    @own.get("/index/status", summary="How far the index is", responses={200: {"model": IndexStatusOut}})
    def status(_: As) -> Response:
        """Return the state of the index, what it was built of, and what was left out and why."""
        return json_response(status_payload(parts))

    @own.get(
        "/documents/{document_id:path}/passages",
        summary="See a document as it is searched",
        responses={200: {"model": PassagesOut}, **documented(NO_DOCUMENT)},
    )
    def passages(_: As, document_id: str) -> Response:
        """Return the passages that a document was cut into."""
        title = parts.live.document(document_id).title
        cut = [
            {
                "headings": list(passage.headings),
                "text": passage.text,
                "start": passage.span.start,
                "end": passage.span.end,
                "page": passage.page,
            }
            for passage in parts.live.library.passages_of(document_id)
        ]
        return json_response({"id": document_id, "title": title, "passages": cut})

    @own.get("/gaps", summary="What the documents do not answer", responses={200: {"model": GapsOut}})
    def missing(_: As) -> Response:
        """Return the kept questions that were refused or thumbed down, those alike together, without names."""
        found = [asdict(gap) | {"count": gap.count} for gap in gaps(parts.records.database)]
        return json_response({"gaps": found})

    routes.include_router(own)


def status_payload(parts: Parts) -> dict[str, Any]:
    """Return how far the index follows the corpus, as plain data."""
    status, info = parts.reindexer.status(), parts.live.info()
    report, last = status.report, parts.curator.last()
    left_out = report.unreadable if report else parts.live.library.manifest.unreadable
    built = report and {
        "changed": report.changed,
        "added": len(report.plan.new),
        "replaced": len(report.plan.changed),
        "removed": len(report.plan.gone),
        "seconds": round(report.seconds, 1),
    }
    return {
        "state": status.state,
        "step": status.step,
        "done": status.done,
        "total": status.total,
        "waiting": status.waiting,
        "message": _without_places(parts, status.message),
        "hint": _without_places(parts, status.hint),
        "finished": status.finished,
        "generation": info["generation"],
        "documents": info["documents"],
        "passages": info["passages"],
        "left_out": [{"path": path, "reason": reason} for path, reason in left_out],
        "built": built,
        "last_change": last and change_payload(last),
    }


def change_payload(change: Change) -> dict[str, Any]:
    """Return a change as plain data."""
    return asdict(change) | {"files": list(change.files)}


def refusal(error: Rejected) -> Refused:
    """Return a file's rejection as the refusal of a request."""
    words = str(error)
    if error.name and words.startswith(error.name):  # in quotes, a file's name keeps its case
        words = f"“{error.name}”{words.removeprefix(error.name)}"
    return Refused(KIND_OF[error.why], words[:1].upper() + words[1:], hint=error.hint)


def _refused(error: Rejected) -> dict[str, str]:
    told = refusal(error)
    return {"name": error.name, "type": f"urn:problem:{told.kind.name}", "detail": str(told), "hint": told.hint}


def _curated(parts: Parts, taken: tuple[Taken, ...]) -> dict[str, Any]:
    parts.reindexer.request()
    return {"taken": [asdict(item) for item in taken], "refused": [], "index": status_payload(parts)}


def _changed(parts: Parts, change: Callable[[], Change]) -> Response:
    try:
        made = change()
    except Rejected as error:
        raise refusal(error) from error
    parts.reindexer.request()
    return json_response({"change": change_payload(made), "index": status_payload(parts)})


def _without_places(parts: Parts, words: str) -> str:
    """Return the words without the folders of this machine, which are nobody's business."""
    for name in ("corpus", "index", "data"):
        folder = getattr(parts.settings, name)
        for place in (str(folder.absolute()), str(folder)):
            words = words.replace(place, f"the {name} folder") if len(place) > len(name) else words
    return words
