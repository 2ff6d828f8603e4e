"""What can go wrong with a language model, each failure in one plain clause.

Providers raise dozens of types; what they say may quote the request or a key. So nothing of a
provider's text is passed on: its type, its status and the system's error behind it choose one of ours.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from assistant.errors import ModelError

FAILURES: dict[str, tuple[str, str]] = {
    "name": (
        "the language model's address cannot be resolved",
        "Check the host in ASSISTANT_LLM_BASE_URL and this machine's name server.",
    ),
    "refused": (
        "the language model's server refuses the connection",
        "Start the model's server, or check the port in ASSISTANT_LLM_BASE_URL.",
    ),
    "lost": (
        "the connection to the language model cannot be held",
        "Check the network and the proxy between this machine and ASSISTANT_LLM_BASE_URL.",
    ),
    "key": (
        "the language model's server rejects the key",
        "Check ASSISTANT_LLM_API_KEY or the file of ASSISTANT_LLM_API_KEY_FILE.",
    ),
    "model": (
        "the language model's server does not know the model",
        "Check ASSISTANT_LLM_MODEL, and that ASSISTANT_LLM_BASE_URL ends as the server asks, often with /v1.",
    ),
    "rate": (
        "the language model's server takes no more questions at the moment",
        "Wait, or ask whoever runs the model's server for a higher limit.",
    ),
    "server": ("the language model's server has an error of its own", "Look into the log of the model's server."),
    "request": (
        "the language model's server does not accept the request",
        "Not every model takes a temperature: try ASSISTANT_LLM_TEMPERATURE= without a value.",
    ),
    "slow": (
        "the language model did not answer in time",
        "Use a smaller model, or raise ASSISTANT_LLM_FIRST_TOKEN_SECONDS or ASSISTANT_LLM_SECONDS.",
    ),
    "cut": ("the language model's answer broke off", "Look into the log of the model's server."),
    "length": ("the language model ran out of room before it was finished", "Raise ASSISTANT_LLM_MAX_TOKENS."),
    "malformed": (
        "the language model's server sent what is no answer",
        "Check that ASSISTANT_LLM_BASE_URL is the address of an OpenAI-compatible server.",
    ),
    "empty": ("the language model gave an empty answer", "Try another model."),
    "context": (
        "the question and its passages are too long for the language model",
        "Set ASSISTANT_LLM_CONTEXT_TOKENS to what the model takes, or lower ASSISTANT_LLM_PASSAGES.",
    ),
    "filtered": ("the language model's provider held the answer back", "Look into the provider's content filter."),
    "resting": (
        "the language model failed several times and is left alone for a moment",
        "It is tried again by itself; `assistant doctor` says what is wrong.",
    ),
    "unknown": ("the language model failed", "`assistant doctor` tests the connection."),
}
"""By kind: what the reader is told, and what whoever runs the assistant can do."""

OF_THE_SERVER = frozenset({"name", "refused", "lost", "key", "model", "rate", "server", "slow", "cut", "malformed"})
"""Failures that the next question would meet as well; the others lie in the question or its answer."""

WORTH_A_SECOND_TRY = frozenset({"refused", "lost", "rate", "server"})
"""Failures that may be over a moment later."""

_OF_THE_SYSTEM: tuple[tuple[str, type[BaseException]], ...] = (
    ("name", socket.gaierror),
    ("refused", ConnectionRefusedError),
    ("slow", TimeoutError),
    ("lost", OSError),
)
_BY_STATUS = {401: "key", 403: "key", 404: "model", 408: "slow", 413: "context", 429: "rate", 504: "slow"}
_BY_TYPE = {
    "ContextOverflowError": "context",
    "ModelAuthenticationError": "key",
    "ModelPermissionDeniedError": "key",
    "ModelNotFoundError": "model",
    "ModelRateLimitError": "rate",
    "ModelTimeoutError": "slow",
    "ModelInvalidRequestError": "request",
    "ModelConnectionError": "lost",
    "APIConnectionError": "lost",
    "ConnectError": "lost",
    "RemoteProtocolError": "lost",
    "ReadError": "lost",
}
"""By the name of a type or of a type that it is made from: LangChain's first, then the HTTP clients'."""

_TOO_LONG = ("context_length", "context length", "context window", "context size", "too long", "maximum context")
_NO_ANSWER = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What reading a reply that is none ends in: broken JSON, a page of HTML, no choices."""


def failed(kind: str, *, retry_after: float | None = None) -> ModelError:
    """Return the error of a kind, in our words."""
    message, hint = FAILURES[kind]
    return ModelError(kind, message, hint=hint, retry_after=retry_after)


def failure(error: BaseException) -> ModelError:
    """Return what an error of any provider means; its own text is looked at, never passed on."""
    if isinstance(error, ModelError):
        return error
    chain = list(_chain(error))
    return failed(_kind(chain), retry_after=next((w for e in chain if (w := _wait(e)) is not None), None))


def _kind(chain: list[BaseException]) -> str:
    """Return what an error means, given with those it came from; what the system says counts most."""
    for kind, types in _OF_THE_SYSTEM:
        if any(isinstance(error, types) for error in chain):
            return kind
    for error in chain:
        if found := _by_status(error) or next((_BY_TYPE[t] for t in _types(error) if t in _BY_TYPE), ""):
            return found
    if "APIError" in _types(chain[0]):  # an error that came as a piece of the stream
        return "context" if _too_long(chain[0]) else "server"
    return "malformed" if isinstance(chain[0], _NO_ANSWER) else "unknown"


def _by_status(error: BaseException) -> str:
    status = getattr(error, "status_code", None)
    if not isinstance(status, int) or status < 400:
        return ""
    if status in {400, 413, 422, 500} and _too_long(error):  # some servers answer an overflow with 500
        return "context"
    return _BY_STATUS.get(status, "server" if status >= 500 else "request")


def _too_long(error: BaseException) -> bool:
    return any(sign in str(error).lower() for sign in _TOO_LONG)


def _types(error: BaseException) -> list[str]:
    return [t.__name__ for t in type(error).__mro__]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and those it came from, the outermost first."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _wait(error: BaseException) -> float | None:
    """Return the seconds of the `Retry-After` header of the answer that the error holds, if any."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    told = headers.get("retry-after") if hasattr(headers, "get") else None
    if not isinstance(told, str):
        return None
    with suppress(ValueError):
        return max(0.0, float(told))
    with suppress(ValueError, TypeError):
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    return None
