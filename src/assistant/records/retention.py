"""Deleting what is older than the retention setting, once at the start and then daily."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from assistant.errors import RecordsUnavailable
from assistant.records.store import Records

log = logging.getLogger(__name__)

DAY = 24 * 60 * 60.0
"""Seconds."""


def keep_to(records: Records, days: int, *, every: float = DAY) -> Callable[[], None]:
    """Delete what is older than `days`, now and every `every` seconds; 0 days deletes nothing.

    Returns what stops it. A failure is logged, and tried again the next time.
    """
    stopped = threading.Event()

    def run() -> None:
        while not stopped.is_set():
            try:
                if removed := records.purge(days):
                    log.info("deleted %d conversations older than %d days", removed, days)
            except RecordsUnavailable as error:
                log.warning("old conversations could not be deleted: %s", error)
            stopped.wait(every)

    if days:
        threading.Thread(target=run, name="retention", daemon=True).start()
    return stopped.set
