"""The circuit breaker: a server that keeps failing is left alone for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from assistant.errors import ModelError
from assistant.llm.failures import OF_THE_SERVER, failed

MOST_FAILURES = 3
"""Calls in a row that may fail before the server is left alone."""

REST_SECONDS = 30.0
"""How long it is left alone; then one call tries it."""


class Breaker:
    """Counts failures in a row over all threads, and refuses calls while the server rests."""

    def __init__(
        self, *, failures: int = MOST_FAILURES, rest: float = REST_SECONDS, now: Callable[[], float] = monotonic
    ) -> None:
        self._most, self._rest, self._now = failures, rest, now
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    @property
    def well(self) -> bool:
        """Whether the last call that reached the server went well, or none has been made."""
        return self._failures == 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Hold a call: its ModelError counts if it is the server's. Raises ModelError while the server rests."""
        self._admit()
        try:
            yield
        except ModelError as error:
            self._ended(well=None if error.kind not in OF_THE_SERVER else False)
            raise
        except BaseException:  # the reader left: that says nothing of the server
            self._ended(well=None)
            raise
        self._ended(well=True)

    def _admit(self) -> None:
        with self._lock:
            if self._opened_at is None:
                return
            if self._trying or self._now() - self._opened_at < self._rest:
                raise failed("resting")
            self._trying = True

    def _ended(self, *, well: bool | None) -> None:
        with self._lock:
            self._trying = False
            if well:
                self._failures, self._opened_at = 0, None
            elif well is False:
                self._failures += 1
                if self._failures >= self._most:
                    self._opened_at = self._now()
