"""The command that has many ask at once, at a small size: what it counts and what it refuses."""

from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from kitchen import Kitchen
from load import Tally, load, report
from serving import serving

from assistant.settings import Settings
from assistant.web.server import create_app

BARS = argparse.Namespace(readers=6, servers=1, seconds=2, least=1, p95=5, growth=200)


def asked(data: Path, question: str, **settings: object) -> Tally:
    app = create_app(Kitchen(pause=0.05), Settings.read({}, data=data, **settings))
    with contextmanager(serving)(app) as address:
        server = os.getpid(), int(address.rpartition(":")[2])
        return load([server], [question], readers=BARS.readers, seconds=BARS.seconds, step=0.1)


def test_six_readers_are_served_or_told_to_come_back_and_all_bars_are_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = asked(tmp_path, "Tell me slowly", at_once=1, waiting=1)
    assert set(tally.statuses) == {"200", "503 with Retry-After"}
    assert len(tally.megabytes) > 5
    assert report(tally, BARS) == 0
    assert "all bars are met" in capsys.readouterr().out


def test_an_error_of_the_server_misses_a_bar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = asked(tmp_path, "crash")
    assert report(tally, BARS) == 1
    told = capsys.readouterr().out
    assert "missed: statuses that may not be: 500" in told
    assert "missed: no answer at all" in told
