"""The index brought up to date while the assistant serves: one build at a time, in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, Protocol

import watchfiles

from assistant.errors import AssistantError, BuilderBusy
from assistant.inbox import SUFFIXES
from assistant.indexing import build_index

if TYPE_CHECKING:
    from assistant.index.sync import Progress
    from assistant.indexing import Report
    from assistant.settings import Settings

log = logging.getLogger(__name__)

BUSY_SECONDS = 2.0
"""Between two looks whether another process has finished its build."""

QUIET_MS = 2_000
"""How long a folder has to be left alone before its changes are looked at; copying a folder takes a while."""

AGAIN_SECONDS = 30.0
"""Until a folder that could not be watched is tried again."""

State = Literal["idle", "building", "failed"]


class Build(Protocol):
    """Brings an index up to date; `indexing.build_index` is one."""

    def __call__(self, settings: Settings, *, progress: Progress) -> Report:
        """Return what was done. Raises AssistantError."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far the index follows the corpus."""

    state: State = "idle"
    step: str = ""
    """What is done at the moment: `waiting`, `reading`, `cutting`, `embedding` and the like."""
    done: int = 0
    total: int = 0
    """Of the step, in its own units."""
    waiting: bool = False
    """Whether another build follows the one under way."""
    report: Report | None = None
    """Of the last build that went well."""
    message: str = ""
    hint: str = ""
    """Why the last build failed."""
    finished: str = ""
    """When the last build ended; UTC, ISO format."""


class Reindexer:
    """Builds when it is asked to; being asked again meanwhile makes one more build, however often."""

    def __init__(self, settings: Settings, *, build: Build = build_index) -> None:
        self._settings, self._build = settings, build
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._status = Status()

    def status(self) -> Status:
        """Return how it is."""
        return self._status

    def request(self) -> Status:
        """Have the index brought up to date soon; returns at once."""
        with self._lock:
            if self._status.state == "building":
                self._status = replace(self._status, waiting=True)
            else:
                self._status = replace(self._status, state="building", step="waiting", done=0, total=0)
                threading.Thread(target=self._run, name="reindex", daemon=True).start()
            return self._status

    def close(self) -> None:
        """Begin no further build; one under way is left to itself and harms nothing."""
        self._closed.set()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                outcome = replace(Status(), report=self._built())
            except AssistantError as error:
                log.warning("the index could not be brought up to date: %s", error)
                outcome = Status("failed", message=str(error), hint=error.hint, report=self._status.report)
            except Exception:
                log.exception("the index could not be brought up to date")
                outcome = Status("failed", message="the build failed", report=self._status.report)
            with self._lock:
                again = self._status.waiting
                self._status = replace(outcome, finished=datetime.now(UTC).isoformat(timespec="seconds"))
                if not again:
                    return
                self._status = replace(self._status, state="building", step="waiting")

    def _built(self) -> Report:
        """Return the report of a build; while another process builds, wait for it."""
        while True:
            try:
                return self._build(self._settings, progress=self._told)
            except BuilderBusy:
                self._told("waiting", 0, 0)
                if self._closed.wait(BUSY_SECONDS):
                    raise

    def _told(self, step: str, done: int, total: int) -> None:
        with self._lock:
            self._status = replace(self._status, step=step, done=done, total=total)


def watch(corpus: Path, changed: Callable[[], object]) -> Callable[[], None]:
    """Call `changed` now and after each change of a document below the folder; returns what ends that."""
    stop = threading.Event()

    def follow() -> None:
        while not stop.is_set():
            changed()  # also for what happened before the folder was watched
            try:
                for _ in watchfiles.watch(corpus, watch_filter=_concerns, debounce=QUIET_MS, stop_event=stop, step=200):
                    changed()
            except (OSError, RuntimeError) as error:
                reason = "it is not there" if isinstance(error, FileNotFoundError) else error
                log.warning("the corpus folder cannot be watched (%s); trying again in %g s", reason, AGAIN_SECONDS)
                stop.wait(AGAIN_SECONDS)

    threading.Thread(target=follow, name="watch", daemon=True).start()
    return stop.set


def _concerns(_: object, path: str) -> bool:
    """Return whether a change may be one of a document: not of a hidden file, but of a folder."""
    name = PurePath(path)
    return not name.name.startswith(".") and (not name.suffix or name.suffix.lower() in SUFFIXES)
