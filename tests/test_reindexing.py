import logging
import threading
import time
from pathlib import Path

import pytest

from assistant import reindexing
from assistant.errors import BuilderBusy, EmptyCorpus
from assistant.index.plan import Plan
from assistant.indexing import Report
from assistant.reindexing import Reindexer, watch
from assistant.settings import Settings

SETTINGS = Settings.read({})
NOTHING = Plan((), (), (), ())


class Builds:
    """A build that waits until it may end, and counts."""

    def __init__(self, *errors: Exception) -> None:
        self.count, self.errors = 0, list(errors)
        self.may_end = threading.Event()

    def __call__(self, settings: Settings, *, progress) -> Report:
        self.count += 1
        progress("reading", 1, 2)
        assert self.may_end.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        return Report("g", True, NOTHING, 3, 5)


def wait_for(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_build_runs_in_the_background_and_says_how_far_it_is() -> None:
    builds = Builds()
    reindexer = Reindexer(SETTINGS, build=builds)
    assert reindexer.status().state == "idle"
    assert reindexer.request().state == "building"
    wait_for(lambda: reindexer.status().step == "reading")
    assert (reindexer.status().done, reindexer.status().total) == (1, 2)
    builds.may_end.set()
    wait_for(lambda: reindexer.status().state == "idle")
    assert reindexer.status().report.documents == 3
    assert reindexer.status().finished


def test_requests_during_a_build_make_one_more() -> None:
    builds = Builds()
    reindexer = Reindexer(SETTINGS, build=builds)
    for _ in range(5):
        reindexer.request()
    wait_for(lambda: builds.count == 1)
    assert reindexer.status().waiting
    builds.may_end.set()
    wait_for(lambda: reindexer.status().state == "idle")
    assert builds.count == 2


def test_a_build_that_fails_is_told_and_the_next_goes_on(caplog) -> None:
    builds = Builds(EmptyCorpus("nothing there", hint="Put something."), ZeroDivisionError("secret"))
    builds.may_end.set()
    reindexer = Reindexer(SETTINGS, build=builds)
    reindexer.request()
    wait_for(lambda: reindexer.status().state == "failed")
    assert (reindexer.status().message, reindexer.status().hint) == ("nothing there", "Put something.")
    reindexer.request()
    wait_for(lambda: reindexer.status().message == "the build failed")
    reindexer.request()
    wait_for(lambda: reindexer.status().state == "idle")
    assert "nothing there" in caplog.text


def test_a_build_waits_for_another_process(monkeypatch) -> None:
    monkeypatch.setattr(reindexing, "BUSY_SECONDS", 0.01)
    builds = Builds(BuilderBusy("process 1 is building"), BuilderBusy("process 1 is building"))
    builds.may_end.set()
    reindexer = Reindexer(SETTINGS, build=builds)
    reindexer.request()
    wait_for(lambda: reindexer.status().state == "idle")
    assert builds.count == 3


@pytest.fixture
def fast(monkeypatch) -> None:
    monkeypatch.setattr(reindexing, "QUIET_MS", 50)
    monkeypatch.setattr(reindexing, "AGAIN_SECONDS", 0.05)


@pytest.mark.usefixtures("fast")
def test_each_change_of_a_document_is_noticed(tmp_path: Path) -> None:
    seen = []
    stop = watch(tmp_path, lambda: seen.append(1))
    try:
        wait_for(lambda: len(seen) == 1)
        time.sleep(0.3)
        (tmp_path / ".hidden.md").write_text("x")
        (tmp_path / "x.tmp").write_text("x")
        time.sleep(0.5)
        assert len(seen) == 1
        for change in (lambda f: f.write_text("x"), lambda f: f.write_text("y"), lambda f: f.unlink()):
            before = len(seen)
            change(tmp_path / "x.md")
            wait_for(lambda before=before: len(seen) > before)
    finally:
        stop()


@pytest.mark.usefixtures("fast")
def test_a_folder_that_is_not_there_is_told_and_watched_once_it_is(tmp_path: Path, caplog) -> None:
    seen = []
    with caplog.at_level(logging.WARNING):
        stop = watch(tmp_path / "later", lambda: seen.append(1))
        try:
            wait_for(lambda: "it is not there" in caplog.text)
            (tmp_path / "later").mkdir()
            time.sleep(0.4)
            before = len(seen)
            (tmp_path / "later" / "x.md").write_text("x")
            wait_for(lambda: len(seen) > before)
        finally:
            stop()
