"""A chat model that answers in time, or says in plain words why not.

LangChain's models are given a stream, and this module keeps the time: a limit that is counted per
read never ends a server that drips. A call is a task of one event loop that runs beside the
threads that wait for it; cancelling the task closes its connection at once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Generator
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError
from assistant.llm.breaker import Breaker
from assistant.llm.failures import WORTH_A_SECOND_TRY, failed, failure

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

PULSE_SECONDS = 0.5
"""While nothing comes, an empty piece is yielded this often, so that a reader who left is noticed."""

SECOND_TRY_SECONDS = 0.3
"""Wait before the second try where the server names none."""

LONGEST_WAIT_SECONDS = 3.0
"""A server that asks to wait longer is not tried again for this question."""

_FINISHES = ("finish_reason", "stop_reason", "stopReason", "done_reason", "finishReason")
_FINISHED = frozenset({"stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "completed", "end"})
_OUT_OF_ROOM = frozenset({"length", "max_tokens", "model_length"})
_FILTERED = frozenset({"content_filter", "safety", "refusal", "guardrail_intervened"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited for a model."""

    first: float = 15.0
    """Seconds to the first piece."""
    stall: float = 8.0
    """Seconds between two pieces."""
    total: float = 30.0
    """Seconds for the whole reply, a second try included."""


@dataclass(frozen=True, slots=True)
class Chat:
    """One chat model within its limits; fits `stages.ChatModel`. Safe to use from several threads."""

    model: BaseChatModel
    limits: Limits
    breaker: Breaker
    names_its_end: bool = True
    """The provider says how each reply ended, so that one without an end was cut off."""

    def __call__(self, system: str, user: str, /) -> Generator[str, None, None]:
        """Yield the reply piece by piece; empty pieces while nothing comes.

        Raises ModelError in words for a reader, at the latest when `limits.total` is over. Closing
        the generator ends the call to the server.
        """
        messages = [("system", system), ("human", user)]
        twice = self.breaker.well  # a server that failed the last time is not asked twice
        with self.breaker.call():
            clock = _Clock(self.limits)
            try:
                yield from self._once(messages, clock)
            except ModelError as error:
                wait = SECOND_TRY_SECONDS if error.retry_after is None else error.retry_after
                again = twice and not clock.heard and error.kind in WORTH_A_SECOND_TRY
                if not again or wait > min(LONGEST_WAIT_SECONDS, clock.left):
                    raise
                yield from _rest(wait)
                yield from self._once(messages, clock)

    def _once(self, messages: list[tuple[str, str]], clock: _Clock) -> Generator[str, None, None]:
        """Yield the pieces of one call to the server."""
        heard: SimpleQueue[str | ModelError | None] = SimpleQueue()
        task = asyncio.run_coroutine_threadsafe(self._listen(messages, heard, clock.left), _loop())
        try:
            while (piece := clock.next(heard)) is not None:
                yield piece
        finally:
            task.cancel()

    async def _listen(
        self, messages: list[tuple[str, str]], heard: SimpleQueue[str | ModelError | None], seconds: float
    ) -> None:
        """Put the pieces of the reply into `heard`, then None, or the error that ended it."""
        spoke, end = False, ""
        try:
            async with asyncio.timeout(seconds), aclosing(self.model.astream(messages)) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    end = _end(piece.response_metadata) or end
                    spoke = spoke or bool(piece.text.strip())
                    heard.put(str(piece.text))
            heard.put(self._verdict(spoke, end))
        except Exception as error:  # providers raise what they like
            found = failure(error)
            log.warning("language model: %s (%s)", found.kind, type(error).__name__)
            heard.put(found)

    def _verdict(self, spoke: bool, end: str) -> ModelError | None:
        """Return what is wrong with a reply that came without an error, if anything."""
        if end in _OUT_OF_ROOM:
            return failed("length")
        if end in _FILTERED:
            return failed("filtered")
        if not end and self.names_its_end:
            return failed("cut")
        if not spoke:
            return failed("empty")
        return None if not end or end in _FINISHED else failed("cut")


def _end(metadata: dict[str, Any]) -> str:
    """Return how the provider says that the reply ended, in lower case; empty if it says nothing yet."""
    return next((str(metadata[name]).lower() for name in _FINISHES if metadata.get(name)), "")


class _Clock:
    """The time of one reply, over all its tries."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        now = monotonic()
        self._end = now + limits.total
        self._quiet_until = now + limits.first
        self.heard = False
        """Whether a word of the reply has come."""

    @property
    def left(self) -> float:
        """Seconds until the reply must be there."""
        return self._end - monotonic()

    def next(self, heard: SimpleQueue[str | ModelError | None]) -> str | None:
        """Return the next piece, or an empty one after a pulse; None at the end. Raises ModelError."""
        until = min(self._end, self._quiet_until)
        try:
            piece = heard.get(timeout=max(0.0, min(until - monotonic(), PULSE_SECONDS)))
        except Empty:
            if monotonic() >= until:
                raise failed("slow") from None
            return ""
        if isinstance(piece, ModelError):
            raise piece
        if piece is not None:
            self.heard = self.heard or bool(piece)
            self._quiet_until = monotonic() + self._limits.stall
        return piece


def _rest(seconds: float) -> Generator[str, None, None]:
    """Wait, and yield an empty piece at each pulse."""
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        sleep(min(left, PULSE_SECONDS))
        yield ""


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the event loop on which all calls run, in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language model", daemon=True).start()
    return loop
