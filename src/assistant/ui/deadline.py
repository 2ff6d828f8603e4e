"""An answer that takes too long ends in a sentence, whatever it hangs on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextvars import copy_context
from time import monotonic
from typing import TypeVar

from assistant.errors import AssistantError

T = TypeVar("T")


class TooSlow(AssistantError):
    """An answer took longer than the reader is asked to wait."""


def within(steps: Iterator[T], seconds: float) -> Iterator[T]:
    """Yield what `steps` yields. Raises TooSlow once all of it together takes longer.

    The steps are worked out in a thread of their own; the one under way when the time is over, or
    when the reader leaves, is left to end by itself, and no other begins.
    """
    arrived: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
    asked = threading.Semaphore(0)
    over = threading.Event()

    def work() -> None:
        while asked.acquire() and not over.is_set():
            try:
                arrived.put((next(steps), None))
            except BaseException as error:
                arrived.put((None, error))
                return
        if close := getattr(steps, "close", None):
            close()

    end = monotonic() + seconds
    threading.Thread(target=copy_context().run, args=(work,), name="answer", daemon=True).start()
    try:
        while True:
            asked.release()
            step, error = arrived.get(timeout=max(0.0, end - monotonic()))
            if isinstance(error, StopIteration):
                return
            if error:
                raise error
            yield step  # type: ignore[misc]  # there is one where there is no error
    except queue.Empty:
        raise TooSlow(
            f"The answer took longer than {seconds:g} seconds",
            hint="Your question is still in the box: ask it again, or ask for less at once.",
        ) from None
    finally:
        over.set()
        asked.release()
