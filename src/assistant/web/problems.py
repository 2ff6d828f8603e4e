"""What an error looks like to a program: one shape for every route, in words a reader understands.

`/api` answers with `application/problem+json` (RFC 9457), `/v1` with the error object of the
protocol that it speaks. Neither names a path, a setting or a line of our code.
"""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from assistant.errors import (
    AssistantError,
    BadInput,
    IndexUnavailable,
    RecordsUnavailable,
    UnknownConversation,
    UnknownDocument,
)

MEDIA_TYPE = "application/problem+json"

MOST_ERRORS = 20
"""Faults of one request that are told."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its stable name, its status and its title."""

    name: str
    status: int
    title: str
    retry_after: int = 0
    """Seconds after which the same request may go well; 0 if it never will."""


NOT_JSON = Kind("not-json", 400, "The body is not JSON that can be read")
NOT_FORM = Kind("not-a-form", 400, "The body is not a form that can be read")
UNAUTHORIZED = Kind("unauthorized", 401, "Sign in first")
FORBIDDEN = Kind("forbidden", 403, "This is not allowed")
NOTHING_HERE = Kind("nothing-here", 404, "There is nothing at this address")
NO_DOCUMENT = Kind("unknown-document", 404, "There is no such document")
NO_MODEL = Kind("model-not-found", 404, "There is no such model")
NO_CONVERSATION = Kind("unknown-conversation", 404, "There is no such conversation")
NOT_ALLOWED = Kind("method-not-allowed", 405, "This address does not take this method")
SLOW_BODY = Kind("slow-body", 408, "The request took too long to arrive")
CONFLICT = Kind("conflict", 409, "The change does not fit what is there")
TOO_LARGE = Kind("too-large", 413, "The request is too large")
WRONG_TYPE = Kind("wrong-type", 415, "The body must be JSON")
WRONG_FILE = Kind("wrong-file", 415, "Files of this kind are not taken")
INVALID = Kind("invalid", 422, "The request cannot be used as it is")
TOO_MANY = Kind("too-many", 429, "Too many requests", retry_after=10)
FAILED = Kind("failed", 500, "Something went wrong on our side")
BUSY = Kind("busy", 503, "The assistant is busy", retry_after=5)
TOO_SLOW = Kind("too-slow", 503, "The answer took too long", retry_after=10)
NOT_READY = Kind("not-ready", 503, "The assistant is not ready", retry_after=10)

KINDS = (
    NOT_JSON, NOT_FORM, UNAUTHORIZED, FORBIDDEN, NOTHING_HERE, NO_DOCUMENT, NO_CONVERSATION, NO_MODEL, NOT_ALLOWED,
    SLOW_BODY, CONFLICT, TOO_LARGE, WRONG_TYPE, WRONG_FILE, INVALID, TOO_MANY, FAILED, BUSY, TOO_SLOW, NOT_READY,
)  # fmt: skip

OURS: dict[type[AssistantError], Kind] = {
    BadInput: INVALID,
    UnknownDocument: NO_DOCUMENT,
    UnknownConversation: NO_CONVERSATION,
    IndexUnavailable: NOT_READY,
    RecordsUnavailable: NOT_READY,
}
"""The kind of each error that a caller can do something about; any other is a failure of ours."""


class Refused(AssistantError):
    """A request that is not answered, as a problem of a certain kind."""

    def __init__(self, kind: Kind, detail: str, *, hint: str = "", retry_after: int = 0) -> None:
        super().__init__(detail, hint=hint)
        self.kind = kind
        self.retry_after = retry_after or kind.retry_after


_TOLD = (BadInput, UnknownConversation, Refused)
"""Errors whose own words name nothing but what the caller sent."""

_ELSEWISE: dict[Kind, tuple[str, str]] = {
    NO_DOCUMENT: ("The index holds no document of this id", "GET /api/documents lists the documents."),
    NOT_READY: ("It cannot answer at the moment", "Try again in a few seconds; its log says what is wrong."),
    FAILED: ("The request could not be answered", "Try again; if it fails again, tell whoever runs the assistant."),
}
"""What is told in place of an error's own words, and the hint."""


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="The field, such as `body.history.0.role`.")
    message: str


