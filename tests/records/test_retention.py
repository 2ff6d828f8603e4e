from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
import samples

from assistant.errors import RecordsUnavailable
from assistant.records.database import FILE, Database
from assistant.records.retention import keep_to
from assistant.records.store import LOCAL, Records


class Counting(Records):
    """Records that say how often they were purged."""

    def __init__(self, path: Path, *, fails: bool = False) -> None:
        super().__init__(Database(path))
        self.purged = threading.Semaphore(0)
        self.fails = fails

    def purge(self, days: int) -> int:
        self.purged.release()
        if self.fails:
            raise RecordsUnavailable("the disk is full")
        return super().purge(days)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "retention"]


def test_it_deletes_at_the_start_and_again_until_it_is_stopped(tmp_path: Path, clock) -> None:  # type: ignore[no-untyped-def]
    records = Counting(tmp_path / FILE)
    records._clock = clock
    records.save_turn(LOCAL, None, samples.first(1), index={})
    clock.go_on(days=9)
    stop = keep_to(records, 7, every=0.01)
    assert all(records.purged.acquire(timeout=10) for _ in range(3))
    assert records.list(LOCAL) == ()
    stop()
    for thread in threading.enumerate():
        if thread.name == "retention":
            thread.join(10)
    records.close()


def test_without_a_setting_nothing_runs(tmp_path: Path) -> None:
    keep_to(Counting(tmp_path / FILE), 0, every=0.01)
    assert threads() == []


def test_a_failure_is_logged_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    records = Counting(tmp_path / FILE, fails=True)
    with caplog.at_level(logging.WARNING):
        stop = keep_to(records, 7, every=0.01)
        assert all(records.purged.acquire(timeout=10) for _ in range(2))
        stop()
    assert "could not be deleted: the disk is full" in caplog.text
