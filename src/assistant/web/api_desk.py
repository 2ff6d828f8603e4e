"""Where questions are worked on: so many at once, so many waiting, each in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from anyio.to_thread import run_sync

from assistant.types import Answer, Conversation, Step
from assistant.web.problems import BUSY, Refused

if TYPE_CHECKING:
    from assistant.build import Keep, LiveAssistant
    from assistant.web.metrics import Metrics

T = TypeVar("T")

PATIENCE_SECONDS = 20.0
"""Longest wait for a place; whoever waits longer has mostly left."""


class Desk:
    """Answers questions for routes that must not block; a reader who leaves ends the work."""

    def __init__(self, live: LiveAssistant, metrics: Metrics, *, at_once: int, waiting: int) -> None:
        self._live = live
        self._metrics = metrics
        self._places = asyncio.Semaphore(at_once)
        self._threads = anyio.CapacityLimiter(at_once)
        self._most_waiting, self._waiting = waiting, 0

    async def steps(
        self, question: str, conversation: Conversation, *, keep: Keep | None = None
    ) -> AsyncGenerator[Step, None]:
        """Yield what the line yields. Raises Refused if too many questions wait.

        Close it (`aclosing`) to end the work before it is done: after the step under way, no other begins.
        """
        async with self._place():
            steps = await self._in_thread(partial(self._stream, question, conversation, keep))
            try:
                while (step := await self._in_thread(partial(next, steps, None))) is not None:
                    yield step
            finally:
                with anyio.CancelScope(shield=True), suppress(ValueError):  # raised if a step is still under way
                    await self._in_thread(getattr(steps, "close", _nothing))

    async def answer(self, question: str, conversation: Conversation, *, keep: Keep | None = None) -> Answer:
        """Return the answer. Raises Refused if too many questions wait."""

        def last() -> Answer:
            *_, answer = self._stream(question, conversation, keep)
            assert isinstance(answer, Answer)  # noqa: S101  the stream's contract
            return answer

        return await self.work(last)

    async def work(self, do: Callable[[], T]) -> T:
        """Return the result of what takes as long as a question. Raises Refused if too many wait."""
        async with self._place():
            return await self._in_thread(do)

    def _stream(self, question: str, conversation: Conversation, keep: Keep | None) -> Iterator[Step]:
        narrowed: dict[str, Any] = {"keep": keep} if keep else {}
        return self._live.stream(question, conversation, **narrowed)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await run_sync(do, limiter=self._threads)

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


def _nothing() -> None:
    return None