class Problem(BaseModel):
    """An error, as every route of `/api` tells it (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    type: str = Field(description="The kind of problem: a stable name.")
    title: str
    status: int
    detail: str
    hint: str = Field(description="What can be done about it, or empty.")
    request_id: str = Field(description="Of this request; the server's log names it too.")
    errors: list[Fault] = Field(default_factory=list, description="What is wrong with the request, by field.")


def add_handlers(app: FastAPI) -> None:
    """Have every error of the application's own routes told in one shape."""
    app.add_exception_handler(AssistantError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def of_error(request: Request, error: AssistantError) -> Problem:
    """Return an error of ours as a problem."""
    return _problem(request, kind_of(error), *told(error))


def kind_of(error: AssistantError) -> Kind:
    """Return the kind of problem that an error of ours is."""
    if isinstance(error, Refused):
        return error.kind
    return next((OURS[c] for c in type(error).__mro__ if c in OURS), FAILED)


def told(error: AssistantError) -> tuple[str, str]:
    """Return what a caller is told of an error, and the hint; words that may name a path of ours are left out."""
    if not isinstance(error, _TOLD):
        return _ELSEWISE[kind_of(error)]
    words = str(error)
    return words[:1].upper() + words[1:], error.hint


def failure(request: Request) -> Problem:
    """Return what is told of an error that nobody foresaw."""
    return _problem(request, FAILED, *_ELSEWISE[FAILED])


def respond(request: Request, problem: Problem, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as a response, in the shape of the route's protocol."""
    kind = next((k for k in KINDS if problem.type == f"urn:problem:{k.name}"), FAILED)
    request.state.problem = problem.type.rpartition(":")[2]
    more = dict(headers or {})
    if kind.retry_after:
        more.setdefault("Retry-After", str(kind.retry_after))
    if local_path(request).startswith("/v1"):
        status = 400 if problem.status == INVALID.status else problem.status  # what its clients expect
        return Response(to_json(openai_error(problem)), status, more, "application/json")
    return Response(problem.model_dump_json(), problem.status, more, MEDIA_TYPE)


def openai_error(problem: Problem) -> dict[str, Any]:
    """Return the problem as the OpenAI protocol tells errors."""
    usual = "server_error" if problem.status >= 500 else "invalid_request_error"
    kind = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}.get(problem.status, usual)
    message = " ".join(f"{part.rstrip('.')}." for part in (problem.detail, problem.hint) if part)
    code = problem.type.rpartition(":")[2].replace("-", "_")
    return {"error": {"message": message, "type": kind, "param": None, "code": code, "request_id": problem.request_id}}


def local_path(request: Request) -> str:
    """Return the path of the request below the prefix that a proxy serves us under."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def request_id(request: Request) -> str:
    """Return the id of the request."""
    found: str = getattr(request.state, "request_id", "")
    return found


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """Return these problems for the `responses` of a route."""
    schema = {"$ref": "#/components/schemas/Problem"}
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        told = by_status.setdefault(kind.status, {"description": "", "content": {MEDIA_TYPE: {"schema": schema}}})
        told["description"] = f"{told['description']} or {kind.title[:1].lower()}{kind.title[1:]}".removeprefix(" or ")
        if kind.retry_after:
            told["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return by_status


ALWAYS = documented(UNAUTHORIZED, FORBIDDEN, TOO_MANY, FAILED, BUSY, TOO_SLOW, NOT_READY)
"""What any route may answer."""

OF_BODIES = documented(NOT_JSON, SLOW_BODY, TOO_LARGE, WRONG_TYPE, INVALID)
"""What a route that takes a body may answer, beside `ALWAYS`."""


def _problem(request: Request, kind: Kind, detail: str, hint: str = "", errors: Sequence[Fault] = ()) -> Problem:
    return Problem(
        type=f"urn:problem:{kind.name}", title=kind.title, status=kind.status, detail=detail, hint=hint,
        request_id=request_id(request), errors=list(errors),
    )  # fmt: skip


def _of_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, AssistantError)  # noqa: S101  what the handler is registered for
    wait = {"Retry-After": str(error.retry_after)} if isinstance(error, Refused) and error.retry_after else None
    return respond(request, of_error(request, error), headers=wait)


def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  what the handler is registered for
    faults = [
        Fault(where=_where(e["loc"]), message=str(e["msg"]).removeprefix("Value error, "))
        for e in error.errors()[:MOST_ERRORS]
    ]
    detail = "; ".join(dict.fromkeys(f"{fault.where}: {fault.message}" for fault in faults[:3]))
    return respond(request, _problem(request, INVALID, detail, "The fields are described in /api/docs.", faults))


def _where(place: Sequence[Any]) -> str:
    """Return the place of a fault; a field's name comes from the caller, so it is kept short."""
    return ".".join(str(part)[:60].encode("ascii", "replace").decode() for part in place)[:200]


def _of_http(request: Request, error: Exception) -> Response:
    """Return what the framework refuses, such as an unknown address, in our shape."""
    assert isinstance(error, HTTPException)  # noqa: S101  what the handler is registered for
    plain = next((k for k in KINDS if k.status == error.status_code), None)
    kind = plain or Kind("refused", error.status_code, http.HTTPStatus(error.status_code).phrase)
    hint = "The addresses are listed in /api/docs." if kind in {NOTHING_HERE, NOT_ALLOWED} else ""
    return respond(request, _problem(request, kind, kind.title, hint), headers=error.headers)
