"""A corpus folder that somebody has filled on purpose: nothing outside it is read, and nothing waits."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.corpus.load import load_corpus

SECRET = "The safe opens with seven turns."

NAMES = (
    "..md",
    "...md",
    "%2e%2e%2fsecret.md",
    "..\\secret.md",
    "CON.md",
    "a" * 250 + ".md",
    "~root.md",
    "$HOME.md",
    "-rf.md",
)
"""Names that mean something to a shell, to a server or to another system; here they are names."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "secret.md").write_text(SECRET)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "deep.md").write_text(SECRET)
    corpus = tmp_path / "corpus"
    (corpus / "sub").mkdir(parents=True)
    return corpus


def test_names_are_names_whatever_they_look_like(corpus: Path) -> None:
    for number, name in enumerate(NAMES):
        (corpus / name).write_text(f"Page {number}.")
    loaded = load_corpus(corpus)
    found = {document.id: document.text for document in loaded.documents}
    assert {name: found[name] for name in NAMES if not name.startswith(".")} == {
        name: f"Page {n}." for n, name in enumerate(NAMES) if not name.startswith(".")
    }
    assert SECRET not in " ".join(found.values())


@pytest.mark.parametrize(
    "target", ["../secret.md", "../outside/deep.md", "sub/../../secret.md", "/etc/hostname", "link.md", "none.md"]
)
def test_no_link_leads_out(corpus: Path, target: str) -> None:
    (corpus / "link.md").symlink_to(target)
    (corpus / "folder").symlink_to("../outside")
    (corpus / "sub" / "up").symlink_to("..")
    before = {path: path.stat().st_atime_ns for path in (corpus.parent / "secret.md", corpus.parent / "outside")}
    loaded = load_corpus(corpus)
    assert loaded.documents == ()
    assert "link.md" in {error.path for error in loaded.unreadable}
    assert {path: path.stat().st_atime_ns for path in before} == before


def test_pipes_sockets_and_devices_are_passed_over_at_once(corpus: Path) -> None:
    os.mkfifo(corpus / "pipe.md")
    (corpus / "zero.md").symlink_to("/dev/zero")
    expected = {"pipe.md": "a device or pipe, not a file", "zero.md": "a link that leaves the corpus"}
    with suppress(PermissionError):  # only root may, and not in every container
        os.mknod(corpus / "device.md", stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero by another name
        expected["device.md"] = "a device or pipe, not a file"
    (corpus / "good.md").write_text("Words.")
    started = time.perf_counter()
    loaded = load_corpus(corpus)
    assert {error.path: error.reason for error in loaded.unreadable} == expected
    assert [document.id for document in loaded.documents] == ["good.md"]
    assert time.perf_counter() - started < 10  # most of it is the start of the parser
