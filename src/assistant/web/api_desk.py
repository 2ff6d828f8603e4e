"""Where questions are worked on: so many at once, so many waiting, each in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from anyio.to_thread import run_sync

from assistant.types import Answer, Conversation, Step
from assistant.web.problems import BUSY, TOO_SLOW, Refused

if TYPE_CHECKING:
    from assistant.build import Keep, LiveAssistant
    from assistant.web.metrics import Metrics

T = TypeVar("T")

CLOSING_SECONDS = 5.0
"""Longest wait for a step under way when its reader has left."""

PATIENCE_SECONDS = 20.0
"""Longest wait for a place; whoever waits longer has mostly left."""


class Desk:
    """Answers questions for routes that must not block; a reader who leaves ends the work."""

    def __init__(
        self, live: LiveAssistant, metrics: Metrics, *, at_once: int, waiting: int, seconds: float = 60
    ) -> None:
        """Open for `at_once` questions and so many `waiting` ones; each may take so many `seconds`."""
        self._live = live
        self._metrics = metrics
        self._places = asyncio.Semaphore(at_once)
        self._threads = anyio.CapacityLimiter(at_once)
        self._most_waiting, self._waiting = waiting, 0
        self._seconds = seconds

    async def steps(
        self, question: str, conversation: Conversation, *, keep: Keep | None = None
    ) -> AsyncGenerator[Step, None]:
        """Yield what the line yields. Raises Refused if too many questions wait or it takes too long.

        Close it (`aclosing`) to end the work before it is done: after the step under way, no other begins.
        """
        async with self._place():
            end = monotonic() + self._seconds
            steps = await self._in_thread(partial(self._stream, question, conversation, keep), end)
            try:
                while (step := await self._in_thread(partial(next, steps, None), end)) is not None:
                    yield step
            finally:
                with anyio.CancelScope(shield=True), suppress(ValueError, Refused):  # a step is still under way
                    await self._in_thread(getattr(steps, "close", _nothing), monotonic() + CLOSING_SECONDS)

    async def answer(self, question: str, conversation: Conversation, *, keep: Keep | None = None) -> Answer:
        """Return the answer. Raises Refused if too many questions wait or it takes too long."""

        def last() -> Answer:
            *_, answer = self._stream(question, conversation, keep)
            assert isinstance(answer, Answer)  # noqa: S101  the stream's contract
            return answer

        return await self.work(last)

    async def work(self, do: Callable[[], T]) -> T:
        """Return the result of what takes as long as a question. Raises Refused if too many wait or it takes long."""
        async with self._place():
            return await self._in_thread(do, monotonic() + self._seconds)

    def _stream(self, question: str, conversation: Conversation, keep: Keep | None) -> Iterator[Step]:
        narrowed: dict[str, Any] = {"keep": keep} if keep else {}
        return self._live.stream(question, conversation, **narrowed)

    async def _in_thread(self, do: Callable[[], T], end: float) -> T:
        """Return the result. Past the end the thread is left to itself, and counts until it is done."""
        work = asyncio.ensure_future(run_sync(do, limiter=self._threads))
        work.add_done_callback(_noticed)
        done, _ = await asyncio.wait({work}, timeout=max(0.0, end - monotonic()))
        if not done:
            raise _too_slow()
        return work.result()

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """Hold one of the places; it may be left in another task than it was taken in."""
        if self._places.locked() and self._waiting >= self._most_waiting:
            raise _busy()
        self._waiting += 1
        try:
            with self._metrics.waiting():
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._places.acquire()
        except TimeoutError as error:
            raise _busy() from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()


def _busy() -> Refused:
    return Refused(BUSY, "Too many questions are being answered", hint="Ask again in a few seconds.")


def _too_slow() -> Refused:
    return Refused(TOO_SLOW, "The answer took too long", hint="Ask again, or ask for less at once.")


def _noticed(work: asyncio.Future[T]) -> None:
    """Take note of an error, lest one that nobody waits for any more be reported as lost."""
    if not work.cancelled():
        work.exception()


def _nothing() -> None:
    return None
