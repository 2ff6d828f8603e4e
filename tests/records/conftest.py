from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.records.database import FILE, Database
from assistant.records.store import Records


class Clock:
    """Tells one second more each time it is asked; a test moves it on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def go_on(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    """Records of an empty data folder that does not exist yet."""
    records = Records(Database(tmp_path / "data" / FILE), clock=clock)
    yield records
    records.close()
